import { serverCheck } from './check.js'
import { fault, faultOf, ok, placeOf, reasonOf, warning } from './finding.js'

const cure = 'Check that Flyte Admin and the ingress before it run'
const gateCure =
  'Give what stands before Flyte Admin its token (credentials.proxy_command, FLYTE_CREDENTIALS_PROXY_COMMAND), or an address that leads around it'
const clientCure =
  'Programs give one by the option tls of createFlyteClient() (cert and key); for this command go by a server or a proxy that needs none'
const addressCure =
  'Check platform.url (FLYTE_PLATFORM_URL): it is the address of Flyte Admin, and not that of its console or a login page'

/** Whether Flyte Admin says that it is well. */
export const healthcheck = serverCheck({
  name: 'healthcheck',
  limit: 12_000,
  cure,
  blocks: 'the server is not well',
  async run({ endpoint, transport }, { clock, known }, signal) {
    const url = `${endpoint}/healthcheck`
    const [askedAt, start] = [clock.now(), clock.monotonic()]
    const answer = await transport
      .request({ method: 'GET', url, headers: {}, signal, timeout: 10_000 })
      .catch((error) => {
        signal.throwIfAborted()
        // By TLS 1.3 that is said behind the handshake only.
        if (/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/.test(reasonOf(error)))
          return fault('the server wants a client certificate', clientCure)
        return faultOf(error, cure)
      })
    if ('verdict' in answer) return answer
    const { status, header, body } = answer
    known.date = { text: header('date'), askedAt, answeredAt: clock.now() }
    if (status === 407)
      return fault(
        'the proxy wants a user and a password (HTTP 407)',
        'Write them into its URL: http://user:password@host:port',
      )
    if (status === 401 || status === 403)
      return fault(`something before Flyte Admin wants a login (HTTP ${status})`, gateCure)
    if (status >= 300 && status < 400)
      return fault(`it leads elsewhere (HTTP ${status}), to ${locationOf(header('location'), url)}`, gateCure)
    if (status >= 500) return fault(`the server is in trouble (HTTP ${status})`, cure)
    if (/^\s*</.test(body)) return fault(`an HTML page answers (HTTP ${status})`, addressCure)
    if (status !== 200)
      return warning(`there is none (HTTP ${status}), as where an ingress does not let it through`, addressCure)
    return ok(`the server is well (${Math.round(clock.monotonic() - start)} ms)`)
  },
})

/** Where a redirect leads, without its query. */
function locationOf(location: string | undefined, base: string): string {
  if (location === undefined) return 'nowhere'
  return URL.canParse(location, base) ? placeOf(new URL(location, base)) : '(not a URL)'
}
