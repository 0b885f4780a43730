import { onAbort } from '@flyte-js/core'

/** Joins the flight that is in the air, or starts one. */
export type SingleFlight<T> = (options?: { signal?: AbortSignal }) => Promise<T>

/**
 * Makes many callers share one run of a function.
 *
 * A caller's abort ends its own wait; the last one that leaves aborts the run. What the run throws, all its callers get. The
 * next call after its end starts a new one.
 *
 * @param run - gets a signal that is aborted when nobody waits any more
 */
export function singleFlight<T>(run: (signal: AbortSignal) => Promise<T>): SingleFlight<T> {
  let flight: { promise: Promise<T>; controller: AbortController; waiting: number } | undefined

  function start() {
    const controller = new AbortController()
    const started = { promise: run(controller.signal), controller, waiting: 0 }
    const landed = () => {
      if (flight === started) flight = undefined
    }
    // Runs before any caller goes on, so that whoever calls next finds no flight that has ended.
    started.promise.then(landed, landed)
    return started
  }

  return async ({ signal } = {}) => {
    signal?.throwIfAborted()
    flight ??= start()
    const joined = flight
    joined.waiting += 1
    if (signal === undefined) return joined.promise
    return new Promise<T>((resolve, reject) => {
      const forget = onAbort(signal, () => {
        joined.waiting -= 1
        if (joined.waiting === 0) {
          // Whoever comes next must not join a flight that is being ended.
          if (flight === joined) flight = undefined
          joined.controller.abort(signal.reason)
        }
        reject(signal.reason)
      })
      joined.promise.then(resolve, reject).finally(forget)
    })
  }
}
