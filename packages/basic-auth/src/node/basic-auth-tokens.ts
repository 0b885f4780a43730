import { createTokenManager, type TokenManager, tokenKey } from '@flyte-js/auth'
import { type ConfigResolution, httpBaseUrl } from '@flyte-js/config'
import { defined, type TokenStore } from '@flyte-js/core'
import { type BasicAuthGrantOptions, basicAuthGrant } from './basic-auth-grant.js'

/** What {@link basicAuthTokens} works with. */
export interface BasicAuthTokensOptions extends BasicAuthGrantOptions {
  /** Where tokens live between runs. Default: in memory, so that each process logs in once. */
  store?: TokenStore
}

/**
 * The tokens of the client credentials grant as a configuration describes it, kept in a store where one is given. With
 * `admin.token_refresh_window` they are renewed that long before their end.
 *
 * @throws ConfigError for a setting that is missing
 */
export function basicAuthTokens(resolution: ConfigResolution, options: BasicAuthTokensOptions): TokenManager {
  const { store, fetch, ...observers } = options
  const { config } = resolution
  const { clientId, scopes, audience } = config.credentials
  const key = store && tokenKey({ endpoint: httpBaseUrl(config), clientId, scopes, audience })
  return createTokenManager({
    grant: basicAuthGrant(resolution, { fetch, ...observers }),
    // Zero is how flytectl's file says that nothing was chosen.
    ...defined({ store, key, refreshWindow: config.admin.tokenRefreshWindow || undefined }),
    ...observers,
  })
}
