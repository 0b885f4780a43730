import { createNetwork } from '@flyte-js/node'
import { serverCheck } from './check.js'
import { addressOf } from './connect.js'
import type { Examination, Target } from './examination.js'
import { type Finding, fault, faultOf, ok, reasonOf, warning } from './finding.js'
import { judgeCertificate } from './judge-certificate.js'
import { lookAtTls, type TlsLook } from './look-at-tls.js'

/** Milliseconds that a server of plain http is given to say that it understands no TLS. */
const patience = 3_000

const plainCure =
  'Say that plain HTTP is meant (platform.insecure, FLYTE_PLATFORM_INSECURE=true, --insecure), or give the port that has TLS'

/** Whether the server's certificate is good, and whether both sides speak the same scheme. */
export const tls = serverCheck({
  name: 'tls',
  limit: 10_000,
  cure: 'Check that the port is that of https, and that no firewall cuts TLS',
  blocks: 'there is no TLS connection to be trusted',
  async run(target, examination, signal) {
    const { session, known } = examination
    const config = known.resolution?.config ?? (await session.resolution()).config
    const { env } = session.io
    // Takes every certificate, so that it can be looked at. Nothing is sent.
    const looking = await createNetwork(config, { env, endpoint: target.endpoint, isUnverified: true })
    const look = (url: URL, ending: AbortSignal) => lookAtTls(looking.agents, url, ending)
    try {
      if (target.url.protocol === 'http:') return await lookAtPlain(target, look, examination, signal)
      const seen = await look(target.url, signal).catch((error: unknown) => ({ error }))
      signal.throwIfAborted()
      if ('error' in seen) return await withoutHandshake(seen.error, target, signal)
      return judgeCertificate(seen, {
        host: addressOf(target.url).host,
        now: examination.clock.now(),
        ...config.platform,
      })
    } finally {
      looking.close()
    }
  },
})

/** There was no handshake. The usual reason: what answers speaks plain HTTP. */
async function withoutHandshake(error: unknown, { url, transport }: Target, signal: AbortSignal): Promise<Finding> {
  const why = reasonOf(error)
  if (/PROXY/.test(why)) {
    const cure = `Ask whoever runs the proxy to let ${url.host} through, or go around it: NO_PROXY=${url.hostname}`
    return faultOf(error, cure)
  }
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|EPROTO|wrong version|packet length/i.test(why)) {
    const plain = `http://${url.host}${url.port ? '' : ':443'}/healthcheck`
    const isPlain = await transport.request({ method: 'GET', url: plain, headers: {}, signal, timeout: patience }).then(
      () => true,
      () => false,
    )
    signal.throwIfAborted()
    if (isPlain) return fault('the server speaks plain http at that port, not https', plainCure)
    const cure = 'Check the port in platform.url: it is that of https, and not one of gRPC without TLS'
    return fault(`what answers at that port speaks no TLS (${why})`, cure)
  }
  // Both sides of a handshake may end it; the other one hangs up, or says why.
  const cure =
    'Check that the port is that of https, and that no proxy or firewall cuts TLS. A server that wants a client certificate gets one by the option tls of createFlyteClient()'
  return fault(`the TLS handshake has failed: ${why}`, cure)
}

/** The configuration says http: whether the server does. */
async function lookAtPlain(
  { url }: Target,
  look: (url: URL, signal: AbortSignal) => Promise<TlsLook>,
  { clock }: Examination,
  signal: AbortSignal,
): Promise<Finding> {
  const ending = new AbortController()
  const both = AbortSignal.any([signal, ending.signal])
  const secure = new URL(url)
  secure.protocol = 'https:'
  secure.port = String(addressOf(url).port)
  const isSecure = look(secure, both).then(
    () => true,
    () => false,
  )
  const late = clock.sleep(patience, { signal: both }).then(
    () => false,
    () => false,
  )
  const speaksTls = await Promise.race([isSecure, late])
  ending.abort()
  signal.throwIfAborted()
  if (speaksTls) {
    const cure =
      'Write https:// in platform.url (FLYTE_PLATFORM_URL), and unset platform.insecure (FLYTE_PLATFORM_INSECURE, --insecure)'
    return fault('the server speaks https at that port, and the configuration says http', cure)
  }
  if (/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return ok('plain http, on this machine')
  return warning(
    'plain http: whoever is on the way can read tokens and data',
    'Put TLS before Flyte Admin, then unset platform.insecure (FLYTE_PLATFORM_INSECURE, --insecure)',
  )
}
