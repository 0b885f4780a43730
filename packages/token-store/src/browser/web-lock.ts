import { onAbort } from '@flyte-js/core'
import type { Liveness } from './liveness.js'

/** A lock that is ours. */
export interface Turn {
  /** False from the moment at which it is given back, or known to have gone to another. */
  isHeld(): boolean
  release(): void
}

/** Asks the browser for a lock; `undefined` when it is wanted at once and not to be had. */
function request(locks: LockManager, name: string, options: LockOptions): Promise<Turn | undefined> {
  return new Promise((resolve, reject) => {
    let isHeld = true
    const held = (lock: Lock | null) => {
      if (lock === null) return resolve(undefined)
      return new Promise<void>((end) => {
        const release = () => {
          isHeld = false
          end()
        }
        resolve({ isHeld: () => isHeld, release })
      })
    }
    locks.request(name, options, held).catch((error: unknown) => {
      isHeld = false
      reject(error)
    })
  })
}

/** A lock that was waited for. */
export interface TakenLock extends Turn {
  /** It was taken from a holder that did not answer any more. */
  readonly isTakenOver: boolean
}

/**
 * Waits for a Web Lock while its holder is alive, and takes it from one that is frozen: the browser frees the locks of a tab
 * that is closed or has crashed, but not those of one that it has put to sleep.
 */
export async function takeWebLock(
  locks: LockManager,
  name: string,
  liveness: Liveness,
  signal: AbortSignal | undefined,
): Promise<TakenLock> {
  const free = await request(locks, name, { ifAvailable: true })
  if (free) return { ...free, isTakenOver: false }

  signal?.throwIfAborted()
  const queue = new AbortController()
  const forget = signal && onAbort(signal, () => queue.abort(signal.reason))
  const inTurn = request(locks, name, { signal: queue.signal }) as Promise<Turn>
  const inTime = inTurn.then((turn): TakenLock => ({ ...turn, isTakenOver: false }))
  /** The tab that holds the lock, as the browser knows it. */
  const holder = async () => (await locks.query()).held?.find((lock) => lock.name === name)?.clientId

  async function steal(): Promise<TakenLock> {
    for (;;) {
      const frozen = await liveness.untilSilent(name, holder, queue.signal)
      // Of all who wait for a frozen tab one takes over: who gets the lock that is named after it.
      const licence = await request(locks, `${name}!${frozen}`, { ifAvailable: true })
      try {
        if (!licence || (await holder()) !== frozen) continue
        queue.abort()
        const granted = await inTime.catch(() => undefined)
        if (granted) return granted
        signal?.throwIfAborted()
        const turn = (await request(locks, name, { steal: true })) as Turn
        if (signal?.aborted) turn.release()
        return { ...turn, isTakenOver: true }
      } finally {
        licence?.release()
      }
    }
  }

  const stolen = steal()
  // Whoever steals leaves the queue first: that is not the end of the wait.
  const waited = inTime.catch((error: unknown) => {
    if (signal?.aborted) throw error
    return stolen
  })
  try {
    return await Promise.race([waited, stolen])
  } finally {
    forget?.()
    queue.abort()
  }
}
