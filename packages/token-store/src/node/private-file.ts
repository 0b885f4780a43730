// These calls are synchronous: they take microseconds, less than handing them to another thread does, which is what a hundred
// processes that wait for one lock spend their time on otherwise. What waits for a disk is not: see atomic-write.ts.
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { type EventListener, emit } from '@flyte-js/core'
import { errnoOf, insecure } from './file-error.js'

// Windows has neither; nor owners and modes, so that these checks are left out there: a user's folders are private by inheritance.
const noFollow = constants.O_NOFOLLOW ?? 0
const nonBlocking = constants.O_NONBLOCK ?? 0

/** How something of ours is opened to be read: no symbolic link, and no pipe to hang on. */
export const readFlags = constants.O_RDONLY | noFollow | nonBlocking
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow

/** Makes a file that only we can read, and that was not there before; its descriptor is the caller's to close. */
export function createPrivateFile(path: string): number {
  const descriptor = openSync(path, createFlags, 0o600)
  try {
    // The umask may have taken bits away.
    fchmodSync(descriptor, 0o600)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/**
 * Looks at what lies at a place of ours.
 *
 * @returns `undefined` where there is nothing
 * @throws TokenStoreError `FLYTE_STORE_INSECURE` for a symbolic link and for what belongs to another user
 */
export function lstatOurs(path: string): Stats | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats !== undefined) assertOurs(path, stats)
  return stats
}

/**
 * Reads a file of ours, and puts its mode right where others could read it.
 *
 * @param what - what it is, for the event, e.g. `token file`
 * @param largest - a larger one is foreign, in bytes
 * @returns `undefined` where there is nothing; without a text what is not a regular file, or too large
 */
export function readPrivateFile(
  path: string,
  what: string,
  largest: number,
  onEvent: EventListener | undefined,
): { text?: string; stats: Stats } | undefined {
  const stats = lstatOurs(path)
  if (stats === undefined) return undefined
  if (!stats.isFile()) return { stats }
  const descriptor = openForReading(path)
  if (descriptor === undefined) return undefined
  try {
    // Another file may be there by now.
    const opened = fstatSync(descriptor)
    assertOurs(path, opened)
    if (!opened.isFile()) return { stats: opened }
    closeToOthers(descriptor, opened, path, what, onEvent)
    return { stats: opened, ...(opened.size <= largest && { text: readFileSync(descriptor, 'utf8') }) }
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Takes group and others their rights to a file or a directory of ours, and tells of it.
 *
 * @throws TokenStoreError `FLYTE_STORE_INSECURE` where that fails
 */
export function closeToOthers(
  descriptor: number,
  stats: Stats,
  path: string,
  what: string,
  onEvent: EventListener | undefined,
): void {
  if (process.geteuid === undefined || (stats.mode & 0o077) === 0) return
  const before = inOctal(stats.mode)
  const mode = stats.mode & 0o700
  try {
    fchmodSync(descriptor, mode)
  } catch (cause) {
    throw insecure(
      `The ${what} ${path} is open to other users (mode ${before}), and that cannot be put right`,
      'Choose another `directory`',
      cause,
    )
  }
  emit(onEvent, {
    type: 'store.repaired',
    store: 'file',
    what: `The ${what} ${path} was open to other users (mode ${before}) and has mode ${inOctal(mode)} now; what was in it may have been read, so log out and in again if others use this machine`,
  })
}

/** A mode as `chmod` takes it, e.g. `0644`. */
export function inOctal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

function assertOurs(path: string, stats: Stats): void {
  if (stats.isSymbolicLink()) throw symbolicLink(path)
  const user = process.geteuid?.()
  if (user === undefined || stats.uid === user) return
  throw insecure(
    `${path} belongs to another user (uid ${stats.uid}, this process has ${user}), who could read or replace the tokens`,
    'Remove it, or make it yours with chown, or choose another `directory`',
  )
}

function symbolicLink(path: string, cause?: unknown): Error {
  return insecure(
    `${path} is a symbolic link, and tokens would be read from or stored at a place of somebody else's choice`,
    'Remove it, or give the place it points to as `directory`',
    cause,
  )
}

function openForReading(path: string): number | undefined {
  try {
    return openSync(path, readFlags)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT') return undefined
    // Put there since it was looked at; FreeBSD says EMLINK.
    if (errno === 'ELOOP' || errno === 'EMLINK') throw symbolicLink(path, error)
    throw error
  }
}
