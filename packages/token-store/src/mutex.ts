import { onAbort } from '@flyte-js/core'

/** Runs functions under a key, one after another, in the order in which they came. */
export interface Mutex {
  /**
   * @param signal - ends the wait; what runs already is not touched
   * @returns what the function returns
   */
  run<T>(key: string, critical: () => Promise<T>, options?: { signal?: AbortSignal | undefined }): Promise<T>
}

/** Makes a lock for this process (or page) alone: the inner ring of every store's lock. */
export function createMutex(): Mutex {
  /** For each key that is held: who waits for it. */
  const queues = new Map<string, (() => void)[]>()

  async function enter(key: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    const queue = queues.get(key)
    if (queue === undefined) {
      queues.set(key, [])
      return
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        forget?.()
        resolve()
      }
      queue.push(turn)
      const forget =
        signal &&
        onAbort(signal, () => {
          queue.splice(queue.indexOf(turn), 1)
          reject(signal.reason)
        })
    })
  }

  function leave(key: string): void {
    const next = queues.get(key)?.shift()
    if (next === undefined) queues.delete(key)
    else next()
  }

  return {
    async run(key, critical, { signal } = {}) {
      await enter(key, signal)
      try {
        return await critical()
      } finally {
        leave(key)
      }
    },
  }
}
