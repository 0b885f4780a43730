import { type EventListener, emit } from '@flyte-js/core'
import { isAmbiguous, type KeyringOperation, keyringError, unavailable } from './keyring-error.js'
import { createSecretTool, type SecretTool } from './secret-tool.js'

/** The entries of one service, by username. An empty one is none. */
export interface KeyringEntries {
  read(username: string): Promise<string | undefined>
  /** @param isOwn - nobody but flyte-js writes it, so that it need not be as Python's keyring would make it */
  write(username: string, secret: string, options?: { isOwn?: boolean }): Promise<void>
  remove(username: string): Promise<void>
}

/** What is used of an `AsyncEntry` of `@napi-rs/keyring`. */
export interface Entry {
  getPassword(): Promise<string | null>
  setPassword(secret: string): Promise<void>
  deleteCredential(): Promise<boolean>
}

/** What the entries are made of; tests replace what asks the system. */
export interface KeyringEntriesOptions {
  service: string
  /** Milliseconds, for each call. */
  timeout: number
  onEvent?: EventListener | undefined
  platform?: NodeJS.Platform
  /** Loads what makes an entry of a service and a username. */
  load?: () => Promise<(service: string, username: string) => Entry>
  secretTool?: SecretTool
}

export function keyringEntries({
  service,
  timeout,
  onEvent,
  platform = process.platform,
  load = loadEntries,
  secretTool = createSecretTool(timeout),
}: KeyringEntriesOptions): KeyringEntries {
  const isLinux = platform === 'linux'
  /** A call that was not waited for any longer still sits in a thread, of which Node has four. */
  let hanging: Promise<unknown> | undefined

  async function call<T>(username: string, use: (entry: Entry) => Promise<T>): Promise<T> {
    if (hanging !== undefined) throw unavailable('an earlier call has not come back yet. Answer its prompt')
    const running = use((await load())(service, username))
    let timer: ReturnType<typeof setTimeout> | undefined
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        hanging = running
          .catch(() => {})
          .finally(() => {
            hanging = undefined
          })
        reject(unavailable(`it has not answered within ${timeout} ms. Answer its prompt and try again`))
      }, timeout)
    })
    try {
      return await Promise.race([running, expired])
    } finally {
      clearTimeout(timer)
    }
  }

  async function guarded<T>(operation: KeyringOperation, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw keyringError(error, operation)
    }
  }

  /** Leaves one entry of two, with what was written last, and as Python's keyring would make it. */
  async function merge(username: string, ambiguous: unknown): Promise<string | undefined> {
    const secret = await secretTool.newest(service, username).catch(missing(ambiguous))
    if (secret === undefined) throw ambiguous
    await secretTool.clear(service, username)
    await secretTool.create(service, username)
    await call(username, (entry) => entry.setPassword(secret))
    emit(onEvent, { type: 'store.repaired', store: 'keyring', what: `two entries for ${username} made one` })
    return secret
  }

  /** The secret, which may be empty. */
  async function find(username: string): Promise<string | undefined> {
    try {
      return (await call(username, (entry) => entry.getPassword())) ?? undefined
    } catch (error) {
      if (isLinux && isAmbiguous(error)) return merge(username, error)
      throw error
    }
  }

  return {
    read: (username) => guarded('read', async () => (await find(username)) || undefined),
    write: (username, secret, { isOwn = false } = {}) =>
      guarded('write', async () => {
        const isNew = (await find(username)) === undefined
        // Where secret-tool is missing the keyring makes the entry its own way, which only Python's next write would double.
        if (isNew && isLinux && !isOwn) await secretTool.create(service, username)
        await call(username, (entry) => entry.setPassword(secret))
      }),
    remove: (username) =>
      guarded('write', async () => {
        try {
          await call(username, (entry) => entry.deleteCredential())
        } catch (error) {
          if (!isLinux || !isAmbiguous(error)) throw error
          await secretTool.clear(service, username).catch(missing(error))
        }
      }),
  }
}

/** Where secret-tool is missing the error is still the one that it should have helped with. */
function missing(original: unknown) {
  return (error: NodeJS.ErrnoException): never => {
    throw error.code === 'ENOENT' ? original : error
  }
}

async function loadEntries(): Promise<(service: string, username: string) => Entry> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring')
    // Without a Secret Service it would use the kernel's keyring instead, which forgets at the next boot.
    return (service, username) => new AsyncEntry(service, username, { linux: { store: 'secret-service' } })
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    const what = isMissing ? 'is not installed' : 'does not load on this machine'
    throw unavailable(`the package @napi-rs/keyring ${what}. Install it (npm install @napi-rs/keyring)`, cause)
  }
}
