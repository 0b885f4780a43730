import { discoverAuthorizationServer, fetchPublicClientConfig } from '@flyte-js/auth'
import { type ConfigResolution, httpBaseUrl } from '@flyte-js/config'
import { type Clock, defined, type EventListener, type Fetch, type Grant } from '@flyte-js/core'
import { clientCredentials } from '../client-credentials.js'

/** What {@link basicAuthGrant} works with. */
export interface BasicAuthGrantOptions {
  /** Who asks. */
  fetch: Fetch
  /** Hears of discovery. */
  onEvent?: EventListener
  /** The clock of durations. Default: the system's. */
  clock?: Clock
}

/** Scopes that ask for a refresh token, of which this grant has none (RFC 6749 section 4.4.3). */
const offlineScopes = new Set(['offline', 'offline_access'])

/**
 * The client credentials grant as a configuration describes it.
 *
 * Nothing is asked before the first login. Without scopes in the configuration it asks for those that Flyte Admin advertises,
 * as flytekit does, less the ones for a refresh token.
 *
 * @throws ConfigError for a setting that is missing
 */
export function basicAuthGrant(resolution: ConfigResolution, options: BasicAuthGrantOptions): Grant {
  const { platform, credentials } = resolution.config
  const server = { ...options, endpoint: httpBaseUrl(resolution.config), insecure: platform.insecure }
  const advertisedScopes = once(async (ending) => {
    const { scopes } = await fetchPublicClientConfig({ ...server, ...ending })
    return scopes.filter((scope) => !offlineScopes.has(scope))
  })
  return clientCredentials({
    authorizationServer: once((ending) => discoverAuthorizationServer({ ...server, ...ending })),
    clientId: resolution.require('credentials.client_id'),
    clientSecret: resolution.require('credentials.client_secret'),
    scopes: credentials.scopes.length > 0 ? credentials.scopes : advertisedScopes,
    fetch: options.fetch,
    ...defined({ audience: credentials.audience }),
  })
}

/**
 * Remembers what a function found. It keeps no promise: one that failed is tried anew, and one that a caller's signal ended
 * is not handed to the next caller.
 */
function once<T>(
  find: (ending: { signal?: AbortSignal }) => Promise<T>,
): (ending: { signal?: AbortSignal }) => Promise<T> {
  let found: T | undefined
  return async (ending) => {
    found ??= await find(ending)
    return found
  }
}
