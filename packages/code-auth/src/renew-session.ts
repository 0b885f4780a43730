import {
  AuthError,
  type Clock,
  defined,
  type EventListener,
  emit,
  FlyteError,
  type TokenSet,
  type TokenStore,
} from '@flyte-js/core'
import { isSame } from './token-lives.js'

/** What {@link createRenewal} works with. */
export interface RenewalOptions {
  store: TokenStore
  clock: Clock
  onEvent: EventListener | undefined
  /** Renews at the provider. */
  refresh(tokenSet: TokenSet): Promise<TokenSet>
}

/** How often the lock is taken again that was lost. */
const lockAttempts = 3

const grant = 'refresh_token'

/** Refusals that say nothing of the refresh token: the server is busy, or it is our own client that it does not like. */
const notOfTheToken = new Set(['temporarily_unavailable', 'slow_down', 'invalid_client', 'unauthorized_client'])

/**
 * Renews the tokens of a session, once for all requests that wait, here and in every other process that shares the store: a
 * refresh token that rotates can be used once.
 *
 * @returns the renewal: it takes the tokens that are about to end, and when the session is over at the latest, and gives the new ones, or those that another process has
 * stored meanwhile; `undefined` where the session is over, because the provider refused or because it was ended meanwhile. It throws
 * what the provider's failure gives where the session is as it was
 */
export function createRenewal(
  options: RenewalOptions,
): (key: string, before: TokenSet, end: number) => Promise<TokenSet | undefined> {
  const { store, clock, onEvent, refresh } = options
  const flights = new Map<string, Promise<TokenSet | undefined>>()

  /** Nobody's leaving ends it: the provider may have replaced the refresh token already. */
  async function renew(key: string, before: TokenSet, forgetAt: number): Promise<TokenSet | undefined> {
    const start = clock.monotonic()
    let renewed: TokenSet | undefined
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await store.withLock(key, async (locked) => {
          const stored = await locked.get(key)
          if (stored === undefined || !isSame(stored, before)) return stored
          renewed ??= await refresh(stored).catch(async (error: unknown) => {
            const oauthError = AuthError.isInstance(error) ? error.oauthError : undefined
            const code = FlyteError.isInstance(error) ? error.code : 'UNKNOWN'
            const duration = clock.monotonic() - start
            emit(onEvent, { type: 'token.failed', grant, code, duration, ...defined({ oauthError }) })
            if (!isRefusal(error)) throw error
            await locked.delete(key)
            emit(onEvent, { type: 'session.ended', reason: 'refresh-refused' })
            return undefined
          })
          if (renewed === undefined) return undefined
          await locked.set(key, renewed, { forgetAt })
          const { expiresAt } = renewed
          const duration = clock.monotonic() - start
          emit(onEvent, { type: 'token.refreshed', grant, duration, ...defined({ expiresAt }) })
          return renewed
        })
      } catch (error) {
        // Another process may have renewed: what it stored counts. If it has not, what came here is stored after all.
        if (!isLockLost(error) || attempt === lockAttempts) throw error
      }
    }
  }

  return (key, before, end) => {
    const flight = flights.get(key)
    if (flight !== undefined) return flight
    const started = renew(key, before, end).finally(() => flights.delete(key))
    flights.set(key, started)
    return started
  }
}

/**
 * Whether a renewal failed for good. Flyte Admin's own server says HTTP 500 `server_error` of a refresh token that has ended;
 * tokens of another issuer than there is now are not sent anywhere.
 */
function isRefusal(error: unknown): boolean {
  if (!AuthError.isInstance(error)) return false
  if (error.code === 'FLYTE_AUTH_ISSUER_MISMATCH') return true
  return error.code === 'FLYTE_AUTH_GRANT_REFUSED' && !notOfTheToken.has(error.oauthError ?? '')
}

function isLockLost(error: unknown): boolean {
  return FlyteError.isInstance(error) && error.code === 'FLYTE_STORE_LOCK_LOST'
}
