/// <reference path="./platform/platform.d.ts" />
import { onAbort } from '#platform'

/** Time, as flyte-js sees it: injected, so that tests need not wait. */
export interface Clock {
  /** The wall clock, in epoch milliseconds. It may jump. */
  now(): number
  /** A clock that never goes back, in milliseconds from an arbitrary start. */
  monotonic(): number
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted before. */
  sleep(milliseconds: number, options?: { signal?: AbortSignal }): Promise<void>
}

/** The platform's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(
        () => {
          forget?.()
          resolve()
        },
        // A timer of more goes off at once.
        Math.min(milliseconds, 2 ** 31 - 1),
      )
      const forget =
        signal &&
        onAbort(signal, () => {
          clearTimeout(timer)
          reject(signal.reason)
        })
    }),
}

/** A source of randomness for jitter, in [0, 1), injected for tests. Secrets come from the platform's CSPRNG, never from here. */
export type Random = () => number
