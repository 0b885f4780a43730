import { type EventListener, FlyteError, type FlyteErrorCode, type TokenStore, TokenStoreError } from '@flyte-js/core'
import { fence } from '../fence.js'
import { done, openDatabase } from './database.js'
import { sealedLogins } from './sealed-logins.js'
import { createTabChannel } from './tab-channel.js'
import { createTabLock, type HeldLock, type LockRecords } from './tab-lock.js'

/** What {@link indexedDbStore} can be told. */
export interface IndexedDbStoreOptions {
  /** The database, `flyte-js` by default. Stores with different ones know nothing of each other. */
  databaseName?: string
  /** Hears of what does not open any more, and of locks that were taken over. */
  onEvent?: EventListener
  /** @internal For tests: `null` is a browser without. */
  locks?: LockManager | null
  /** @internal For tests: milliseconds for the answer of a lock's holder. */
  interval?: number
  /** @internal For tests: milliseconds for the database to open. */
  openTimeout?: number
}

const name = 'indexed-db'

/**
 * Keeps logins in IndexedDB, encrypted by AES-GCM (Web Cryptography API), for all tabs of an origin.
 *
 * The key is made once, cannot be exported, and lies in the same database. So a copy of the browser's profile or a backup of it
 * does not give the tokens away to a reader of texts, and a script that can read the database has no key to carry off. It is no
 * wall against a script that runs in the page: that can use the key as we do.
 *
 * The lock is a Web Lock, or, where there are none, a record in the database. A holder that does not answer for 4 s, because its
 * tab is frozen, closed or has crashed, is not waited for, and cannot write any more: each write under the lock looks at its
 * owner in the same transaction. Other tabs hear by a `BroadcastChannel` that something has changed, not what.
 *
 * @returns a store whose calls throw a TokenStoreError: `FLYTE_STORE_UNAVAILABLE` on a server, in a page that is no secure
 * context, and where the browser blocks the database or cannot keep a key in it (private windows of some);
 * `FLYTE_STORE_WRITE_FAILED` where the disk or the quota is full; `FLYTE_STORE_LOCK_LOST` to a holder whose lock was taken. What
 * does not open, because the key was lost, is deleted with the event `store.corrupt`, and counts as none
 *
 * @example
 * ```ts
 * import { indexedDbStore } from '@flyte-js/token-store/indexed-db'
 *
 * const store = indexedDbStore()
 * ```
 */
export function indexedDbStore({
  databaseName = 'flyte-js',
  onEvent,
  locks: given,
  interval,
  openTimeout,
}: IndexedDbStoreOptions = {}): TokenStore {
  const database = openDatabase(databaseName, openTimeout)
  const logins = sealedLogins(database, onEvent)
  const channelName = `flyte-js:${name}:${databaseName}`
  const channel = createTabChannel(channelName)
  const locks = () => (given === undefined ? globalThis.navigator?.locks : (given ?? undefined))

  const records: LockRecords = {
    claim: (key, owner, isGone) =>
      database.run('readwrite', async (from) => {
        const present = await done<string | undefined>(from('locks').get(key))
        if (present && !isGone(present)) return present
        await done(from('locks').put(owner, key))
        return owner
      }),
    release: (key, owner) =>
      database.run('readwrite', async (from) => {
        if ((await done(from('locks').get(key))) === owner) await done(from('locks').put('', key))
      }),
  }
  const lock = createTabLock({ store: name, channel, records, locks, interval, onEvent })

  const get = (key: string) => attempt('READ', logins.get(key))
  async function put(key: string, ...rest: [Parameters<typeof logins.put>[1], held?: HeldLock]): Promise<void> {
    await attempt('WRITE', logins.put(key, ...rest))
    channel.post({ type: 'changed', key })
  }

  return {
    name,
    get,
    set: (key, tokenSet) => put(key, tokenSet),
    delete: (key) => put(key, undefined),
    async withLock(key, critical, { signal } = {}) {
      const section = (held: HeldLock) => {
        const locked = {
          get,
          set: (each: string, tokenSet: Parameters<typeof put>[1]) => put(each, tokenSet, held),
          delete: (each: string) => put(each, undefined, held),
        }
        return critical(fence(name, locked, held.isHeld))
      }
      return lock.run(key, `${channelName}:${key}`, section, signal)
    },
    subscribe(key, listener) {
      // A channel would keep a server's process from its end.
      if (!globalThis.indexedDB) return () => {}
      return channel.listen((message) => {
        if (message.type === 'changed' && message.key === key) listener()
      })
    },
  }
}

/** Wraps what IndexedDB throws, once. */
async function attempt<T>(what: 'READ' | 'WRITE', result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (cause) {
    if (FlyteError.isInstance(cause)) throw cause
    const isBlocked = ['SecurityError', 'DataCloneError'].includes((cause as Error).name)
    const code: FlyteErrorCode = isBlocked ? 'FLYTE_STORE_UNAVAILABLE' : `FLYTE_STORE_${what}_FAILED`
    const message = isBlocked
      ? 'This browser does not keep keys in IndexedDB, as some do not in a private window: use another store'
      : `IndexedDB could not ${what.toLowerCase()} (${(cause as Error).name}). What it held is still there`
    throw new TokenStoreError(code, message, { store: name, cause })
  }
}
