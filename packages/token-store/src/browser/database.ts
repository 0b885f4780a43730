import { systemClock, TokenStoreError } from '@flyte-js/core'

/** What is in a database: encrypted logins, who holds which lock, and the key. */
export type ObjectStoreName = 'logins' | 'locks' | 'keys'

/** A database that is opened when it is needed, again when it was closed, and made anew when it was deleted. */
export interface Database {
  /**
   * Runs a transaction, and resolves when it is durable.
   *
   * @param work - may await nothing but {@link done}
   */
  run<T>(mode: IDBTransactionMode, work: (store: (name: ObjectStoreName) => IDBObjectStore) => Promise<T>): Promise<T>
}

/** The result of a request. */
export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

const storeNames: readonly ObjectStoreName[] = ['logins', 'locks', 'keys']

/** @param patience - milliseconds after which a database that does not open is one that cannot be used */
export function openDatabase(databaseName: string, patience = 5000): Database {
  const store = 'indexed-db'
  let opened: Promise<IDBDatabase> | undefined

  function unavailable(problem: string, cause?: unknown): TokenStoreError {
    const message = `The database ${databaseName} cannot be used. ${problem}`
    return new TokenStoreError('FLYTE_STORE_UNAVAILABLE', message, { store, cause })
  }

  async function open(): Promise<IDBDatabase> {
    if (!globalThis.indexedDB) throw unavailable('There is no IndexedDB here: on a server use another store')
    if (!globalThis.crypto?.subtle)
      throw unavailable('The page is no secure context, so it has no encryption: serve it by https, or from localhost')
    let isLate = false
    const request = async () => {
      const opening = indexedDB.open(databaseName, 1)
      opening.onupgradeneeded = () => {
        for (const each of storeNames) opening.result.createObjectStore(each)
      }
      const database = await done(opening)
      // Nobody's deletion or upgrade has to wait for this tab.
      database.onversionchange = () => close(database)
      database.onclose = () => close(database)
      if (isLate) database.close()
      return database
    }
    const timeout = new AbortController()
    const late = systemClock.sleep(patience, timeout).then(() => {
      isLate = true
      throw unavailable('It does not open: another tab keeps it from being deleted or upgraded. Close the other tabs')
    })
    try {
      return await Promise.race([request(), late])
    } catch (cause) {
      if (isLate) throw cause
      throw unavailable("The browser blocks it, or a newer version made it: allow this site's data, or reload", cause)
    } finally {
      timeout.abort()
    }
  }

  function close(database: IDBDatabase | undefined): void {
    database?.close()
    opened = undefined
  }

  async function attempt<T>(
    mode: IDBTransactionMode,
    work: (store: (name: ObjectStoreName) => IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    opened ??= open()
    const database = await opened.catch((error: unknown) => {
      opened = undefined
      throw error
    })
    const transaction = database.transaction(storeNames, mode, { durability: 'strict' })
    const completed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new DOMException('The database was closed', 'AbortError'))
    })
    completed.catch(() => {})
    try {
      const result = await work((each) => transaction.objectStore(each))
      await completed
      return result
    } catch (error) {
      try {
        transaction.abort()
      } catch {
        // It has ended already.
      }
      throw error
    }
  }

  return {
    async run(mode, work) {
      try {
        return await attempt(mode, work)
      } catch (error) {
        // The browser has closed the connection, or somebody has deleted the database; nothing of the transaction has happened.
        const { name } = error as Error
        if (name !== 'InvalidStateError' && name !== 'AbortError') throw error
        close(await opened)
        return attempt(mode, work)
      }
    },
  }
}
