import { type EventListener, emit, type LockedTokenStore, type TokenSet, type TokenStore } from '@flyte-js/core'
import { fence, lockLost } from '../fence.js'
import { readStoredLogin, renewLogin, type StoredLogin } from '../stored-login.js'
import { announce, latestAnnounced } from './announcement.js'
import { randomId } from './random-id.js'
import { sessionTwins } from './session-twins.js'
import { storageLockRecords } from './storage-lock-records.js'
import { createTabChannel } from './tab-channel.js'
import { createTabLock, type HeldLock } from './tab-lock.js'
import { webStorageArea } from './web-storage-area.js'

/** What {@link webStorageStore} can be told. */
export interface WebStorageStoreOptions {
  /**
   * `session` (the default): a login lives as long as its tab, and in that tab alone. `local`: all tabs share it, and it
   * outlives them.
   */
  area?: 'session' | 'local'
  /** What the names of our items begin with, `flyte-js:` by default. Stores with different ones know nothing of each other. */
  prefix?: string
  /** Hears of garbage that was found, of locks that were taken over, and that there are no locks. */
  onEvent?: EventListener
  /** @internal For tests: `null` is a browser without. */
  locks?: LockManager | null
  /** @internal For tests: milliseconds for the answer of a lock's holder. */
  interval?: number
}

const name = 'web-storage'

/**
 * Keeps logins in a page's session storage, or by choice in local storage.
 *
 * They lie there in plain text: any script of the page's origin can read them, so one that an attacker gets to run can take
 * them away. Session storage bounds that to the tab and its life; local storage is open to every page of the origin, until
 * the login is deleted. `@flyte-js/token-store/indexed-db` keeps what is on the disk encrypted.
 *
 * A tab that was duplicated (or opened by `window.open`) starts with a copy of the session storage, and so of a rotating
 * refresh token. Such twins tell each other of a renewal, and of a logout, by a `BroadcastChannel`, which the scripts of the
 * origin can hear; tabs with logins of their own pass over it. The channel stays open as long as the page.
 *
 * The lock is a Web Lock. A holder that does not answer for 4 s, because its tab is frozen, is not waited for, and cannot write
 * any more. Where there are no Web Locks, in a page that is no secure context, local storage has nothing atomic: the lock is
 * then one by best effort, written and read back, and duplicated tabs have none between them; `store.unlocked` says so, once.
 *
 * @returns a store whose calls throw a TokenStoreError: `FLYTE_STORE_UNAVAILABLE` on a server, or where the browser blocks the
 * storage; `FLYTE_STORE_WRITE_FAILED` where it is full, with the old login still there; `FLYTE_STORE_LOCK_LOST` to a holder whose
 * lock was taken. What is no login is set aside, one at a time, with the event `store.corrupt`, and counts as none
 *
 * @example
 * ```ts
 * import { webStorageStore } from '@flyte-js/token-store/web-storage'
 *
 * const store = webStorageStore({ area: 'local' })
 * ```
 */
