import { createTokenManager, type TokenManager, tokenKey } from '@flyte-js/auth'
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
import { commandGrant } from './command/command-grant.js'
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
 * @throws ConfigError for a setting that is missing
 */
export async function flyteLogin(
  resolution: ConfigResolution,
  context: FlyteLoginContext,
): Promise<(FlyteLogin & Pick<TokenManager, 'peek' | 'close'>) | undefined> {
  const { env, fetch, login, clock } = context
  const { config } = resolution
  const { authMode, clientId, scopes, audience } = config.credentials
  if (authMode === 'none') return undefined
  const isPerson = authMode !== 'client_credentials' && authMode !== 'external_command'
  const onEvent = isPerson ? withNotices(login.print ?? printToTerminal, context.onEvent) : context.onEvent
  const store = context.store ?? (await tokenStoreFor({ env, isPerson, endpoint: config.platform.url ?? '', onEvent }))
  if (authMode === 'client_credentials')
    return basicAuthTokens(resolution, { fetch, ...defined({ store, onEvent, clock }) })
  const endpoint = httpBaseUrl(config)
  const kept = defined({
    store,
    // Zero is how flytectl's file says that nothing was chosen.
    refreshWindow: config.admin.tokenRefreshWindow || undefined,
    onEvent,
    clock,
  })
  if (authMode === 'external_command') {
    const argv = commandOf(resolution)
    // Another program's tokens are another login.
    const key = store && tokenKey({ endpoint, clientId: `command ${JSON.stringify(argv)}` })
    const grant = commandGrant('external_command', { argv, setting: 'credentials.command', env })
    return createTokenManager({ grant, ...kept, ...defined({ key }) })
  }
  const key = store && tokenKey({ endpoint, clientId, scopes, audience })
  return createTokenManager({ grant: personLogin(resolution, context), ...kept, ...defined({ key }) })
}

function commandOf({ config }: ConfigResolution): readonly string[] {
  const { command = [] } = config.credentials
  if (command.length > 0) return command
  const message =
    'credentials.auth_mode is external_command, and credentials.command names no program. Set FLYTE_CREDENTIALS_COMMAND to a program that prints a token, its arguments behind it with commas between, or as a list in the configuration file'
  throw new ConfigError('FLYTE_CONFIG_MISSING', message, { setting: 'credentials.command' })
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
