// Time for what sleeps on a clock of the test's.
import type { TestClock } from '@flyte-js/testing'

/** Turns the clock whenever something sleeps, until the work has ended. */
export async function drive<T>(clock: TestClock, work: Promise<T>): Promise<T> {
  let hasEnded = false
  const end = () => {
    hasEnded = true
  }
  work.then(end, end)
  while (!hasEnded) {
    if (clock.sleeping > 0) await clock.advance(50)
    else await new Promise((resolve) => setImmediate(resolve))
  }
  return work
}
