import type { TokenSet } from '@flyte-js/core'
import { readTokenSet } from './read-token-set.js'

/**
 * A login as it stands in web storage.
 *
 * A browser copies session storage into a duplicated tab, which then holds the same rotating refresh token. The lineage says
 * that two tabs hold copies of one login, the version which of them is newer.
 */
export interface StoredLogin {
  /** Made when the login was; a duplicate has the same. */
  readonly lineage: string
  /** Rises with each renewal; wall-clock milliseconds where the clock does not stand back, so that of two the later is higher. */
  readonly version: number
  readonly tokenSet: TokenSet
}

/** Reads a login that anybody may have written; `undefined` where it is none. */
export function readStoredLogin(value: unknown): StoredLogin | undefined {
  const { lineage, version, tokenSet } = Object(value)
  const read = readTokenSet(tokenSet)
  return read && typeof lineage === 'string' && Number.isSafeInteger(version)
    ? { lineage, version, tokenSet: read }
    : undefined
}

/**
 * What is stored after `previous`.
 *
 * @param fresh - the lineage of a login that has no previous one, and the time
 */
export function renewLogin(
  previous: StoredLogin | undefined,
  tokenSet: TokenSet,
  fresh: { lineage: string; now: number },
): StoredLogin {
  const { lineage, version } = previous ?? { lineage: fresh.lineage, version: 0 }
  return { lineage, version: Math.max(fresh.now, version + 1), tokenSet }
}

/** Whether `login` is a later state of what `than` is a copy of. */
export function isNewer(login: StoredLogin, than: Omit<StoredLogin, 'tokenSet'> | undefined): boolean {
  return login.lineage === than?.lineage && login.version > than.version
}
