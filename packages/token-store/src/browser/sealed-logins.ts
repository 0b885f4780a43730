import { type EventListener, emit, type TokenSet, TokenStoreError } from '@flyte-js/core'
import { lockLost } from '../fence.js'
import { readTokenSet } from '../read-token-set.js'
import { type Database, done } from './database.js'
import { randomId } from './random-id.js'
import type { HeldLock } from './tab-lock.js'

/** Logins in a database, encrypted by a key that lies beside them and that no script can take out. */
export interface SealedLogins {
  get(key: string): Promise<TokenSet | undefined>
  /** Writes, or deletes where there is no token set, in one transaction with a look at the lock under which that happens. */
  put(key: string, tokenSet: TokenSet | undefined, held?: HeldLock): Promise<void>
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  data: ArrayBuffer
}

/** The id tells a key from one that was made after the database was deleted: keys cannot be compared. */
interface SealingKey {
  id: string
  key: CryptoKey
}

const store = 'indexed-db'
const algorithm = 'AES-GCM'
/** Where the only key is, in its object store. */
const place = 'key'

export function sealedLogins(database: Database, onEvent: EventListener | undefined): SealedLogins {
  /** Bound to its key: under another one it does not open. */
  const parameters = (iv: Uint8Array<ArrayBuffer>, key: string) => ({
    name: algorithm,
    iv,
    additionalData: new TextEncoder().encode(key),
  })

  /** The key of this database: of all tabs that find none, the first makes it. */
  async function sealingKey(): Promise<SealingKey> {
    const found = await database.run('readonly', (from) => done<SealingKey | undefined>(from('keys').get(place)))
    if (found) return found
    const key = await crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt'])
    const made = { id: randomId(), key }
    return database.run('readwrite', async (from) => {
      const first = await done<SealingKey | undefined>(from('keys').get(place))
      if (!first) await done(from('keys').put(made, place))
      return first ?? made
    })
  }

  async function seal(key: string, tokenSet: TokenSet): Promise<{ id: string; sealed: Sealed }> {
    const { id, key: sealing } = await sealingKey()
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const text = new TextEncoder().encode(JSON.stringify(tokenSet))
    return { id, sealed: { iv, data: await crypto.subtle.encrypt(parameters(iv, key), sealing, text) } }
  }

  async function unseal(key: string, { iv, data }: Sealed, sealing: SealingKey): Promise<TokenSet | undefined> {
    try {
      const bytes = await crypto.subtle.decrypt(parameters(iv, key), sealing.key, data)
      return readTokenSet(JSON.parse(new TextDecoder().decode(bytes)))
    } catch {
      return undefined
    }
  }

  return {
    async get(key) {
      const [sealed, sealing] = await database.run('readonly', (from) =>
        Promise.all([done<Sealed | undefined>(from('logins').get(key)), done<SealingKey>(from('keys').get(place))]),
      )
      if (sealed === undefined) return undefined
      const tokenSet = await unseal(key, sealed, sealing)
      if (tokenSet) return tokenSet
      await database.run('readwrite', async (from) => {
        const present = await done<Sealed | undefined>(from('logins').get(key))
        if (String(present?.iv) === String(sealed.iv)) await done(from('logins').delete(key))
      })
      emit(onEvent, { type: 'store.corrupt', store })
      return undefined
    },
    async put(key, tokenSet, held) {
      // The database may be deleted, and its key with it, at any time: what is encrypted for another one is not written.
      for (let attempts = 0; attempts < 3; attempts += 1) {
        const { id, sealed } = tokenSet ? await seal(key, tokenSet) : {}
        const isWritten = await database.run('readwrite', async (from) => {
          // An owner that is missing was deleted with all the rest: nobody has taken the lock.
          const owner = held && (await done<string | undefined>(from('locks').get(held.key)))
          if (held && (!held.isHeld() || (owner ?? held.owner) !== held.owner)) throw lockLost(store)
          if (sealed) {
            const sealing = await done<SealingKey | undefined>(from('keys').get(place))
            if (sealing?.id !== id) return false
            await done(from('logins').put(sealed, key))
          } else await done(from('logins').delete(key))
          return true
        })
        if (isWritten) return
      }
      const message = 'The database is deleted again and again, so nothing can be stored in it'
      throw new TokenStoreError('FLYTE_STORE_WRITE_FAILED', message, { store })
    },
  }
}
