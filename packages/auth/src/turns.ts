import { onAbort } from '@flyte-js/core'

/** Runs a function when all that came before it have ended. */
export type Turns = <T>(run: () => Promise<T>, signal?: AbortSignal) => Promise<T>

/** Makes functions run one at a time, in the order in which they came. A signal ends the wait for a turn, not what runs. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return async (run, signal) => {
    const before = last
    let end = () => {}
    last = new Promise<void>((resolve) => {
      end = resolve
    })
    try {
      await orAborted(before, signal)
    } catch (error) {
      // Its place stays in the queue until those before it have ended.
      before.then(end)
      throw error
    }
    try {
      return await run()
    } finally {
      end()
    }
  }
}

/**
 * A promise, or the signal's reason where that comes first.
 *
 * @param signal - who may leave; without one the promise is waited for
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  if (signal.aborted) {
    // Nobody will hear what becomes of it.
    promise.catch(() => {})
    return Promise.reject(signal.reason)
  }
  return new Promise<T>((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(forget)
  })
}
