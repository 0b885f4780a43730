import {
  AuthError,
  type EventListener,
  emit,
  FlyteError,
  type FlyteErrorCode,
  type LockedTokenStore,
  type TokenSet,
  type TokenStore,
} from '@flyte-js/core'
import { isTokenSet } from './is-token-set.js'

/** What a store says it holds; `undefined` where it could not say. */
export type Reading = { readonly tokenSet: TokenSet | undefined } | undefined

/** A store while its lock is held; `undefined` where there is no store. */
export type View = LockedTokenStore | undefined

/**
 * One login in a store. What goes wrong with the store is told in an event and ends no login: tokens that cannot be stored live
 * in memory, and a lock that cannot be had is gone round.
 */
export interface StoredLogin {
  /** What is stored, read under the lock where a view is given. */
  read(view?: View): Promise<Reading>
  /** `lost`: the lock had gone to another, who may have stored newer tokens. */
  write(view: View, tokenSet: TokenSet): Promise<'stored' | 'failed' | 'lost'>
  /** @throws what the store throws: a login that is still there after a logout is nothing to be silent about */
  remove(view: View): Promise<void>
  /** Runs `critical` under the lock; more than once only if the lock was lost before anything was written. */
  underLock<T>(critical: (view: View) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Hears that another tab has changed the login, where the store can know. */
  subscribe(listener: () => void): () => void
}

/** How often the lock is taken again after it was lost before anything was sent. */
const lockAttempts = 3

/**
 * @param store - where the login lives; without one, in the token manager's memory alone
 * @param key - under which key
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a store without a key
 */
export function storedLogin(
  store: TokenStore | undefined,
  key: string | Promise<string> | undefined,
  onEvent: EventListener | undefined,
): StoredLogin {
  if (store === undefined) return withoutStore
  if (key === undefined) {
    const message =
      'A store needs a key to keep the login under. Make one with tokenKey({ endpoint, clientId, scopes })'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  // Whoever awaits it hears of it; nobody else need.
  if (typeof key !== 'string') key.catch(() => {})
  const failed = (operation: 'get' | 'set' | 'delete', error: unknown) =>
    void emit(onEvent, { type: 'store.failed', operation, code: codeOf(error) })

  return {
    async read(view = store) {
      const name = await key
      try {
        // Whatever the types say, many a store has `null` for nothing.
        const tokenSet = (await view.get(name)) ?? undefined
        if (tokenSet === undefined || isTokenSet(tokenSet)) return { tokenSet }
        failed('get', undefined)
        return undefined
      } catch (error) {
        if (isLockLost(error) && view !== store) throw error
        failed('get', error)
        return undefined
      }
    },
    async write(view = store, tokenSet) {
      try {
        await view.set(await key, tokenSet)
        return 'stored'
      } catch (error) {
        if (isLockLost(error)) return 'lost'
        failed('set', error)
        return 'failed'
      }
    },
    async remove(view = store) {
      try {
        await view.delete(await key)
      } catch (error) {
        failed('delete', error)
        throw error
      }
    },
    async underLock(critical, signal) {
      const name = await key
      for (let attempt = 1; ; attempt += 1) {
        const run: { promise?: ReturnType<typeof critical> } = {}
        const enter = (view: LockedTokenStore) => {
          run.promise ??= critical(view)
          return run.promise
        }
        const unlocked = (error: unknown) => void emit(onEvent, { type: 'store.unlocked', code: codeOf(error) })
        let failure: { error: unknown } | undefined
        try {
          await store.withLock(name, enter, signal && { signal })
        } catch (error) {
          failure = { error }
        }
        if (run.promise === undefined) {
          signal?.throwIfAborted()
          unlocked(failure?.error)
          return critical(store)
        }
        try {
          // Also where the lock has ended before: a second one beside it would use the refresh token a second time.
          const value = await run.promise
          if (failure !== undefined) unlocked(failure.error)
          return value
        } catch (error) {
          if (!isLockLost(error) || attempt === lockAttempts) throw error
        }
      }
    },
    subscribe(listener) {
      let end: (() => void) | undefined
      let isWanted = true
      // Where there is nothing to be heard, the store is looked at when a token is needed.
      Promise.resolve(key)
        .then((name) => {
          if (isWanted) end = store.subscribe?.(name, listener)
        })
        .catch(() => {})
      return () => {
        isWanted = false
        end?.()
      }
    },
  }
}

const withoutStore: StoredLogin = {
  read: async () => undefined,
  write: async () => 'stored',
  remove: async () => {},
  underLock: (critical) => critical(undefined),
  subscribe: () => () => {},
}

function isLockLost(error: unknown): boolean {
  return FlyteError.isInstance(error) && error.code === 'FLYTE_STORE_LOCK_LOST'
}

/** The code of an error that a store, or a grant, threw. */
export function codeOf(error: unknown): FlyteErrorCode | 'UNKNOWN' {
  return FlyteError.isInstance(error) ? error.code : 'UNKNOWN'
}
