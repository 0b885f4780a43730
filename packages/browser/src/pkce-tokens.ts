// Loaded by pages that log in by PKCE.
import { createTokenManager, tokenKey } from '@flyte-js/auth/token-manager'
import {
  createFetch,
  defined,
  FlyteError,
  systemClock,
  type TokenSet,
  type TokenSource,
  type TokenStore,
} from '@flyte-js/core'
import type { PageLoginOptions } from '@flyte-js/pkce-auth/browser'
import { askedGrant } from './asked-grant.js'
import type { PkceClientOptions } from './flyte-client-options.js'
import type { FinishedLogin, PkceLogin } from './flyte-login.js'
import { loadedOnce } from './loaded-once.js'

/** The tokens of a person who logs in by PKCE. */
export interface PkceTokens extends TokenSource, Pick<PkceLogin, 'login' | 'logout'> {
  /** Whether there is a login, be it an ended one. */
  isKnown(): Promise<boolean>
  /** @param isAnswered - whether the address looks like an answer; without one there is none to know of but one that was handled */
  handleRedirectCallback(isAnswered: boolean): Promise<FinishedLogin | undefined>
  /** Has the code of the login at hand for a click, where somebody has to log in. */
  prepare(): Promise<void>
  close(): void
}

/**
 * Makes them.
 *
 * @param endpoint - the base URL of Flyte Admin
 * @param store - where they live; without one in memory
 */
export function createPkceTokens(
  options: PkceClientOptions,
  endpoint: string,
  store: TokenStore | undefined,
): PkceTokens {
  const { clientId, scopes, audience, login: kind = 'redirect', onEvent, clock = systemClock } = options
  const person = loadedOnce(
    () => import('./person-login.js'),
    ({ personLogin }) => personLogin(kind, loginOptions(options, endpoint)),
  )
  const grant = askedGrant(person)
  const key = store && tokenKey({ endpoint, clientId, scopes, audience })
  const tokens = createTokenManager({ grant, clock, ...defined({ store, key, onEvent }) })
  const login: PkceLogin['login'] = (ending) => grant.whileAsked(() => tokens.login(ending))
  /** The token whose time is not over. */
  async function peekGood(): Promise<TokenSet | undefined> {
    const held = await tokens.peek()
    return held && (held.expiresAt ?? Number.POSITIVE_INFINITY) > clock.now() ? held : undefined
  }
  return {
    login,
    logout: tokens.logout,
    close: tokens.close,
    isKnown: async () => (await tokens.peek()) !== undefined,
    async getToken(asking) {
      try {
        return await tokens.getToken(asking)
      } catch (error) {
        // What Flyte Admin has refused may do in the other header. Whether it does is Flyte Admin's to say, until the token ends.
        const held = isLoggedOut(error) ? await peekGood() : undefined
        if (held) return held
        throw error
      }
    },
    async handleRedirectCallback(isAnswered) {
      if (!isAnswered && !person.ifWanted()) return undefined
      const finished = await (await person()).handleRedirectCallback({ login })
      return finished && { returnTo: finished.returnTo }
    },
    async prepare() {
      if (!(await peekGood())) await person()
    },
  }
}

function loginOptions(options: PkceClientOptions, endpoint: string): PageLoginOptions {
  const { clientId, redirectUri = '/', scopes, audience, offline, parameters, insecure, onEvent } = options
  const { fetch, timeout } = options
  return {
    endpoint,
    redirectUri,
    fetch: createFetch(defined({ fetch, timeout })),
    ...defined({ clientId, scopes, audience, offline, parameters, insecure, onEvent }),
  }
}

function isLoggedOut(error: unknown): boolean {
  return FlyteError.isInstance(error) && error.code === 'FLYTE_AUTH_LOGGED_OUT'
}
