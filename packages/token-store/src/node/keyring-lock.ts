import { join } from 'node:path'
import { type Clock, type EventListener, TokenStoreError } from '@flyte-js/core'
import { createMutex } from '../mutex.js'
import { dataDirectory, givenDirectory } from './data-directory.js'
import { takeFileLock } from './file-lock.js'
import { fileName } from './file-name.js'
import { ensurePrivateDirectory } from './private-directory.js'

/** A lock beside the keyring, which has none. */
export interface KeyringLock {
  /** @param critical - is told whether the lock is still ours */
  run<T>(name: string, critical: (isHeld: () => boolean) => Promise<T>, options?: { signal?: AbortSignal }): Promise<T>
}

/** What {@link keyringLock} works with. */
export interface KeyringLockOptions {
  /** Where the files of the lock are. */
  directory: string | undefined
  clock: Clock
  onEvent: EventListener | undefined
}

/** Shared by all stores of this process: the keyring is one. */
const mutex = createMutex()

/** Lets one in at a time, of all processes of this user: a file says who. No token is in it. */
export function keyringLock({ directory, clock, onEvent }: KeyringLockOptions): KeyringLock {
  const given = directory === undefined ? undefined : givenDirectory(directory)

  async function place(name: string): Promise<string> {
    try {
      const folder = given ?? (await dataDirectory('locks', 'Give keyringStore a `lockDirectory`'))
      ensurePrivateDirectory(folder, onEvent)
      return join(folder, `keyring-${await fileName(name)}.lock`)
    } catch (cause) {
      // Not that the keyring could not be used: it cannot be locked.
      if (!TokenStoreError.isInstance(cause) || cause.code !== 'FLYTE_STORE_UNAVAILABLE') throw cause
      throw new TokenStoreError('FLYTE_STORE_LOCK_UNAVAILABLE', cause.message, { store: 'keyring', cause })
    }
  }

  return {
    run: (name, critical, { signal } = {}) =>
      mutex.run(
        name,
        async () => {
          const lock = await takeFileLock(await place(name), { clock, random: Math.random, onEvent, signal })
          let isOver = false
          const isHeld = () => {
            if (isOver) return false
            try {
              lock.assertHeld()
              return true
            } catch {
              return false
            }
          }
          try {
            signal?.throwIfAborted()
            return await critical(isHeld)
          } finally {
            isOver = true
            lock.release()
          }
        },
        { signal },
      ),
  }
}
