import { lstatSync, unlinkSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@flyte-js/core'
import { isForgotten } from './file-content.js'
import { isOurName } from './file-name.js'

/** How long a directory is left alone that was looked through, in milliseconds. */
const rest = 3_600_000

/**
 * Makes a function that removes the token files of a directory which nobody needs any more, once in a while: those of processes
 * that have gone too. Whatever goes wrong is left to the next time; it never rejects.
 *
 * @param largest - a larger file is foreign, in bytes
 */
export function createSweep(clock: Clock, largest: number): (directory: string) => Promise<void> {
  let next = Number.NEGATIVE_INFINITY
  return async (directory) => {
    if (clock.monotonic() < next) return
    next = clock.monotonic() + rest
    await sweep(directory, clock.now(), largest).catch(() => {})
  }
}

async function sweep(directory: string, now: number, largest: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.json') || !isOurName(name)) continue
    const path = join(directory, name)
    const seen = lstatSync(path, { throwIfNoEntry: false })
    if (!seen?.isFile() || seen.size > largest) continue
    const text = await readFile(path, 'utf8').catch(() => '')
    if (!isForgotten(text, now)) continue
    // In one turn, so that tokens which were stored meanwhile are not taken for the old ones.
    if (lstatSync(path, { throwIfNoEntry: false })?.ino === seen.ino) unlinkSync(path)
  }
}
