import type { TokenSet, TokenStore } from '@flyte-js/core'
import { fence } from './fence.js'
import { createMutex } from './mutex.js'

/**
 * Keeps logins in this process, or page, and nowhere else: they end with it.
 *
 * Two token managers that share one such store share its logins.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@flyte-js/token-store'
 *
 * const store = memoryStore()
 * ```
 */
export function memoryStore(): TokenStore {
  const kept = new Map<string, TokenSet>()
  const mutex = createMutex()
  const store: Omit<TokenStore, 'withLock'> = {
    async get(key) {
      const tokenSet = kept.get(key)
      return tokenSet && { ...tokenSet }
    },
    async set(key, tokenSet) {
      kept.set(key, { ...tokenSet })
    },
    async delete(key) {
      kept.delete(key)
    },
  }
  return {
    name: 'memory',
    ...store,
    withLock: (key, critical, options) =>
      mutex.run(
        key,
        async () => {
          let isHeld = true
          try {
            return await critical(fence('memory', store, () => isHeld))
          } finally {
            isHeld = false
          }
        },
        options,
      ),
  }
}
