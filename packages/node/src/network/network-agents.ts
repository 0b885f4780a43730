import type { ClientRequest } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions, SecureContext } from 'node:tls'
import { originAndPath } from '@flyte-js/core'
import { type Agents, createAgents } from '@flyte-js/core/node'

/** How connections are made. */
export interface NetworkSettings {
  /** The proxy of a URL, as `proxyFor` tells it; absent where there is none. */
  proxyOf?: ((target: URL) => URL | undefined) | undefined
  /** The context of the next TLS connection, as `createTrust` gives it. */
  trust(): SecureContext | undefined
  /** `platform.insecure_skip_verify`: takes every certificate. */
  isUnverified: boolean
}

type Agent = ReturnType<Agents['for']>

/** Milliseconds after which an idle socket through a proxy is closed, as on the direct way. */
const idleTimeout = 4_000

/**
 * Makes the agents of one client: each connection that it opens, whatever for, has its trust and its proxy. Nothing else in the
 * process is touched.
 *
 * What a proxy needs is loaded where there is one.
 */
export async function createNetworkAgents(settings: NetworkSettings): Promise<Agents> {
  const { proxyOf, trust, isUnverified } = settings
  const tlsOptions = (): ConnectionOptions => {
    const secureContext = trust()
    return { ...(secureContext && { secureContext }), ...(isUnverified && { rejectUnauthorized: false }) }
  }
  const direct = createAgents()
  trusting(direct.https, tlsOptions)
  if (proxyOf === undefined) return direct

  const [{ HttpsProxyAgent }, { HttpProxyAgent }] = await Promise.all([
    import('https-proxy-agent'),
    import('http-proxy-agent'),
  ])
  const proxied = new Map<string, Agent>()

  function agentThrough(proxy: URL, isSecure: boolean): Agent {
    const key = `${isSecure} ${proxy.href}`
    const known = proxied.get(key)
    if (known !== undefined) return known
    const agent = (isSecure ? tunnel(proxy) : forwarding(proxy)) as unknown as Agent
    proxied.set(key, agent)
    return agent
  }

  /** For https: the proxy connects, and what goes through it is for the server alone (RFC 9110 section 9.3.6). */
  function tunnel(proxy: URL) {
    // The trust is the proxy's own here, where it is spoken to by https.
    const agent = new HttpsProxyAgent(proxy, { keepAlive: true, timeout: idleTimeout, ...tlsOptions() })
    const connect = agent.connect.bind(agent)
    // The library gives its own options to the proxy's connection alone: those of the server behind it are given here.
    agent.connect = (request, options) => connect(request, Object.assign(options, tlsOptions()))
    agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
      if (statusCode !== 200) request.destroy(refusal(proxy, statusCode))
    })
    return agent
  }

  /** For http: the proxy reads the request and passes it on. */
  function forwarding(proxy: URL) {
    return new HttpProxyAgent(proxy, { keepAlive: true, timeout: idleTimeout, ...tlsOptions() })
  }

  return {
    ...direct,
    for(url) {
      const proxy = proxyOf(url)
      return proxy === undefined ? direct.for(url) : agentThrough(proxy, url.protocol === 'https:')
    },
    close() {
      direct.close()
      for (const agent of proxied.values()) agent.destroy()
    },
  }
}

/** Has an agent make its TLS connections with the trust of the moment; the agent itself would keep that of its beginning. */
function trusting(agent: HttpsAgent, tlsOptions: () => ConnectionOptions): void {
  type Connect = (options: object, callback?: (error: Error | null, socket: Duplex) => void) => Duplex
  const connecting = agent as unknown as { createConnection: Connect }
  const connect = connecting.createConnection.bind(agent)
  connecting.createConnection = (options, callback) => connect({ ...options, ...tlsOptions() }, callback)
}

/** A proxy would not connect. What it says about passwords is for good, the rest may pass. */
function refusal(proxy: URL, status: number): Error {
  const cure =
    status === 407
      ? '. It wants a user and a password: write them into the URL of the proxy (http://user:password@host:port)'
      : ''
  const message = `the proxy ${originAndPath(proxy)} does not connect: it answered HTTP ${status}${cure}`
  const isPassing = status >= 500 || status === 429
  return Object.assign(new Error(message), { code: isPassing ? 'EPROXY' : 'ERR_PROXY_REFUSED' })
}
