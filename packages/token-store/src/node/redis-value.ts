import { type TokenSet, TokenStoreError } from '@flyte-js/core'
import type { Sealer } from './seal.js'
import { parseStoredTokenSet } from './stored-token-set.js'

/**
 * Writes a token set as text.
 *
 * @param sealer - encrypts it, where there is an encryption key
 * @param place - the key that it is stored under: moved to another one, what is encrypted does not open
 */
export async function writeValue(tokenSet: TokenSet, sealer: Sealer | undefined, place: string): Promise<string> {
  if (sealer === undefined) return JSON.stringify({ version: 1, tokenSet })
  return JSON.stringify({ version: 1, sealed: await sealer.seal(JSON.stringify(tokenSet), place) })
}

/**
 * Reads what {@link writeValue} has written; `undefined` where it is none of that.
 *
 * @throws TokenStoreError `FLYTE_STORE_DECRYPTION_FAILED` when it is encrypted and the key is missing or another one, or when
 * there is a key and it is not encrypted: then anybody may have written it
 */
export async function readValue(
  text: string,
  sealer: Sealer | undefined,
  place: string,
): Promise<TokenSet | undefined> {
  const value = parseJson(text) as { version?: unknown; tokenSet?: unknown; sealed?: unknown } | null | undefined
  if (value?.version !== 1) return undefined
  if (typeof value.sealed === 'string') {
    if (sealer === undefined) throw mismatch('is encrypted. Give the encryptionKey that it was stored with')
    return parseStoredTokenSet(parseJson(await sealer.open(value.sealed, place)))
  }
  const tokenSet = parseStoredTokenSet(value.tokenSet)
  if (tokenSet !== undefined && sealer !== undefined) throw mismatch('is not encrypted, but an encryptionKey is given')
  return tokenSet
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function mismatch(what: string): TokenStoreError {
  const message = `What the redis store holds ${what}. Otherwise delete it and log in again`
  return new TokenStoreError('FLYTE_STORE_DECRYPTION_FAILED', message, { store: 'redis' })
}
