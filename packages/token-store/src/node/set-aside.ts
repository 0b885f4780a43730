import { lstatSync, readdirSync, renameSync, rmSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type EventListener, emit } from '@flyte-js/core'
import { errnoOf } from './file-error.js'

/** How many are kept for a key, to be looked at: something that goes wrong over and over must not fill the disk. */
const kept = 3

/**
 * Moves away what cannot be understood, unless another process has put something else there since.
 *
 * @param seen - what was found to be so
 */
export function setAside(path: string, seen: Stats, now: number, onEvent: EventListener | undefined): void {
  const time = new Date(now).toISOString().replaceAll(/[-:.]/g, '')
  const location = `${path}.corrupt-${time}-${crypto.randomUUID().slice(0, 8)}`
  try {
    // In one turn, so that a token set that was stored meanwhile is not taken for the broken one.
    if (lstatSync(path).ino !== seen.ino) return
    renameSync(path, location)
  } catch (error) {
    // Another reader was first.
    if (errnoOf(error) === 'ENOENT') return
    throw error
  }
  emit(onEvent, { type: 'store.corrupt', store: 'file', location })
  try {
    removeAside(path, kept)
  } catch {
    // The next one will.
  }
}

/** Removes what was set aside of a file, but for the last ones. */
export function removeAside(path: string, but = 0): void {
  const aside = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.corrupt-`))
  for (const name of aside.sort().slice(0, Math.max(0, aside.length - but))) {
    rmSync(join(dirname(path), name), { recursive: true, force: true })
  }
}
