import type { Clock, TokenStore } from '@flyte-js/core'
import type { ExpiringKeys } from './expiring-keys.js'
import { storeKey } from './store-key.js'

/**
 * States that were used, until nobody could use them any more.
 *
 * A cookie that a browser was told to forget can have been saved before, and Flyte Admin's codes can be used twice: only who
 * remembers can tell a callback from its replay.
 */
export interface UsedStates {
  /** Uses a state up; false where that was done before, by another instance that shares the store too. */
  use(state: string): Promise<boolean>
}

/**
 * @param store - shared by all instances; without one this process alone remembers
 * @param lifetime - milliseconds after which a state is no use to anybody
 */
export function createUsedStates(
  shared: { store: TokenStore; expiring: ExpiringKeys } | undefined,
  { clock, lifetime }: { clock: Clock; lifetime: number },
): UsedStates {
  if (shared === undefined) return inMemory(clock, lifetime)
  const { store, expiring } = shared
  return {
    async use(state) {
      const key = await storeKey('used', state)
      const expiresAt = clock.now() + lifetime
      const isFirst = await store.withLock(key, async (locked) => {
        if ((await locked.get(key)) !== undefined) return false
        // A store keeps token sets; this one says nothing but that it is there.
        await locked.set(key, { accessToken: 'used', tokenType: 'none', expiresAt }, { forgetAt: expiresAt })
        return true
      })
      if (isFirst) expiring.add(key, expiresAt)
      return isFirst
    },
  }
}

function inMemory(clock: Clock, lifetime: number): UsedStates {
  const ends = new Map<string, number>()
  return {
    async use(state) {
      const now = clock.now()
      for (const [each, end] of ends) {
        // They are in the order of their ends.
        if (end > now) break
        ends.delete(each)
      }
      if (ends.has(state)) return false
      ends.set(state, now + lifetime)
      return true
    },
  }
}
