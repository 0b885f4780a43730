import { createTokenManager, tokenKey } from '@flyte-js/auth'
import { basicAuthTokens } from '@flyte-js/basic-auth/node'
import { type ConfigResolution, httpBaseUrl } from '@flyte-js/config'
import {
  type Clock,
  ConfigError,
  defined,
  type EventListener,
  type Fetch,
  type TokenSet,
  type TokenSource,
  type TokenStore,
} from '@flyte-js/core'
import { withNotices } from './login-notices.js'
import { type PersonLoginOptions, personLogin } from './person-login.js'
import { printToTerminal } from './terminal.js'
import { tokenStoreFor } from './token-store-choice.js'

/** The login to Flyte Admin. */
export interface FlyteLogin extends TokenSource {
  /**
   * Logs in anew, whatever login there is. Where a person logs in, a browser opens, or a URL or a code is printed.
   *
   * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where nobody can be asked, `FLYTE_AUTH_LOGIN_TIMEOUT`, `FLYTE_AUTH_PORT_TAKEN`,
   * `FLYTE_AUTH_GRANT_REFUSED`; ConfigError where there is no login of this client's own
   */
  login(options?: { signal?: AbortSignal }): Promise<TokenSet>
  /**
   * Ends the login, here and in the store; a person is not asked again before `login()`.
   *
   * @returns whether the authorization server was told and agreed (RFC 7009). Flyte Admin's own cannot be told: its tokens are good
   * until they end
   */
  logout(options?: { signal?: AbortSignal }): Promise<{ revoked: boolean }>
}

/** What {@link flyteLogin} works with. */
export interface FlyteLoginContext {
  env: Readonly<Record<string, string | undefined>>
  fetch: Fetch
  login: PersonLoginOptions
  store?: TokenStore | undefined
  onEvent?: EventListener | undefined
  clock?: Clock | undefined
}

/**
 * The login that a configuration describes; `undefined` for the mode "none".
 *
 * @throws ConfigError for a mode that this version cannot do, and for a setting that is missing
 */
export async function flyteLogin(
  resolution: ConfigResolution,
  context: FlyteLoginContext,
): Promise<(FlyteLogin & { close(): void }) | undefined> {
  const { env, fetch, login, clock } = context
  const { config } = resolution
  const { authMode, clientId, scopes, audience } = config.credentials
  if (authMode === 'none') return undefined
  if (authMode === 'external_command') throw unsupported(authMode)
  const isPerson = authMode !== 'client_credentials'
  const onEvent = isPerson ? withNotices(login.print ?? printToTerminal, context.onEvent) : context.onEvent
  const store = context.store ?? (await tokenStoreFor({ env, isPerson, onEvent }))
  if (!isPerson) return basicAuthTokens(resolution, { fetch, ...defined({ store, onEvent, clock }) })
  const key = store && tokenKey({ endpoint: httpBaseUrl(config), clientId, scopes, audience })
  return createTokenManager({
    grant: personLogin(resolution, context),
    // Zero is how flytectl's file says that nothing was chosen.
    ...defined({ store, key, refreshWindow: config.admin.tokenRefreshWindow || undefined, onEvent, clock }),
  })
}

/** The login of a client that has none of its own: somebody else's tokens, or none at all. */
export function withoutLogin(tokenSource: TokenSource | undefined): FlyteLogin {
  const message =
    tokenSource === undefined
      ? 'There is no login: credentials.auth_mode is none. Set FLYTE_CREDENTIALS_AUTH_MODE to standard (a person logs in) or basic (client credentials) to have one'
      : 'The tokens come from the tokenSource that createFlyteClient was given, so there is no login to begin or to end here. Leave tokenSource out to log in as the configuration says'
  const refuse = async () => {
    throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: 'credentials.auth_mode' })
  }
  return { getToken: (options) => tokenSource?.getToken(options) ?? refuse(), login: refuse, logout: refuse }
}

function unsupported(mode: string): ConfigError {
  const message = `credentials.auth_mode stands for ${mode} here, which this version cannot do. Set FLYTE_CREDENTIALS_AUTH_MODE to standard, basic, deviceflow or none, or give createFlyteClient a tokenSource`
  return new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: 'credentials.auth_mode' })
}
