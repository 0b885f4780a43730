import { type EventListener, emit, FlyteError, TokenStoreError } from '@flyte-js/core'
import { createMutex } from '../mutex.js'
import { createLiveness, type Liveness, patience } from './liveness.js'
import { randomId } from './random-id.js'
import type { TabChannel } from './tab-channel.js'
import { type TakenLock, takeWebLock } from './web-lock.js'

/** Who holds the lock of a key, written down in the store beside the value: what writes under the lock are checked against. */
export interface LockRecords {
  /**
   * Writes an owner down, if nobody holds the lock or `isGone` says so of the one who does.
   *
   * @returns who holds it then
   */
  claim(key: string, owner: string, isGone: (holder: string) => boolean): Promise<string>
  /** Clears the record, if it is still the owner's. */
  release(key: string, owner: string): Promise<void>
}

/** The lock as the critical section sees it. */
export interface HeldLock {
  readonly key: string
  readonly owner: string
  isHeld(): boolean
}

/** What a {@link createTabLock} is made of. */
export interface TabLockOptions {
  store: string
  channel: TabChannel
  records: LockRecords
  /** The browser's locks, where it has any. */
  locks: () => LockManager | undefined
  /** Milliseconds for a holder's answer. */
  interval: number | undefined
  onEvent: EventListener | undefined
}

/**
 * A lock among the tabs of an origin.
 *
 * It is a Web Lock; where there are none (they need a secure context), the owner's record in the store is the lock, as atomic
 * as the store is. Either way those who wait ask the holder now and then whether it is alive.
 */
export function createTabLock({ store, channel, records, locks, interval = 900, onEvent }: TabLockOptions) {
  const mutex = createMutex()
  const liveness = createLiveness(channel, interval)

  /**
   * @param key - whose lock
   * @param name - what the lock is called among all tabs
   */
  function run<T>(
    key: string,
    name: string,
    critical: (held: HeldLock) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const section = async () => {
      const owner = randomId()
      const manager = locks()
      const turn = await wrap(
        signal,
        manager
          ? takeWebLock(manager, name, liveness, signal)
          : takeRecord(records, liveness, { key, name, owner, signal }),
      )
      const fallSilent = liveness.answer(name)
      try {
        signal?.throwIfAborted()
        if (turn.isTakenOver) emit(onEvent, { type: 'store.lock-taken-over', store })
        if (manager)
          await wrap(
            signal,
            records.claim(key, owner, () => true),
          )
        return await critical({ key, owner, isHeld: turn.isHeld })
      } finally {
        // Should this fail, the next holder takes over all the same.
        await records.release(key, owner).catch(() => {})
        fallSilent()
        turn.release()
        if (!manager) channel.post({ type: 'free', name })
      }
    }
    return mutex.run(key, section, { signal })
  }

  async function wrap<T>(signal: AbortSignal | undefined, taking: Promise<T>): Promise<T> {
    try {
      return await taking
    } catch (cause) {
      signal?.throwIfAborted()
      if (FlyteError.isInstance(cause)) throw cause
      const message = `The ${store} store cannot be locked: another tab may refresh the same login at the same time`
      throw new TokenStoreError('FLYTE_STORE_LOCK_UNAVAILABLE', message, { store, cause })
    }
  }

  return { run }
}

async function takeRecord(
  records: LockRecords,
  liveness: Liveness,
  { key, name, owner, signal }: { key: string; name: string; owner: string; signal: AbortSignal | undefined },
): Promise<TakenLock> {
  let known: string | undefined
  let silent = 0
  for (;;) {
    signal?.throwIfAborted()
    let isTakenOver = false
    const holder = await records.claim(key, owner, (present) => {
      isTakenOver = silent >= patience && present === known
      return isTakenOver
    })
    if (holder === owner) {
      let isHeld = true
      const release = () => {
        isHeld = false
      }
      return { isHeld: () => isHeld, release, isTakenOver }
    }
    if (holder !== known) silent = 0
    known = holder
    silent = (await liveness.probe(name, signal)) ? 0 : silent + 1
  }
}
