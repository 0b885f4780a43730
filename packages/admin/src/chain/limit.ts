import { type Clock, type EventListener, FlyteError, onAbort } from '@flyte-js/core'
import type { AdminError } from '../admin-error.js'
import { failure } from './failures.js'
import { type Call, deadlineOf, type Handler, tell } from './link.js'

/** How many requests may go out. */
export interface LimitOptions {
  /** How many may be under way at a time. Default 16: more bring a single Flyte Admin no further. */
  concurrency?: number
  /** How many may begin in a second, in the long run. Default: no limit. */
  requestsPerSecond?: number
  /** How many may begin at once after a quiet time. Default: `requestsPerSecond`, at least 1. */
  burst?: number
  /** How many may wait for a place; one more is refused with `FLYTE_ADMIN_LIMIT_REACHED`. Default 10,000. */
  queue?: number
}

/** One who waits for a place. */
interface Waiting {
  /** When his time is over. */
  readonly until: number
  enter(): void
  giveUp(): void
}

/** Lets so many requests out at a time and in a second. The others wait, in the order in which they came. */
export function limit(options: LimitOptions, clock: Clock, onEvent: EventListener | undefined, next: Handler): Handler {
  const { concurrency = 16, requestsPerSecond = Number.POSITIVE_INFINITY, queue: longest = 10_000 } = options
  const { burst = Math.max(1, requestsPerSecond) } = options
  if (!(concurrency >= 1 && burst >= 1 && requestsPerSecond > 0 && longest >= 0))
    throw new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      'limits: concurrency and burst must be at least 1, requestsPerSecond more than 0, queue 0 or more',
    )

  /** Those who wait for a place, the longest first. */
  const queue: Waiting[] = []
  /** When the first of them runs out of time, as far as it is watched: one timer for all, since one for each costs 25 us a call. */
  let watchedUntil = Number.POSITIVE_INFINITY
  let watching: AbortController | undefined
  let places = concurrency
  /** Milliseconds between two requests in the long run. */
  const interval = 1000 / requestsPerSecond
  /** When the next request would begin if all had kept that distance (GCRA, the "theoretical arrival time"). */
  let due = Number.NEGATIVE_INFINITY
  /** Those who have a place and keep the distance, in their order. */
  const line = new Set<Call>()

  return async (call) => {
    const start = clock.monotonic()
    let hasWaited = places < 1
    if (hasWaited) await place(call, start)
    else places -= 1
    try {
      if (interval > 0 && (await distance(call))) hasWaited = true
      if (hasWaited) tell(call, onEvent, { type: 'admin.waited', duration: clock.monotonic() - start })
      return await next(call)
    } finally {
      // A place that is given back goes to who has waited longest.
      const next = queue.shift()
      if (next) next.enter()
      else places += 1
      // Nobody is left: the timer must not keep the process from exiting.
      if (places === concurrency) unwatch()
    }
  }

  function place(call: Call, now: number): Promise<void> {
    const { signal } = call
    const until = deadlineOf(call)
    if (queue.length >= longest) throw notSent(call, `${longest} calls wait already`)
    if (untilDue(line.size + queue.length, now) > until - now) throw notSent(call, tooLate)
    return new Promise((resolve, reject) => {
      const refuse = (reason: unknown) => {
        queue.splice(queue.indexOf(waiting), 1)
        forget?.()
        reject(reason)
      }
      const waiting: Waiting = {
        until,
        enter() {
          forget?.()
          resolve()
        },
        giveUp: () => refuse(notSent(call, 'its turn did not come in time')),
      }
      queue.push(waiting)
      const forget = signal && onAbort(signal, () => refuse(signal.reason))
      if (until < watchedUntil) watch(until)
    })
  }

  /** Lets those go whose time is over, then and later. */
  function watch(until: number): void {
    unwatch()
    watching = new AbortController()
    watchedUntil = until
    clock.sleep(until - clock.monotonic(), { signal: watching.signal }).then(
      () => {
        unwatch()
        const now = clock.monotonic()
        for (const each of queue.filter(({ until }) => until <= now)) each.giveUp()
        const next = queue.reduce((first, { until }) => Math.min(first, until), watchedUntil)
        if (next < watchedUntil) watch(next)
      },
      () => {},
    )
  }

  function unwatch(): void {
    watching?.abort()
    watching = undefined
    watchedUntil = Number.POSITIVE_INFINITY
  }

  /** Milliseconds until a request may begin, with so many before it. */
  function untilDue(ahead: number, now: number): number {
    return Math.max(due, now) + (ahead + 1 - burst) * interval - now
  }

  /** Waits until the request is far enough from those before it, and says whether it had to. */
  async function distance(call: Call): Promise<boolean> {
    line.add(call)
    try {
      for (let hasWaited = false; ; hasWaited = true) {
        const now = clock.monotonic()
        const wait = untilDue([...line].indexOf(call), now)
        // Sums of fractions may be a hair more than nothing.
        if (wait < 1e-6) {
          // Not before: who leaves while he waits leaves no gap. Those behind him keep the time that they have; nobody comes later.
          due = Math.max(due, now) + interval
          return hasWaited
        }
        if (now + wait > deadlineOf(call)) throw notSent(call, tooLate)
        await clock.sleep(wait, call.signal ? { signal: call.signal } : {})
      }
    } finally {
      line.delete(call)
    }
  }
}

const tooLate = 'its turn would come too late'

function notSent(call: Call, why: string): AdminError {
  const advice = 'Make fewer calls at once, or raise limits or callTimeout'
  return failure(call, 'FLYTE_ADMIN_LIMIT_REACHED', `not sent, since ${why}. ${advice}`, { isRetryable: true })
}
