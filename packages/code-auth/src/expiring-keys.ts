import type { Clock, TokenStore } from '@flyte-js/core'

/** Deletes from a store what nobody comes back for, all of which lives equally long. */
export interface ExpiringKeys {
  /** Remembers a key until its time, and deletes some of those whose time has come. */
  add(key: string, end: number): void
  /** Lets go of a key that is deleted already. */
  remove(key: string): void
}

/** How many keys one login clears away at most: a person waits. */
const mostAtOnce = 20

/**
 * Not every token store forgets by itself: what this process has put there, and knows to be over, it takes away again, at the next
 * login. No timer keeps the process.
 */
export function createExpiringKeys(store: TokenStore, clock: Clock): ExpiringKeys {
  const ends = new Map<string, number>()
  return {
    add(key, end) {
      let count = 0
      // They are in the order of their ends: who logs in does not wait for all the others to be looked at.
      for (const [each, itsEnd] of ends) {
        if (itsEnd > clock.now() || count === mostAtOnce) break
        count += 1
        ends.delete(each)
        // Nobody waits for it, and nobody can use what is left.
        store.delete(each).catch(() => {})
      }
      ends.set(key, end)
    },
    remove(key) {
      ends.delete(key)
    },
  }
}
