import type { SecureContextOptions } from 'node:tls'
import { createTokenManager } from '@flyte-js/auth'
import type { FlyteConfig } from '@flyte-js/config'
import {
  type Clock,
  ConfigError,
  defined,
  type EventListener,
  emit,
  type Fetch,
  type HttpTransport,
} from '@flyte-js/core'
import type { Agents } from '@flyte-js/core/node'
import { commandGrant } from '../command/command-grant.js'
import { createNetworkAgents } from './network-agents.js'
import { proxiedFetch, proxiedTransport } from './proxy-authorization.js'
import { proxyFor } from './proxy-for.js'
import { createTrust } from './trust.js'

/** How a client reaches the network, beside what the configuration says. */
export interface NetworkOptions {
  /**
   * What `node:tls` takes for a context, for every connection of this client: a client certificate (`cert`, `key`, `passphrase`, or
   * `pfx`), other authorities (`ca`, instead of the platform's). Default: none; `platform.ca_cert_file_path` adds authorities.
   */
  tls?: SecureContextOptions
  /**
   * Origins, beside Flyte Admin's, that get the token of `credentials.proxy_command` as `proxy-authorization`, e.g. that of an
   * authorization server behind the same proxy. Default: none.
   */
  proxyOrigins?: readonly string[]
}

/** What a network is made with. */
export interface NetworkContext extends NetworkOptions {
  /** The environment, for `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS`, and for the proxy command. */
  env: Readonly<Record<string, string | undefined>>
  /** The base URL of Flyte Admin. */
  endpoint: string
  /** Hears that certificates are not verified, and of the tokens of the proxy command. */
  onEvent?: EventListener | undefined
  /** The clock by which those tokens end. Default: the system's. */
  clock?: Clock | undefined
  /** Takes every certificate, to look at it: send nothing on such a network. Default: as the configuration says. */
  isUnverified?: boolean
}

/** The way of one client to the network: agents with its trust and its proxies, and the token of what stands before Flyte Admin. */
export interface Network {
  /** The keep-alive agents that every connection of the client shares. */
  readonly agents: Agents
  /** The proxy of a URL; `undefined` where the way is direct. */
  proxyOf(url: URL): URL | undefined
  /** Adds the token of the proxy command to requests of OAuth. Without a proxy command it is `fetch` itself. */
  wrapFetch(fetch: Fetch): Fetch
  /** The same for calls of Flyte Admin. */
  wrapTransport(transport: HttpTransport): HttpTransport
  /** Closes the kept-alive connections. */
  close(): void
}

/**
 * Makes the network of one client as its configuration says. Other clients in the process have theirs.
 *
 * @throws ConfigError for certificates or a proxy that cannot be used
 *
 * @example
 * ```ts
 * import { httpBaseUrl } from '@flyte-js/config'
 * import { loadConfig } from '@flyte-js/config/node'
 * import { createNodeFetch } from '@flyte-js/core/node'
 * import { createNetwork } from '@flyte-js/node'
 *
 * const { config } = await loadConfig()
 * const endpoint = httpBaseUrl(config)
 * const network = await createNetwork(config, { env: process.env, endpoint })
 * const fetch = network.wrapFetch(createNodeFetch({ agents: network.agents }))
 * const { status } = await fetch(`${endpoint}/healthcheck`)
 * network.close()
 * ```
 */
export async function createNetwork(config: FlyteConfig, context: NetworkContext): Promise<Network> {
  const { env, endpoint, tls, proxyOrigins = [], onEvent, clock } = context
  const { caCertFilePath, insecureSkipVerify, httpProxyUrl } = config.platform
  const { isUnverified = insecureSkipVerify } = context
  const proxyOf = proxyFor({ httpProxyUrl: httpProxyUrl || undefined, env })
  const trust = createTrust({ caCertFilePath: caCertFilePath || undefined, tls, env })
  if (insecureSkipVerify) emit(onEvent, { type: 'tls.unverified', endpoint })
  const agents = await createNetworkAgents({ proxyOf, trust, isUnverified })
  const ways = { agents, proxyOf: (url: URL) => proxyOf?.(url) }

  const { proxyCommand: argv = [] } = config.credentials
  if (argv.length === 0) {
    return { ...ways, wrapFetch: (fetch) => fetch, wrapTransport: (transport) => transport, close: agents.close }
  }
  const grant = commandGrant('proxy_command', { argv, setting: 'credentials.proxy_command', env })
  const tokens = createTokenManager({ grant, ...defined({ onEvent, clock }) })
  const authorization = { tokens, origins: new Set([endpoint, ...proxyOrigins].map(originOf)) }
  return {
    ...ways,
    wrapFetch: (fetch) => proxiedFetch(fetch, authorization),
    wrapTransport: (transport) => proxiedTransport(transport, authorization),
    close() {
      tokens.close()
      agents.close()
    },
  }
}

function originOf(url: string): string {
  if (URL.canParse(url)) return new URL(url).origin
  const message = 'proxyOrigins holds what is no absolute URL. Write each as https://host[:port]'
  throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: 'proxyOrigins' })
}
