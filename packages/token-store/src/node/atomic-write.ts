import {
  closeSync,
  fsync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFile,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { errnoOf } from './file-error.js'
import { isAlive } from './lock-holder.js'
import { createPrivateFile } from './private-file.js'

/** A temporary file that is older, in milliseconds, and whose process is gone was left by a crash: writing takes far less. */
const leftAfter = 10_000

/**
 * Puts a text into a file, all of it or nothing, and durably.
 *
 * @param assertHeld - called in the same turn as the file takes its place; what it throws stops that
 */
export async function atomicWrite(path: string, text: string, assertHeld: () => void): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}-${crypto.randomUUID()}`
  try {
    const descriptor = createPrivateFile(temporary)
    try {
      await promisify(writeFile)(descriptor, text)
      await promisify(fsync)(descriptor)
    } finally {
      closeSync(descriptor)
    }
    assertHeld()
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Makes what was renamed or deleted in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot, and need not.
  if (process.platform === 'win32') return
  const descriptor = openSync(path, 'r')
  try {
    await promisify(fsync)(descriptor)
  } catch (error) {
    // Some file systems over the network do not know it.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Removes the temporary files that crashes have left beside a file. */
export function removeTemporaryFiles(path: string, now: number): void {
  const prefix = `${basename(path)}.tmp-`
  const isOld = (stats: Stats | undefined) => stats !== undefined && Math.abs(now - stats.mtimeMs) > leftAfter
  try {
    for (const name of readdirSync(dirname(path))) {
      if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
      const left = join(dirname(path), name)
      if (isOld(lstatSync(left, { throwIfNoEntry: false }))) unlinkSync(left)
    }
  } catch {
    // The next one will. What was written is there.
  }
}
