import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type EventListener, TokenStoreError } from '@flyte-js/core'
import { errnoOf, fileError, insecure } from './file-error.js'
import { isOurName } from './file-name.js'
import { closeToOthers, inOctal, lstatOurs, readFlags } from './private-file.js'

/**
 * Makes sure that a directory is there and that it is ours alone; what lies above it is the user's affair.
 *
 * @throws TokenStoreError `FLYTE_STORE_INSECURE` for a symbolic link, another owner, and a directory that is open to others and
 * holds other things than ours: its mode is not ours to change
 * @throws TokenStoreError `FLYTE_STORE_UNAVAILABLE` when it cannot be made
 */
export function ensurePrivateDirectory(path: string, onEvent: EventListener | undefined): void {
  try {
    const stats = lstatOurs(path)
    if (stats === undefined) {
      makePrivateDirectory(path)
      ensurePrivateDirectory(path, onEvent)
      return
    }
    if (!stats.isDirectory()) {
      const message = `${path} is not a directory. Remove it, or choose another \`directory\``
      throw new TokenStoreError('FLYTE_STORE_UNAVAILABLE', message, { store: 'file' })
    }
    if (process.geteuid !== undefined && (stats.mode & 0o077) !== 0) repair(path, onEvent)
  } catch (error) {
    throw fileError('FLYTE_STORE_UNAVAILABLE', `The directory ${path} cannot be used for tokens`, error)
  }
}

function makePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') return
    if (errno !== 'ENOENT' || dirname(path) === path) throw error
    makePrivateDirectory(dirname(path))
    makePrivateDirectory(path)
    return
  }
  // The umask may have taken bits away.
  chmodSync(path, 0o700)
}

function repair(path: string, onEvent: EventListener | undefined): void {
  const descriptor = openSync(path, readFlags | (constants.O_DIRECTORY ?? 0))
  try {
    const stats = fstatSync(descriptor)
    const foreign = readdirSync(path).find((name) => !isOurName(name))
    if (foreign !== undefined) {
      throw insecure(
        `The directory ${path} is open to other users (mode ${inOctal(stats.mode)}) and holds other things than tokens, e.g. ${JSON.stringify(foreign)}`,
        'Choose a `directory` for tokens alone, or close it with: chmod 700',
      )
    }
    closeToOthers(descriptor, stats, path, 'directory', onEvent)
  } finally {
    closeSync(descriptor)
  }
}
