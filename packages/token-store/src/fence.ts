import { type LockedTokenStore, TokenStoreError } from '@flyte-js/core'

/**
 * A view of a store that is good only while a lock is held.
 *
 * @param store - the store's name, for errors
 * @param isHeld - asked before each call, at the last moment at which the caller can still be stopped
 */
export function fence(store: string, inner: LockedTokenStore, isHeld: () => boolean): LockedTokenStore {
  const check = () => {
    if (!isHeld()) throw lockLost(store)
  }
  return {
    async get(key) {
      check()
      return inner.get(key)
    },
    async set(key, tokenSet, options) {
      check()
      return inner.set(key, tokenSet, options)
    },
    async delete(key) {
      check()
      return inner.delete(key)
    },
  }
}

/** The error of who writes although its lock has gone to another. */
export function lockLost(store: string): TokenStoreError {
  const message = `The lock of the ${store} store is not held any more: this process was paused, or the lock was used after its end. Nothing was written`
  return new TokenStoreError('FLYTE_STORE_LOCK_LOST', message, { store })
}
