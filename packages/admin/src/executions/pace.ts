import type { Random } from '@flyte-js/core'

/** Milliseconds before the second poll, and after each change of phase. */
export const firstDelay = 500
/** The longest time between two polls: who waits for hours need not know within a second. */
export const longestDelay = 10_000
const growth = 1.3

/** When to poll again. */
export interface Pace {
  /** Milliseconds to wait now. Each wait is longer than the one before, and spread by a fifth either way. */
  next(): number
  /** Something has changed, so that more may change soon: the next wait is a short one. */
  quicken(): void
}

/** Polls twice a second at first, every ten seconds in the end, and not in step with other clients. */
export function createPace(random: Random): Pace {
  let delay = firstDelay
  return {
    next() {
      const spread = delay * (0.8 + 0.4 * random())
      delay = Math.min(longestDelay, delay * growth)
      return spread
    },
    quicken() {
      delay = firstDelay
    },
  }
}
