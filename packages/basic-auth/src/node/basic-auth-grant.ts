import { discoverAuthorizationServer, fetchPublicClientConfig, remembered, withoutOfflineScopes } from '@flyte-js/auth'
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
  const admin = { ...options, endpoint: httpBaseUrl(resolution.config), insecure: platform.insecure }
  const server = remembered((ending) => discoverAuthorizationServer({ ...admin, ...ending }))
  const scopes = remembered(async (ending) => {
    const { scopes } = await fetchPublicClientConfig({ ...admin, ...ending })
    // This grant has no refresh token (RFC 6749 section 4.4.3).
    return withoutOfflineScopes(scopes)
  })
  const grant = clientCredentials({
    authorizationServer: server.get,
    clientId: resolution.require('credentials.client_id'),
    // The view has it from wherever it is; if it is nowhere, the error lists the places.
    clientSecret: credentials.clientSecret ?? resolution.require('credentials.client_secret'),
    scopes: credentials.scopes.length > 0 ? credentials.scopes : scopes.get,
    fetch: options.fetch,
    ...defined({ audience: credentials.audience }),
  })
  return {
    ...grant,
    async acquire(context) {
      try {
        return await grant.acquire(context)
      } catch (error) {
        // The server may have moved: the next login asks again where it is.
        server.forget()
        scopes.forget()
        throw error
      }
    },
  }
}
