import { createTokenManager, type TokenKeyParts, type TokenManager, tokenKey } from '@flyte-js/auth'
import { type ConfigResolution, httpBaseUrl } from '@flyte-js/config'
import {
  type Clock,
  ConfigError,
  defined,
  type EventListener,
  type Fetch,
  type Grant,
  type TokenSet,
  type TokenSource,
  type TokenStore,
} from '@flyte-js/core'
import { createKeptIn } from './kept-in.js'
import { loadedOnUse } from './loaded-on-use.js'
import { withNotices } from './login-notices.js'
import type { PersonLoginOptions } from './person-login.js'
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

/** A login that this client keeps itself. */
export interface KeptLogin extends FlyteLogin, Pick<TokenManager, 'peek' | 'close'> {
  /** Where the login is kept, in words for people: `the keyring`, the path of a file, `Redis`, `memory`. The store is asked. */
  keptIn(): Promise<string>
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
 * What it takes to get a token is loaded when one must be got.
 *
 * @throws ConfigError for a setting that is missing
 */
export async function flyteLogin(
  resolution: ConfigResolution,
  context: FlyteLoginContext,
): Promise<KeptLogin | undefined> {
  const { env, login, clock } = context
  const { config } = resolution
  const { authMode } = config.credentials
  if (authMode === 'none') return undefined
  const isPerson = authMode !== 'client_credentials' && authMode !== 'external_command'
  const keptIn = createKeptIn(context.onEvent)
  const onEvent = isPerson ? withNotices(login.print ?? printToTerminal, keptIn.onEvent) : keptIn.onEvent
  const store = context.store ?? (await tokenStoreFor({ env, isPerson, endpoint: config.platform.url ?? '', onEvent }))
  const { grant, ...identity } = grantOf(resolution, { ...context, onEvent })
  const key = store && tokenKey({ endpoint: httpBaseUrl(config), ...identity })
  // Zero is how flytectl's file says that nothing was chosen.
  const refreshWindow = config.admin.tokenRefreshWindow || undefined
  const manager = createTokenManager({ grant, onEvent, ...defined({ store, key, refreshWindow, clock }) })
  return {
    ...manager,
    async keptIn() {
      // It tells where it is when it is read. What is wrong with it is told where a token is wanted.
      await key?.then((name) => store?.get(name)).catch(() => {})
      return keptIn.place(store)
    },
  }
}

/** How tokens are got, and what their login is stored under beside the endpoint. */
interface Identified extends Omit<TokenKeyParts, 'endpoint'> {
  grant: Grant
}

function grantOf(resolution: ConfigResolution, context: FlyteLoginContext): Identified {
  const { env, fetch, onEvent, clock } = context
  const { authMode, clientId, clientSecret, scopes, audience } = resolution.config.credentials
  switch (authMode) {
    case 'client_credentials': {
      // What is missing is told at once, and not when a token is wanted.
      resolution.require('credentials.client_id')
      if (!clientSecret) resolution.require('credentials.client_secret')
      const grant = loadedOnUse({ type: authMode }, async () => {
        const { basicAuthGrant } = await import('@flyte-js/basic-auth/node')
        return basicAuthGrant(resolution, { fetch, ...defined({ onEvent, clock }) })
      })
      return { grant, clientId, scopes, audience }
    }
    case 'external_command': {
      const argv = commandOf(resolution)
      const grant = loadedOnUse({ type: authMode }, async () => {
        const { commandGrant } = await import('./command/command-grant.js')
        return commandGrant(authMode, { argv, setting: 'credentials.command', env })
      })
      // Another program's tokens are another login.
      return { grant, clientId: `command ${JSON.stringify(argv)}` }
    }
    default: {
      const type = authMode === 'device' ? 'urn:ietf:params:oauth:grant-type:device_code' : 'authorization_code'
      const grant = loadedOnUse({ type, interactive: true, hasRefresh: true }, async () => {
        const { personLogin } = await import('./person-login.js')
        return personLogin(resolution, context)
      })
      return { grant, clientId, scopes, audience }
    }
  }
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
