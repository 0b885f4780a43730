import { AuthError, defined, type EventListener, type Fetch, originAndPath } from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { discoverAuthorizationServer } from './discovery.js'
import { scopesToRequest } from './offline-scopes.js'
import { fetchPublicClientConfig, type PublicClientConfig } from './public-client-config.js'
import { remembered } from './remembered.js'

/** What the flows of a public client can be told; what they are not told, Flyte Admin says (`/config/v1/flyte_client`). */
export interface PublicClientOptions {
  /** Flyte Admin's base URL, e.g. `https://flyte.example.com`. */
  endpoint: string | URL
  /** Plain HTTP is meant. Default false: then only loopback may do without TLS. */
  insecure?: boolean
  /** The authorization server, or a function that finds it. Default: Flyte Admin's own, or the one whose metadata it relays. */
  authorizationServer?: AuthorizationServer | ((options: { signal?: AbortSignal }) => Promise<AuthorizationServer>)
  /** The client's id. Default: the one that Flyte Admin advertises. */
  clientId?: string
  /** The scopes to ask for. Default: those that Flyte Admin advertises. */
  scopes?: readonly string[]
  /** The audience to ask for. Default: the one that Flyte Admin advertises, if any. */
  audience?: string
  /** Who asks. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
  /** Hears of discovery and of what happens on the way. */
  onEvent?: EventListener
}

/** What an authorization request of a public client needs. */
export interface PublicClient {
  /** The authorization server. */
  server: AuthorizationServer
  /** The client's id. */
  clientId: string
  /** The redirect URI that Flyte Admin advertises. */
  redirectUri?: string
  /** The scopes to ask for. */
  scopes: readonly string[]
  /** The audience to ask for, where there is one. */
  audience?: string
  /** Whether the authorization server is Flyte Admin's own, whose built-in clients have two loopback redirect URIs. */
  isFlyteAdmin: boolean
}

/** What a search can be told. */
export interface FindOptions {
  /** Ends the search. */
  signal?: AbortSignal
  /** Whether to ask for a refresh token. Default: as the scopes say. */
  offline?: boolean
}

/** Finds a public client, as {@link publicClient} gives it. */
export interface PublicClientFinder {
  /**
   * All that an authorization request needs.
   *
   * @throws AuthError `FLYTE_INVALID_ARGUMENT` where scopes were given that contradict `offline: false`
   */
  find(options: FindOptions): Promise<PublicClient>
  /** What a token request needs; mostly fewer questions. */
  findIdentity(ending: { signal?: AbortSignal }): Promise<Pick<PublicClient, 'server' | 'clientId'>>
  /** Has the next login ask anew: the server may have moved. */
  forget(): void
}

/**
 * Finds out who a public client is, from what was given and what Flyte Admin says. Nothing is asked before it is needed.
 *
 * @returns a finder, which throws AuthError `FLYTE_AUTH_DISCOVERY_FAILED` where nobody names a client id, and what discovery throws
 *
 * @example
 * ```ts
 * import { publicClient } from '@flyte-js/auth'
 *
 * const client = publicClient({ endpoint: 'https://flyte.example.com', clientId: 'my-page' })
 * const { server, scopes } = await client.find({ offline: false })
 * ```
 */
export function publicClient(options: PublicClientOptions): PublicClientFinder {
  const { endpoint, insecure, authorizationServer, clientId, scopes, audience, fetch, onEvent } = options
  const asking = { endpoint, ...defined({ insecure, fetch }) }
  const server = remembered(async (ending) => {
    if (typeof authorizationServer === 'function') return authorizationServer(ending)
    return authorizationServer ?? discoverAuthorizationServer({ ...asking, ...defined({ onEvent }), ...ending })
  })
  const advertised = remembered((ending) => fetchPublicClientConfig({ ...asking, ...ending }))

  const identify = (config: PublicClientConfig | undefined) => {
    const id = clientId ?? config?.clientId
    if (id) return id
    const message = `Flyte Admin at ${originAndPath(endpoint)} advertises no public client. Set auth.appAuth.thirdPartyConfig.flyteClient there, or give clientId (FLYTE_CREDENTIALS_CLIENT_ID)`
    throw new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', message, { endpoint })
  }
  return {
    async find({ offline, ...ending }) {
      const [found, config] = await Promise.all([server.get(ending), advertised.get(ending)])
      const { redirectUri } = config
      return {
        server: found,
        clientId: identify(config),
        scopes: scopesToRequest({ given: scopes, advertised: config.scopes, offline, server: found }),
        isFlyteAdmin: new URL(found.issuer).origin === new URL(endpoint).origin,
        ...defined({ redirectUri, audience: audience ?? config.audience }),
      }
    },
    async findIdentity(ending) {
      const asked = clientId ? undefined : advertised.get(ending)
      const [found, config] = await Promise.all([server.get(ending), asked])
      return { server: found, clientId: identify(config) }
    },
    forget() {
      server.forget()
      advertised.forget()
    },
  }
}
