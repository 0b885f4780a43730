import { unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Clock, type EventListener, emit, systemClock, type TokenSet, type TokenStore } from '@flyte-js/core'
import { fence } from '../fence.js'
import { createMutex } from '../mutex.js'
import { atomicWrite, removeTemporaryFiles, syncDirectory } from './atomic-write.js'
import { dataDirectory, givenDirectory } from './data-directory.js'
import { type EncryptionKeySource, lazySealer } from './encryption-key.js'
import { decodeTokenFile, encodeTokenFile } from './file-content.js'
import { errnoOf, fileError } from './file-error.js'
import { takeFileLock } from './file-lock.js'
import { fileName } from './file-name.js'
import { ensurePrivateDirectory } from './private-directory.js'
import { lstatOurs, readPrivateFile } from './private-file.js'
import { removeAside, setAside } from './set-aside.js'
import { createSweep } from './sweep.js'

export type { EncryptionKeySource } from './encryption-key.js'

/** What {@link fileStore} can be told; each has a default. */
export interface FileStoreOptions {
  /**
   * The directory, for tokens alone: it is made where there is none, and closed to other users. By default `tokens` in the user's
   * data directory (`~/.local/share/flyte-js`, or under `XDG_DATA_HOME`; `~/Library/Application Support/flyte-js`;
   * `%LOCALAPPDATA%\flyte-js\Data`): tokens are what a program has kept, not what a person has configured, and configuration is copied
   * from machine to machine.
   */
  directory?: string
  /**
   * Encrypts the tokens with AES-256-GCM under this key, of at least 32 characters, e.g. of `openssl rand -base64 32`. By default they
   * lie as plaintext in files that only this user can read. Plaintext that is there already is read, and encrypted at the next write.
   */
  encryptionKey?: EncryptionKeySource
  /** Hears `store.plaintext`, `store.corrupt`, `store.repaired` and `store.lock-taken-over`. */
  onEvent?: EventListener
  /** Measures how long the holder of a lock is silent. By default the platform's own. */
  clock?: Clock
}

/** A file of tokens is smaller, in bytes. */
const largest = 16 * 1024 * 1024

/**
 * Keeps logins in files, one a key, that only this user can read; written so that a crash at any moment leaves the old or the new
 * tokens, with a lock between processes that outlives no process.
 *
 * The directory has mode 0700, every file 0600; that is checked at each use. What is open to others is closed, and told; what belongs to
 * another user, and symbolic links, are refused. A file that cannot be understood is set aside as `….corrupt-…` and counts as
 * absent. What was stored with an end (`forgetAt`) is removed after it, when something of that kind is stored again, at most once an hour. The lock works on every local file system and on volumes that hosts share, where they have hard links.
 *
 * @returns a store whose calls throw TokenStoreError: `FLYTE_STORE_UNAVAILABLE` when the directory cannot be made,
 * `FLYTE_STORE_INSECURE`, `FLYTE_STORE_READ_FAILED`, `FLYTE_STORE_WRITE_FAILED`, `FLYTE_STORE_DECRYPTION_FAILED` with another key
 * than it was stored with, `FLYTE_STORE_LOCK_UNAVAILABLE` and `FLYTE_STORE_LOCK_LOST`
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` for a short encryption key, or an empty directory
 *
 * @example
 * ```ts
 * import { fileStore } from '@flyte-js/token-store/file'
 *
 * const store = fileStore({ encryptionKey: { env: 'TOKEN_ENCRYPTION_KEY' } })
 * ```
 */
export function fileStore(options: FileStoreOptions = {}): TokenStore {
  const { encryptionKey, onEvent, clock = systemClock } = options
  const placed = options.directory === undefined ? undefined : Promise.resolve(givenDirectory(options.directory))
  const sealer = lazySealer(encryptionKey)
  const mutex = createMutex()
  const sweep = createSweep(clock, largest)
  let hasToldPlaintext = false

  /** Where the files of a key are, in a directory that is there and is ours. */
  async function place(key: string): Promise<{ tokens: string; lock: string }> {
    const directory = await (placed ?? dataDirectory('tokens', 'Give fileStore a `directory`'))
    ensurePrivateDirectory(directory, onEvent)
    const name = join(directory, await fileName(key))
    return { tokens: `${name}.json`, lock: `${name}.lock` }
  }

  function tellPlaintext(location: string): void {
    if (hasToldPlaintext) return
    hasToldPlaintext = true
    emit(onEvent, { type: 'store.plaintext', store: 'file', location })
  }

  async function get(key: string): Promise<TokenSet | undefined> {
    const { tokens: path } = await place(key)
    try {
      const read = readPrivateFile(path, 'token file', largest, onEvent)
      if (read === undefined) return undefined
      const content = read.text === undefined ? undefined : await decodeTokenFile(path, read.text, key, sealer)
      if (content === undefined) setAside(path, read.stats, clock.now(), onEvent)
      if (content?.isPlaintext) tellPlaintext(path)
      return content?.tokenSet
    } catch (error) {
      throw fileError('FLYTE_STORE_READ_FAILED', `The token file ${path} cannot be read`, error)
    }
  }

  /** Sets aside what is no file. */
  function clear(path: string): void {
    const stats = lstatOurs(path)
    if (stats !== undefined && !stats.isFile()) setAside(path, stats, clock.now(), onEvent)
  }

  async function set(
    key: string,
    tokenSet: TokenSet,
    { forgetAt }: { forgetAt?: number } = {},
    assertHeld: () => void = () => {},
  ): Promise<void> {
    const text = await encodeTokenFile(key, tokenSet, await sealer(), forgetAt)
    for (let attempt = 1; ; attempt += 1) {
      const { tokens: path } = await place(key)
      try {
        clear(path)
        await atomicWrite(path, text, assertHeld)
        if (encryptionKey === undefined) tellPlaintext(path)
        removeTemporaryFiles(path, clock.now())
        // Who stores what has an end stores many such, one a person; a login of a program is one, and stays. Nobody waits for it.
        if (forgetAt !== undefined) void sweep(dirname(path))
        return
      } catch (error) {
        // The directory was deleted meanwhile: once more, in a new one.
        if (errnoOf(error) === 'ENOENT' && attempt < 3) continue
        throw fileError('FLYTE_STORE_WRITE_FAILED', `The token file ${path} cannot be written`, error)
      }
    }
  }

  async function remove(key: string, assertHeld: () => void): Promise<void> {
    const { tokens: path } = await place(key)
    try {
      clear(path)
      // Pieces of tokens may be in these too.
      removeAside(path)
      assertHeld()
      unlinkSync(path)
      await syncDirectory(dirname(path))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return
      throw fileError('FLYTE_STORE_WRITE_FAILED', `The token file ${path} cannot be deleted`, error)
    }
  }

  return {
    name: 'file',
    get,
    set,
    delete: (key) => remove(key, () => {}),
    withLock: (key, critical, { signal } = {}) =>
      mutex.run(
        key,
        async () => {
          const { lock: path } = await place(key)
          const lock = await takeFileLock(path, { clock, random: Math.random, onEvent, signal })
          let isHeld = true
          const locked = {
            get,
            set: (...[key, tokenSet, options]: Parameters<TokenStore['set']>) =>
              set(key, tokenSet, options, lock.assertHeld),
            delete: (key: string) => remove(key, lock.assertHeld),
          }
          try {
            return await critical(fence('file', locked, () => isHeld))
          } finally {
            isHeld = false
            lock.release()
          }
        },
        { signal },
      ),
  }
}