export function webStorageStore({
  area: kind = 'session',
  prefix = 'flyte-js:',
  onEvent,
  locks: given,
  interval,
}: WebStorageStoreOptions = {}): TokenStore {
  const area = webStorageArea(kind)
  const isSession = kind === 'session'
  const channelName = `flyte-js:${kind}:${prefix}`
  const channel = createTabChannel(channelName)
  const listeners = new Set<{ key: string; listener: () => void }>()
  let isUnlockedKnown = false

  const item = (key: string) => `${prefix}login:${key}`
  const locks = () => (given === undefined ? globalThis.navigator?.locks : (given ?? undefined))
  const records = storageLockRecords(kind, area, locks, { item: (key) => `${prefix}lock:${key}`, name: lockName })
  const lock = createTabLock({ store: name, channel, records, locks, interval, onEvent })
  const twins = sessionTwins(channel, read, (key, login) => {
    try {
      put(key, login)
    } catch {
      // A tab whose storage is full goes on with what it has.
    }
    for (const each of listeners) if (each.key === key) each.listener()
  })

  /** Twins share a lock, other tabs have their own: a login that a person has left lying in one must not stop them. */
  function lockName(key: string): string {
    return isSession ? `${channelName}:${family()}:${key}` : `${channelName}:${key}`
  }

  /** What a tab's session storage is called. It is there before a login is, so that a duplicate of the login has it too. */
  function family(): string {
    const place = `${prefix}family`
    const known = area.get(place) ?? randomId()
    area.set(place, known)
    return known
  }

  function read(key: string): StoredLogin | undefined {
    const text = area.get(item(key))
    if (text === null) return undefined
    const login = readStoredLogin(parse(text))
    if (login) return login
    const location = `${prefix}corrupt`
    area.remove(item(key))
    area.set(location, text)
    emit(onEvent, { type: 'store.corrupt', store: name, location })
    return undefined
  }

  function put(key: string, login: StoredLogin | undefined): void {
    if (login) area.set(item(key), JSON.stringify(login))
    else area.remove(item(key))
  }

  function write(key: string, tokenSet: TokenSet): StoredLogin {
    const login = renewLogin(read(key), tokenSet, { lineage: randomId(), now: Date.now() })
    if (isSession) family()
    put(key, login)
    if (isSession) {
      twins.join()
      twins.renewed(key, login)
    }
    return login
  }

  const store: LockedTokenStore = {
    async get(key) {
      // First: where there is no storage, no channel is opened, which would keep a server's process from its end.
      const login = read(key)
      if (isSession) twins.join()
      return login?.tokenSet
    },
    async set(key, tokenSet) {
      write(key, tokenSet)
    },
    async delete(key) {
      const login = read(key)
      put(key, undefined)
      if (isSession && login) twins.ended(key, login)
    },
  }

  /** The store for whoever holds the lock, as long as that is so. */
  function lockedStore({ key: lockKey, owner, isHeld }: HeldLock, called: string): LockedTokenStore {
    // A tab that wakes from its sleep hears here that its lock was taken, before it writes.
    const check = async () => {
      await locks()?.query()
      if (!isHeld() || records.isLost(lockKey, owner)) throw lockLost(name)
    }
    const locked: LockedTokenStore = {
      get: store.get,
      async set(key, tokenSet) {
        await check()
        const { version } = write(key, tokenSet)
        const manager = locks()
        if (isSession && manager) await announce(manager, called, version)
      },
      async delete(key) {
        await check()
        await store.delete(key)
      },
    }
    return fence(name, locked, isHeld)
  }

  return {
    name,
    ...store,
    async withLock(key, critical, { signal } = {}) {
      // Where there is no storage, that is the error, and nothing is said of locks.
      area.get(item(key))
      if (!locks() && !isUnlockedKnown) {
        isUnlockedKnown = true
        emit(onEvent, { type: 'store.unlocked', code: 'FLYTE_STORE_LOCK_UNAVAILABLE' })
      }
      const called = lockName(key)
      const section = async (held: HeldLock) => {
        const login = isSession && read(key)
        if (login) {
          twins.join()
          const manager = locks()
          const latest = manager ? await latestAnnounced(manager, called) : 0
          await twins.catchUp(key, login, latest, signal)
        }
        return critical(lockedStore(held, called))
      }
      return lock.run(key, called, section, signal)
    },
    subscribe(key, listener) {
      const entry = { key, listener }
      const onStorage = (event: StorageEvent) => {
        const isOurs = event.key === item(key) || event.key === null
        if (isOurs && area.isSource(event)) listener()
      }
      if (typeof window === 'undefined') return () => {}
      if (isSession) twins.join()
      listeners.add(entry)
      window.addEventListener('storage', onStorage)
      return () => {
        listeners.delete(entry)
        window.removeEventListener('storage', onStorage)
      }
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
