import { type Clock, defined, type EventListener, emit, type Random, TokenStoreError } from '@flyte-js/core'
import { lockLost } from '../fence.js'
import { errnoOf, fileError } from './file-error.js'
import { hasEnded, type LockDirectory, lockDirectory } from './lock-directory.js'
import { type LockHolder, thisHolder } from './lock-holder.js'
import { beatEvery, createLockWatch, silence } from './lock-watch.js'
import { ensurePrivateDirectory } from './private-directory.js'

/** A waiter looks this often, in milliseconds: the first in line at once after the other, the last ones at ease. */
const pause = { first: 4, each: 4, most: 200 }

/** A lock that is held. */
export interface FileLock {
  /**
   * To be called in the same turn of the event loop as the write that it protects. A lock whose directory was deleted is put back
   * first, unless another may have had it since.
   *
   * What is left between the two are microseconds, in which a process would have to be paused for as long as it takes to be given up.
   *
   * @throws TokenStoreError `FLYTE_STORE_LOCK_LOST` when another has taken it over
   */
  assertHeld(): void
  /** Lets the next one in. */
  release(): void
}

export interface FileLockOptions {
  clock: Clock
  random: Random
  onEvent: EventListener | undefined
  signal: AbortSignal | undefined
}

/**
 * Takes the lock of a directory: between processes, of one host or of several that share the volume.
 *
 * Turns are numbered. The file of a turn is linked to its place, complete, which only one can do, and only after the turn before
 * has ended, or its holder is dead. So the number grows with every turn, and a holder that was paused sees by a higher one
 * that its own is over. The file of the last turn stays, for the number.
 *
 * Nobody queues in order, because a dead one at the head would stop the line; but the longer one waits, the more often it looks.
 *
 * @throws TokenStoreError `FLYTE_STORE_LOCK_UNAVAILABLE` where no lock can be had
 */
export async function takeFileLock(path: string, options: FileLockOptions): Promise<FileLock> {
  const directory = lockDirectory(path, options.onEvent)
  try {
    ensurePrivateDirectory(path, options.onEvent)
    return await take(directory, options)
  } catch (error) {
    // The caller's own reason, whatever it is.
    if (options.signal?.aborted) throw error
    if (TokenStoreError.isInstance(error) && error.code === 'FLYTE_STORE_INSECURE') throw error
    throw unavailable(path, error)
  }
}

async function take(directory: LockDirectory, options: FileLockOptions): Promise<FileLock> {
  const { clock, random, onEvent, signal } = options
  const holder = thisHolder()
  const watch = createLockWatch(clock)
  let waiting: string | undefined
  let hasPaused = false
  try {
    for (;;) {
      signal?.throwIfAborted()
      const list = directory.list()
      const turn = list.last === 0 ? undefined : directory.look(list.last)
      // Absent also when it was tidied away by somebody who could not see that we live.
      if (waiting === undefined || !list.waiting.includes(waiting)) waiting = directory.wait(holder, clock.now())
      const rank = list.waiting.filter((each) => each < `${waiting}`).length

      const isFree = turn === undefined ? list.last === 0 : watch.isFree(turn)
      if (isFree && (hasPaused || rank === 0) && directory.begin(waiting, list.last + 1, holder)) {
        const lock = hold(directory, holder, list.last + 1, clock)
        if (turn !== undefined && !hasEnded(turn)) emit(onEvent, { type: 'store.lock-taken-over', store: 'file' })
        tidy(directory, waiting, list.last + 1, clock.now())
        return lock
      }

      do {
        hasPaused = true
        const length = Math.min(pause.most, Math.max(pause.first + pause.each * rank, watch.waited() / 20))
        await clock.sleep(length * (0.5 + random()), defined({ signal }))
      } while (turn !== undefined && !isFree && directory.isUnchanged(turn) && !watch.isFree(turn))
    }
  } catch (error) {
    if (waiting !== undefined) directory.remove(waiting)
    throw error
  }
}

/** That something is tidied away is no condition for anything. */
function tidy(directory: LockDirectory, waiting: string, number: number, now: number): void {
  try {
    directory.remove(waiting)
    directory.tidy(number, now)
  } catch {
    // The next one will.
  }
}

function hold(directory: LockDirectory, holder: LockHolder, first: number, clock: Clock): FileLock {
  let number = first
  let isOver = false
  let lastHeld = clock.monotonic()

  function beat(): void {
    const state = directory.check(number, holder)
    if (state === 'gone') restore()
    if (state !== 'held') return
    lastHeld = clock.monotonic()
    try {
      directory.beat(number)
    } catch {
      // Others will take it over, and `assertHeld` will see that they did.
    }
  }

  function restore(): void {
    if (isOver || directory.check(number, holder) !== 'gone') return
    // While we were paused, another may have had a lock that is gone too by now.
    if (clock.monotonic() - lastHeld > silence.unknown) return
    try {
      const waiting = directory.wait(holder, clock.now())
      if (directory.begin(waiting, 1, holder)) number = 1
      directory.remove(waiting)
    } catch {
      // `assertHeld` will see that it is not there.
    }
  }

  const beating = setInterval(beat, beatEvery)
  beating.unref()

  return {
    assertHeld() {
      restore()
      if (isOver || directory.check(number, holder) !== 'held') throw lockLost('file')
    },
    release() {
      clearInterval(beating)
      isOver = true
      try {
        if (directory.check(number, holder) === 'held') directory.end(number)
      } catch {
        // The next one sees that nobody beats, or that this process is gone.
      }
    },
  }
}

function unavailable(path: string, cause: unknown): TokenStoreError {
  const code = 'FLYTE_STORE_LOCK_UNAVAILABLE'
  const problem = `The lock ${path} cannot be taken`
  if (TokenStoreError.isInstance(cause)) {
    return new TokenStoreError(code, `${problem}: ${cause.message}`, { store: 'file', cause })
  }
  if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errnoOf(cause) ?? '')) {
    const message = `${problem}: its file system seems to have no hard links. Choose a \`directory\` on another one`
    return new TokenStoreError(code, message, { store: 'file', cause })
  }
  return fileError(code, problem, cause)
}
