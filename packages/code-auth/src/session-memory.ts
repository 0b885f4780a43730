import type { SessionUser } from './user.js'

/** What this process remembers of a session that is in a store. It may forget it at any time. */
export interface SessionMemory {
  /** Who it is, where only Flyte Admin could tell. */
  user?: SessionUser
  /** Until when (monotonic) a refused token is not renewed again: it was just now. */
  calmUntil?: number
  /** Until when (monotonic) a renewal is not tried again that failed on the way, and how it failed. */
  failed?: { until: number; error: unknown }
}

/** Sessions that are remembered, at most. */
const most = 10_000

/** Remembers sessions, the most recently used ones. */
export function createSessionMemories(): { of(key: string): SessionMemory; forget(key: string): void } {
  const memories = new Map<string, SessionMemory>()
  return {
    of(key) {
      const memory = memories.get(key) ?? {}
      // A map is in the order of insertion: whoever was used last is last.
      memories.delete(key)
      memories.set(key, memory)
      const [oldest] = memories.keys()
      if (memories.size > most && oldest !== undefined) memories.delete(oldest)
      return memory
    },
    forget(key) {
      memories.delete(key)
    },
  }
}
