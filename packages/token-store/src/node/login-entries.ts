import { type Clock, type EventListener, emit, type TokenSet } from '@flyte-js/core'
import type { KeyringEntries } from './keyring-entries.js'
import {
  type KeyringLogin,
  type KeyringRecords,
  type KeyringTokens,
  parseRecords,
  readLogin,
  writeRecords,
} from './keyring-login.js'

/** The usernames of flytekit's entries, in the order in which they are written: the access token last. */
const usernames = { refreshToken: 'refresh_token', idToken: 'id_token', accessToken: 'access_token' } as const
/** The username of our own entry. */
const own = 'flyte-js'
const fields = Object.keys(usernames) as (keyof KeyringTokens)[]

/** How often, and after how many milliseconds, entries are read again that somebody is writing at this moment. */
const rereads = { count: 2, pause: 25 }

/** A login, over the entries that it lies in. */
export interface LoginEntries {
  read(): Promise<KeyringLogin | undefined>
  write(key: string, tokenSet: TokenSet): Promise<void>
  remove(): Promise<void>
}

export function loginEntries(
  entries: KeyringEntries,
  { clock, onEvent }: { clock: Clock; onEvent: EventListener | undefined },
): LoginEntries {
  async function readTokens(): Promise<KeyringTokens> {
    const tokens: KeyringTokens = {}
    for (const field of fields) {
      const secret = await entries.read(usernames[field])
      if (secret !== undefined) tokens[field] = secret
    }
    return tokens
  }

  async function readRecords(): Promise<KeyringRecords | undefined> {
    const text = await entries.read(own)
    if (text === undefined) return undefined
    const records = parseRecords(text)
    if (records === undefined) emit(onEvent, { type: 'store.corrupt', store: 'keyring' })
    return records
  }

  async function read(): Promise<KeyringLogin | undefined> {
    for (let left = rereads.count; ; left -= 1) {
      const records = await readRecords()
      const tokens = await readTokens()
      const login = readLogin(tokens, records)
      if (login === undefined || login.isWhole || left === 0) return login
      await clock.sleep(rereads.pause)
    }
  }

  async function write(key: string, tokenSet: TokenSet): Promise<void> {
    const before = await readTokens()
    const ownBefore = await entries.read(own)
    const records = ownBefore === undefined ? undefined : parseRecords(ownBefore)
    await entries.write(own, writeRecords(key, tokenSet, before, records), { isOwn: true })
    const written: (keyof KeyringTokens)[] = []
    try {
      for (const field of fields) {
        const secret = tokenSet[field]
        if (!secret || secret === before[field]) continue
        written.push(field)
        await entries.write(usernames[field], secret)
      }
    } catch (error) {
      await restore(before, written, ownBefore).catch(() => {})
      throw error
    }
    // Last, since they belong to the login that is gone only now.
    for (const field of fields) if (!tokenSet[field] && before[field]) await entries.remove(usernames[field])
  }

  /** Puts back what a write that was refused has replaced. */
  async function restore(before: KeyringTokens, written: (keyof KeyringTokens)[], ownBefore: string | undefined) {
    for (const field of written) {
      const secret = before[field]
      if (secret === undefined) await entries.remove(usernames[field])
      else await entries.write(usernames[field], secret)
    }
    if (ownBefore === undefined) await entries.remove(own)
    else await entries.write(own, ownBefore, { isOwn: true })
  }

  /** The access token first: without it there is no login, whatever else is left. */
  async function remove(): Promise<void> {
    for (const field of fields.toReversed()) await entries.remove(usernames[field])
    await entries.remove(own)
  }

  return { read, write, remove }
}
