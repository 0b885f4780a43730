import { connect } from 'node:net'
import { serverCheck } from './check.js'
import { addressOf } from './connect.js'
import { fault, ok, placeOf, reasonOf } from './finding.js'

const networkCure =
  'Check network, VPN and firewalls; where the way out is a proxy, set HTTPS_PROXY or platform.http_proxy_url'
const serverCure =
  'Check that Flyte Admin runs, and the port in platform.url: it is that of HTTP; where gRPC has another one, HTTP has its own setting, platform.http_url (FLYTE_PLATFORM_HTTP_URL)'
const proxyCure = 'Check the proxy in platform.http_proxy_url or HTTPS_PROXY; NO_PROXY says which hosts need none'

/** Whether somebody takes TCP connections: the server, or the proxy before it. */
export const connection = serverCheck({
  name: 'connection',
  limit: 10_000,
  cure: networkCure,
  blocks: 'no connection can be made',
  async run({ url, proxy }, { clock }, signal) {
    const { host, port } = addressOf(proxy ?? url)
    const place = proxy ? `the proxy ${placeOf(proxy)}` : `${host}:${port}`
    const start = clock.monotonic()
    try {
      await open(host, port, signal)
      return ok(`${place} takes connections (${Math.round(clock.monotonic() - start)} ms)`)
    } catch (error) {
      signal.throwIfAborted()
      const why = reasonOf(error)
      if (proxy) return fault(`${place} cannot be reached: ${why}`, proxyCure)
      if (/ECONNREFUSED/.test(why)) return fault(`nothing listens at ${place}: ${why}`, serverCure)
      return fault(`there is no way to ${place}: ${why}`, networkCure)
    }
  },
})

/** Connects, and hangs up. */
function open(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
