import type { Clock } from '@flyte-js/core'

/** A clock whose waits take no time. */
export interface SkippingClock extends Clock {
  /** How long each wait would have been, in milliseconds. */
  readonly waits: number[]
}

/** Makes one: it goes as the system's does, and jumps over waits. */
export function createSkippingClock(): SkippingClock {
  const waits: number[] = []
  let skipped = 0
  return {
    waits,
    now: () => Date.now() + skipped,
    monotonic: () => performance.now() + skipped,
    async sleep(milliseconds, { signal } = {}) {
      signal?.throwIfAborted()
      waits.push(milliseconds)
      skipped += milliseconds
    },
  }
}
