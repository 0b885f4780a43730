import { type Clock, defined, type EventListener, emit, type TokenSet } from '@flyte-js/core'
import { accessOnly, type Sessions, sessionEnded, sessionOf } from './session.js'
import type { SessionCookies } from './session-cookie.js'
import { type SessionUser, userOfIdToken } from './user.js'

/** What {@link createCookieSessions} works with. */
export interface CookieSessionsOptions {
  cookie: SessionCookies
  clock: Clock
  onEvent: EventListener | undefined
  /** Asks who a token belongs to. */
  fetchUser(accessToken: string): Promise<SessionUser>
}

/** What is sealed into the cookie, in names that are short: it travels with every request. */
interface Content {
  token: string
  /** Absent where it is a bearer token. */
  type?: string
  expiresAt?: number
  scope?: string
  issuer?: string
  user: SessionUser
}

/**
 * Sessions whose access token is in their cookies. There is no refresh token, so a session ends with its access token; and nothing
 * is remembered here, so a cookie that was saved stays good until then.
 */
export function createCookieSessions({ cookie, clock, onEvent, fetchUser }: CookieSessionsOptions): Sessions {
  const contentOf = (tokenSet: TokenSet, user: SessionUser): Content => {
    const { accessToken: token, tokenType, expiresAt, scope, issuer } = tokenSet
    const type = tokenType === 'bearer' ? undefined : tokenType
    return { token, user, ...defined({ type, expiresAt, scope, issuer }) }
  }
  async function read(cookies: Parameters<Sessions['find']>[0]) {
    const found = await cookie.read(cookies)
    if (found === undefined) return undefined
    const { token, type = 'bearer', user, expiresAt, scope, issuer } = found.content as Partial<Content>
    if (token === undefined || user === undefined) return undefined
    const tokenSet: TokenSet = { accessToken: token, tokenType: type, ...defined({ expiresAt, scope, issuer }) }
    return { ...found, user, tokenSet }
  }
  return {
    async find(cookies) {
      const found = await read(cookies)
      if (found === undefined) return undefined
      const { user, tokenSet, start, isDue, content } = found
      const { expiresAt: end = Number.POSITIVE_INFINITY } = tokenSet
      const session = sessionOf(user, tokenSet, async ({ signal } = {}) => {
        signal?.throwIfAborted()
        if (end <= clock.now()) throw sessionEnded()
        return tokenSet
      })
      return { session, setCookies: isDue ? await cookie.write(content, cookies, { start, end }) : [] }
    },
    async start(tokenSet, cookies) {
      const user = userOfIdToken(tokenSet) ?? (await fetchUser(tokenSet.accessToken))
      const { expiresAt } = tokenSet
      const content = contentOf(accessOnly(tokenSet), user)
      const setCookies = await cookie.write({ ...content }, cookies, {
        start: clock.now(),
        ...defined({ end: expiresAt }),
      })
      emit(onEvent, { type: 'session.started', ...defined({ expiresAt }) })
      return setCookies
    },
    async end(cookies) {
      const found = await read(cookies)
      return found && { tokenSet: found.tokenSet }
    },
    clear: cookie.clear,
  }
}
