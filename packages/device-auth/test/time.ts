import type { TestClock } from '@flyte-js/testing'

/** Lets promises that are already resolved run on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** How many sleeps there are between two polls: the interval, and the end of the login. */
const whileWaiting = 2

/** Resolves when a login waits for nothing but time, or has ended. It waits for a state, not for a time. */
async function idle(clock: TestClock, isOver: () => boolean): Promise<void> {
  while (!isOver() && clock.sleeping < whileWaiting) await settled()
}

/**
 * Lets time pass, a second at a time and only when the login waits for nothing else, so that an answer takes no time.
 *
 * @param until - the time after which it stops, by the monotonic clock. Default: when the login has ended
 * @returns what comes of the login, or `undefined` where it still goes on
 */
export async function letTimePass<Result>(
  clock: TestClock,
  login: Promise<Result>,
  { until = Number.POSITIVE_INFINITY, step = 1_000 }: { until?: number; step?: number } = {},
): Promise<Result | undefined> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  login.then(over, over)
  for (;;) {
    await idle(clock, () => isOver)
    if (isOver) return login
    if (clock.monotonic() >= until) return undefined
    await clock.advance(step)
  }
}
