import { onAbort } from '@flyte-js/core'
import type { TabChannel } from './tab-channel.js'

/** Whether the holder of a lock is alive, as those who wait for it find out. */
export interface Liveness {
  /** Answers for a lock that is held here, until the function that is returned is called. */
  answer(name: string): () => void
  /**
   * Asks once, and waits as long as an answer may take, or until the lock is free.
   *
   * @returns whether the holder has answered, or given the lock back
   */
  probe(name: string, signal: AbortSignal | undefined): Promise<boolean>
  /**
   * Waits until one and the same holder does not answer any more.
   *
   * @param holder - who that is at the moment, if anybody
   * @returns the holder that is dead or frozen
   */
  untilSilent(name: string, holder: () => Promise<string | undefined>, signal: AbortSignal): Promise<string>
}

/** So many questions in a row without an answer, 0.9 s each, and a holder is not waited for any longer: within 5 s. */
export const patience = 4

/**
 * Asks by messages instead of having holders beat by timers: browsers slow the timers of a tab in the background down to one
 * a minute, which is where a person's login has left it, while messages still arrive.
 *
 * @param interval - milliseconds for an answer
 */
export function createLiveness(channel: TabChannel, interval: number): Liveness {
  function probe(name: string, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      let isAlive = false
      const end = () => {
        clearTimeout(timer)
        forget?.()
        deafen()
        resolve(isAlive)
      }
      const timer = setTimeout(end, interval)
      const forget =
        signal &&
        onAbort(signal, () => {
          reject(signal.reason)
          end()
        })
      const deafen = channel.listen((message) => {
        if (!('name' in message) || message.name !== name || message.type === 'ping') return
        isAlive = true
        if (message.type === 'free') end()
      })
      channel.post({ type: 'ping', name })
    })
  }

  return {
    answer: (name) =>
      channel.listen((message) => {
        if (message.type === 'ping' && message.name === name) channel.post({ type: 'alive', name })
      }),
    probe,
    async untilSilent(name, holder, signal) {
      let known: string | undefined
      for (let silent = 0; ; ) {
        const present = await holder()
        if (known !== undefined && present === known && silent >= patience) return known
        if (present !== known) silent = 0
        known = present
        silent = (await probe(name, signal)) ? 0 : silent + 1
      }
    },
  }
}
