import { orAborted } from '@flyte-js/auth'
import { type Clock, defined, type EventListener, emit, type TokenSet, type TokenStore } from '@flyte-js/core'
import { generateRandomState } from 'oauth4webapi'
import type { Cookies } from './cookies.js'
import type { ExpiringKeys } from './expiring-keys.js'
import { restTime } from './failure.js'
import { createRenewal } from './renew-session.js'
import { accessOnly, type Sessions, sessionEnded, sessionOf } from './session.js'
import type { SessionCookies } from './session-cookie.js'
import { createSessionMemories } from './session-memory.js'
import { storeKey } from './store-key.js'
import { createTokenLives } from './token-lives.js'
import { type SessionUser, userOfIdToken } from './user.js'

/** What {@link createStoredSessions} works with. */
export interface StoredSessionsOptions {
  cookie: SessionCookies
  store: TokenStore
  expiring: ExpiringKeys
  absoluteTimeout: number
  clock: Clock
  onEvent: EventListener | undefined
  /** Asks who a token belongs to. */
  fetchUser(accessToken: string): Promise<SessionUser>
  /** Renews at the provider. */
  refresh(tokenSet: TokenSet): Promise<TokenSet>
}

/** Milliseconds for which a token that was renewed after a refusal is not renewed again when it is refused as well. */
const calmTime = 30_000

/**
 * Sessions whose tokens are in a store, while the cookie holds a sealed id. Every request looks there, so that a session that has
 * ended has ended for every instance.
 */
export function createStoredSessions(options: StoredSessionsOptions): Sessions {
  const { cookie, store, expiring, absoluteTimeout, clock, onEvent, fetchUser, refresh } = options
  const memories = createSessionMemories()
  const lives = createTokenLives(clock)
  const renew = createRenewal({ store, clock, onEvent, refresh })

  /** The key of the session that a cookie names. */
  async function keyOf(cookies: Cookies) {
    const found = await cookie.read(cookies)
    const id = found?.content.id
    if (found === undefined || typeof id !== 'string') return undefined
    return { ...found, key: await storeKey('session', id), end: found.start + absoluteTimeout }
  }

  /**
   * The session's tokens, good ones where they can be had; `undefined` where it is over.
   *
   * @param rejected - an access token that a server has just refused
   * @returns with them the `failure` of a renewal, where there is no good access token any more and the session is as it was
   */
  async function tokensOf(
    { key, end }: { key: string; end: number },
    rejected?: string,
  ): Promise<{ tokenSet: TokenSet; failure?: unknown } | undefined> {
    const memory = memories.of(key)
    const stored = await store.get(key)
    if (stored === undefined) return over(key)
    const phase = lives.phase(stored)
    const isRejected = stored.accessToken === rejected && clock.monotonic() >= (memory.calmUntil ?? 0)
    if (!isRejected && phase === 'fresh') return { tokenSet: stored }
    if (!stored.refreshToken) {
      if (phase !== 'ended') return { tokenSet: stored }
      await store.delete(key)
      emit(onEvent, { type: 'session.ended', reason: 'expired' })
      return over(key)
    }
    try {
      const { failed } = memory
      if (failed !== undefined && clock.monotonic() < failed.until) throw failed.error
      const renewed = await renew(key, stored, end)
      if (renewed === undefined) return over(key)
      if (isRejected) memory.calmUntil = clock.monotonic() + calmTime
      delete memory.failed
      lives.learn(renewed)
      return { tokenSet: renewed }
    } catch (error) {
      if (memory.failed?.error !== error) memory.failed = { until: clock.monotonic() + restTime, error }
      return { tokenSet: stored, ...((phase === 'ended' || isRejected) && { failure: error }) }
    }
  }

  function over(key: string): undefined {
    memories.forget(key)
    expiring.remove(key)
    return undefined
  }

  async function userOf(key: string, tokenSet: TokenSet, failure?: unknown): Promise<SessionUser> {
    const memory = memories.of(key)
    const known = userOfIdToken(tokenSet) ?? memory.user
    // Flyte Admin would not take the token.
    if (known === undefined && failure !== undefined) throw failure
    const user = known ?? (await fetchUser(tokenSet.accessToken))
    memory.user = user
    return user
  }

  async function getToken(session: { key: string; end: number }, rejected: string | undefined): Promise<TokenSet> {
    const found = await tokensOf(session, rejected)
    if (found === undefined) throw sessionEnded()
    if (found.failure !== undefined) throw found.failure
    return accessOnly(found.tokenSet)
  }

  return {
    async find(cookies) {
      const found = await keyOf(cookies)
      if (found === undefined) return undefined
      const { key, content, start, isDue } = found
      const current = await tokensOf(found)
      if (current === undefined) return undefined
      const { tokenSet, failure } = current
      // Who needs no token is served, whatever has become of the provider: only `getToken` fails.
      const session = sessionOf(await userOf(key, tokenSet, failure), tokenSet, async ({ signal, rejected } = {}) =>
        orAborted(getToken(found, rejected), signal ?? undefined),
      )
      return { session, setCookies: isDue ? await cookie.write(content, cookies, { start }) : [] }
    },
    async start(tokenSet, cookies) {
      // 256 bits, and never one that a browser brought: nobody can plant a session (fixation).
      const id = generateRandomState()
      const key = await storeKey('session', id)
      await userOf(key, tokenSet)
      lives.learn(tokenSet)
      const start = clock.now()
      const setCookies = await cookie.write({ id }, cookies, { start })
      const end = start + absoluteTimeout
      await store.set(key, tokenSet, { forgetAt: end })
      expiring.add(key, end)
      const before = await keyOf(cookies)
      if (before !== undefined) {
        await store.delete(before.key).catch(() => {})
        over(before.key)
        emit(onEvent, { type: 'session.ended', reason: 'login' })
      }
      emit(onEvent, { type: 'session.started', ...defined({ expiresAt: tokenSet.expiresAt }) })
      return setCookies
    },
    async end(cookies) {
      const found = await keyOf(cookies)
      if (found === undefined) return undefined
      const { key } = found
      // Under the lock: a renewal that is on its way ends first, or finds nothing to renew.
      const tokenSet = await store.withLock(key, async (locked) => {
        const stored = await locked.get(key)
        await locked.delete(key)
        return stored
      })
      over(key)
      return tokenSet && { tokenSet }
    },
    clear: cookie.clear,
  }
}
