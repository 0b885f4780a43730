// A clock that stands still until a test moves it.
import type { Clock } from '@flyte-js/core'

/** A `Clock` that a test moves. */
export interface TestClock extends Clock {
  /**
   * Moves the time on, and wakes the sleeps that end on the way, each at its own time.
   *
   * Await it: it resolves after what they woke has run, so that sleeps begun by it are woken too when their time comes.
   * When nothing sleeps, the time has moved already when it returns.
   */
  advance(milliseconds: number): Promise<void>
  /** Sets the wall clock alone, as a correction of the system's time does. The monotonic clock goes on. */
  setNow(epochMilliseconds: number): void
  /** How many sleeps wait. */
  readonly sleeping: number
}

interface Sleep {
  until: number
  wake(): void
}

/**
 * Makes a clock that stands still.
 *
 * @param start The time it shows at first, in epoch milliseconds. By default 2026-01-01T00:00:00Z, so that tests do not differ from day to day.
 *
 * @example
 * ```ts
 * import { createTestClock } from '@flyte-js/testing'
 *
 * const clock = createTestClock()
 * const slept = clock.sleep(1000)
 * await clock.advance(1000)
 * await slept
 * ```
 */
export function createTestClock(start: number | Date = Date.UTC(2026, 0, 1)): TestClock {
  let wallOffset = Number(start)
  let elapsed = 0
  /** Where sleeps are counted from: behind `elapsed` only while code that ran before an `advance` settles. */
  let origin = 0
  let sleeps: Sleep[] = []

  const remove = (sleep: Sleep) => {
    sleeps = sleeps.filter((other) => other !== sleep)
  }

  return {
    now: () => wallOffset + elapsed,
    monotonic: () => elapsed,
    sleep: (milliseconds, { signal } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (!(milliseconds > 0)) return resolve()
        const onAbort = () => {
          remove(sleep)
          reject(signal?.reason)
        }
        const sleep: Sleep = {
          until: origin + milliseconds,
          wake: () => {
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        sleeps.push(sleep)
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    async advance(milliseconds) {
      const end = elapsed + milliseconds
      if (sleeps.length === 0) elapsed = end
      for (;;) {
        await settle()
        const next = sleeps.reduce<Sleep | undefined>(
          (soonest, sleep) => (soonest !== undefined && soonest.until <= sleep.until ? soonest : sleep),
          undefined,
        )
        if (next === undefined || next.until > end) break
        elapsed = origin = next.until
        remove(next)
        next.wake()
      }
      elapsed = origin = end
      await settle()
    },
    setNow(epochMilliseconds) {
      wallOffset = epochMilliseconds - elapsed
    },
    get sleeping() {
      return sleeps.length
    },
  }
}

/** Lets promises that are already resolved run on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
