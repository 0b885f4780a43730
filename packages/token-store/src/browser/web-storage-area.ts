import { TokenStoreError } from '@flyte-js/core'

/** Which of the two storages of a page. */
export type WebStorageKind = 'session' | 'local'

/** A page's storage, looked for at each use: importing this, and making a store, touches nothing. */
export interface WebStorageArea {
  get(name: string): string | null
  /** @throws TokenStoreError `FLYTE_STORE_WRITE_FAILED` where it is full; what was there is still there */
  set(name: string, value: string): void
  remove(name: string): void
  /** Whether an event is about this storage. */
  isSource(event: StorageEvent): boolean
}

/** @throws TokenStoreError `FLYTE_STORE_UNAVAILABLE`, at use, where there is no such storage or the browser blocks it */
export function webStorageArea(kind: WebStorageKind): WebStorageArea {
  const store = 'web-storage'
  const property = `${kind}Storage` as const

  function area(): Storage {
    let problem = 'This page has none'
    let cause: unknown
    try {
      // Node may have a global localStorage, which all users of a server would share.
      if (typeof window === 'undefined') problem = 'This is not a page: on a server use another store'
      else if (window[property]) return window[property]
    } catch (error) {
      cause = error
      problem = "The browser blocks it: allow this site's data, or use memoryStore()"
    }
    throw new TokenStoreError('FLYTE_STORE_UNAVAILABLE', `${property} cannot be used. ${problem}`, { store, cause })
  }

  return {
    get: (name) => area().getItem(name),
    set(name, value) {
      const storage = area()
      try {
        storage.setItem(name, value)
      } catch (cause) {
        const message = `${property} did not take ${value.length} characters: it is full. What it held is still there`
        throw new TokenStoreError('FLYTE_STORE_WRITE_FAILED', message, { store, cause })
      }
    },
    remove: (name) => area().removeItem(name),
    isSource: ({ storageArea }) => storageArea === area(),
  }
}
