import type { Clock, Random } from '@flyte-js/core'

/** Remembers failures, so that who failed is not asked again at once. */
export interface Backoff {
  /** Milliseconds until the next attempt may be made; 0 when it may be now. */
  wait(): number
  /** The last failure, while it counts. */
  readonly failure: unknown
  /** Remembers a failure. */
  fail(error: unknown): void
  /** Forgets all failures. */
  succeed(): void
}

/** Milliseconds after the first failure, doubled with each further one. */
const first = 1_000
const longest = 30_000

/** Waits of 1, 2, 4, … 30 s after each failure in a row, each cut by up to half at random, so that a fleet does not return as one. */
export function createBackoff(clock: Clock, random: Random): Backoff {
  let failures = 0
  let until = Number.NEGATIVE_INFINITY
  let failure: unknown
  return {
    wait: () => Math.max(0, until - clock.monotonic()),
    get failure() {
      return failure
    },
    fail(error) {
      failure = error
      until = clock.monotonic() + Math.min(longest, first * 2 ** failures) * (1 - random() / 2)
      failures = Math.min(failures + 1, 10)
    },
    succeed() {
      failures = 0
      until = Number.NEGATIVE_INFINITY
      failure = undefined
    },
  }
}
