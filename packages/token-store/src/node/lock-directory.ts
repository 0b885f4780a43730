// The files of one lock. `<n>` is the n-th turn at it; the highest one says who holds it, or held it last. `wait-…` are those who
// wait, in the order in which they came.
import {
  closeSync,
  linkSync,
  lutimesSync,
  readdirSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { EventListener } from '@flyte-js/core'
import { errnoOf } from './file-error.js'
import { isAlive, type LockHolder, parseLockHolder } from './lock-holder.js'
import { ensurePrivateDirectory } from './private-directory.js'
import { createPrivateFile, lstatOurs, readPrivateFile } from './private-file.js'

/** The modification time, in seconds, of a turn that has ended. To set it needs no space on a full disk, and cannot half succeed. */
const ended = 1

/** A waiting file is removed after so many milliseconds, though its number be another process's by now. Who still waits makes a new one. */
const waitingFileLasts = 600_000

/** The file of a turn is smaller, in bytes. */
const largest = 65_536

/** A turn, as it was seen. */
export interface Turn {
  readonly number: number
  readonly stats: Stats
  readonly holder: LockHolder | undefined
}

/** What is in the directory of a lock. */
export interface LockListing {
  /** The number of the last turn, 0 before the first one. */
  readonly last: number
  readonly earlier: readonly number[]
  /** Sorted. */
  readonly waiting: readonly string[]
}

export interface LockDirectory {
  list(): LockListing
  /** Makes a waiting file, complete, so that it can become a turn in one step. Its name sorts by `now`. */
  wait(holder: LockHolder, now: number): string
  /** Whether the waiting file became the turn: of all that try, one does. */
  begin(waiting: string, number: number, holder: LockHolder): boolean
  /** Looks at a turn; `undefined` when it is gone. */
  look(number: number): Turn | undefined
  /** Whether a turn still is as it was seen. */
  isUnchanged(turn: Turn): boolean
  /** Removes a turn or a waiting file, if it is there. */
  remove(name: string | number): void
  /** Removes what is of no use to anybody once this turn has begun: earlier turns, and waiting files of the dead. */
  tidy(number: number, now: number): void
  /** In one turn of the event loop: whether this is the last turn, and the holder's; `gone` when there is no turn at all. */
  check(number: number, holder: LockHolder): 'held' | 'lost' | 'gone'
  /** Shows that the holder lives. */
  beat(number: number): void
  /** Ends a turn: the next one may begin. */
  end(number: number): void
}

/**
 * @param path - a directory for this lock alone; it is made where there is none
 */
export function lockDirectory(path: string, onEvent: EventListener | undefined): LockDirectory {
  const at = (name: string | number) => join(path, String(name))

  /** Does something in the directory; when that is gone, once more in a new one. */
  function inside<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      ensurePrivateDirectory(path, onEvent)
      return run()
    }
  }

  const list = () => sort(inside(() => readdirSync(path)))

  const remove = (name: string | number) => {
    try {
      unlinkSync(at(name))
    } catch {
      // Gone already. That something is tidied away is no condition for anything.
    }
  }

  const check: LockDirectory['check'] = (number, { owner }) => {
    try {
      const { last } = sort(readdirSync(path))
      if (last === 0) return 'gone'
      const isOurs = last === number && parseLockHolder(readFileSync(at(number), 'utf8'))?.owner === owner
      return isOurs ? 'held' : 'lost'
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? 'gone' : 'lost'
    }
  }

  return {
    check,
    remove,
    list,
    wait(holder, now) {
      const name = `wait-${String(Math.trunc(now)).padStart(15, '0')}-${holder.pid}-${holder.owner}`
      const descriptor = inside(() => createPrivateFile(at(name)))
      try {
        writeFileSync(descriptor, JSON.stringify(holder))
      } catch (error) {
        remove(name)
        throw error
      } finally {
        closeSync(descriptor)
      }
      return name
    },
    begin(waiting, number, holder) {
      try {
        linkSync(at(waiting), at(number))
      } catch (error) {
        // EEXIST: another was first. ENOENT: the waiting file was tidied away, or the directory is gone.
        if (['EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) return false
        throw error
      }
      if (check(number, holder) === 'held') return true
      // The number was low when it was seen, and was used and removed since.
      remove(number)
      return false
    },
    look(number) {
      const read = readPrivateFile(at(number), 'lock', largest, onEvent)
      return read && { number, stats: read.stats, holder: parseLockHolder(read.text ?? '') }
    },
    isUnchanged({ number, stats }) {
      const now = lstatOurs(at(number))
      return now?.ino === stats.ino && now.mtimeMs === stats.mtimeMs
    },
    tidy(number, now) {
      const { earlier, waiting } = list()
      for (const each of earlier) if (each < number) remove(each)
      for (const name of waiting) if (isLeft(name, now)) remove(name)
    },
    beat(number) {
      const now = Date.now() / 1000
      lutimesSync(at(number), now, now)
    },
    end(number) {
      lutimesSync(at(number), ended, ended)
    },
  }
}

/** Whether a turn has ended in an orderly way. */
export function hasEnded({ stats }: Turn): boolean {
  return stats.mtimeMs === ended * 1000
}

function sort(names: string[]): LockListing {
  const numbers = names
    .filter((name) => /^\d{1,15}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
  const last = numbers.pop() ?? 0
  return { last, earlier: numbers, waiting: names.filter((name) => name.startsWith('wait-')).sort() }
}

/** Whether nobody waits by this file any more, as far as its name says. A mistake costs its owner a new one. */
function isLeft(name: string, now: number): boolean {
  const [, time, pid] = name.split('-')
  return !isAlive(Number(pid)) || Math.abs(now - Number(time)) > waitingFileLasts
}
