import { serverCheck } from './check.js'
import { faultOf, ok, placeOf, skipped, warning } from './finding.js'

const schemeCure = (endpoint: string) => `Set auth.authorizedUris of Flyte Admin to ${endpoint}`

/** Whether the authorization server is who Flyte Admin says it is, and advertised as it is reached. */
export const issuer = serverCheck({
  name: 'issuer',
  limit: 5_000,
  cure: 'Check auth.appAuth of Flyte Admin',
  async run({ endpoint, url }, { known }) {
    if (known.isOpen) return skipped('Flyte Admin asks for no login')
    const { server, serverError, events = [] } = known.documents ?? {}
    if (server === undefined) {
      const code = (serverError as { code?: string } | undefined)?.code ?? ''
      // Of these the document itself is the matter: it is there, and says what cannot be believed.
      const isTold = /^FLYTE_AUTH_(SCHEME_MISMATCH|ISSUER_MISMATCH|INSECURE_ENDPOINT)$/.test(code)
      return isTold ? faultOf(serverError, schemeCure(endpoint)) : skipped('there is no document that names it')
    }
    const name = placeOf(server.issuer)
    for (const event of events) {
      if (event.type === 'discovery.scheme-rewritten') {
        const found = `Flyte Admin advertises https://${url.host}, and is reached by plain http; flyte-js corrects that, other clients may not`
        return warning(found, schemeCure(endpoint))
      }
      if (event.type === 'discovery.issuer-unconfirmed') {
        const cure = 'Check that this machine can reach the issuer, and auth.appAuth.externalAuthServer of Flyte Admin'
        return warning(`${name} does not confirm that it is the authorization server: ${event.reason}`, cure)
      }
    }
    return ok(new URL(server.issuer).origin === url.origin ? `${name}, Flyte Admin itself` : `${name} confirms it`)
  },
})
