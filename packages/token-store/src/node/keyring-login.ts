import { createHash } from 'node:crypto'
import { defined, type TokenSet } from '@flyte-js/core'
import * as z from 'zod/mini'

/** What the entries that flytekit knows hold. */
export interface KeyringTokens {
  accessToken?: string | undefined
  refreshToken?: string | undefined
  idToken?: string | undefined
}

/**
 * What flytekit's entries cannot hold, and which tokens it is about: their hashes tell whether flytekit has written others
 * since. Times are epoch milliseconds.
 */
const recordSchema = z.object({
  key: z.optional(z.string()),
  access: z.string(),
  refresh: z.optional(z.string()),
  id: z.optional(z.string()),
  tokenType: z.string(),
  expiresAt: z.optional(z.number()),
  scope: z.optional(z.string()),
  issuer: z.optional(z.string()),
})
const entrySchema = z.object({
  version: z.literal(1),
  current: recordSchema,
  previous: z.optional(recordSchema),
})

type Record = z.infer<typeof recordSchema>

/** What our own entry says: about the tokens that were written last, and about those that lay there before. */
export interface KeyringRecords {
  readonly current: Record
  /** Believed while the tokens that it is about still lie there: the write after them was, or is, not finished. */
  readonly previous?: Record | undefined
}

/** A login as it lies in the keyring. */
export interface KeyringLogin {
  readonly tokenSet: TokenSet
  /** The hash of the key that it was stored under; absent where flytekit has stored it. */
  readonly key?: string | undefined
  /** Whether the entries fit together; otherwise they may be about to be written. */
  readonly isWhole: boolean
}

/** Half of SHA-256: enough that nobody finds another text, and short, since some keyrings hold little. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
}

/** Reads our own entry; `undefined` where it is none. */
export function parseRecords(text: string): KeyringRecords | undefined {
  try {
    const parsed = entrySchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/**
 * Writes our own entry for new tokens. It is to be written before them, and the access token last: then whatever a crash leaves
 * can be told apart.
 *
 * @param tokens - what lies there now
 * @param records - what our entry says now
 */
export function writeRecords(
  key: string,
  tokenSet: TokenSet,
  tokens: KeyringTokens,
  records: KeyringRecords | undefined,
): string {
  const { accessToken, refreshToken, idToken, ...details } = tokenSet
  const current = { key: hash(key), ...hashes({ accessToken, refreshToken, idToken }), ...details }
  const previous = recordOf(tokens, records) ?? (tokens.accessToken && { ...hashes(tokens), tokenType: 'bearer' })
  return JSON.stringify({ version: 1, current, ...(previous && { previous }) })
}

function hashes({ accessToken, refreshToken, idToken }: KeyringTokens) {
  return {
    access: hash(accessToken ?? ''),
    ...(refreshToken && { refresh: hash(refreshToken) }),
    ...(idToken && { id: hash(idToken) }),
  }
}

/** Puts the entries together; `undefined` where there is no access token. */
export function readLogin(tokens: KeyringTokens, records: KeyringRecords | undefined): KeyringLogin | undefined {
  const { accessToken, refreshToken, idToken } = tokens
  if (!accessToken) return undefined
  const record = recordOf(tokens, records)
  if (record !== undefined) {
    const { key, access: _, refresh, id, ...details } = record
    const kept = { refreshToken: refresh && refreshToken, idToken: id && idToken }
    return {
      key,
      isWhole: true,
      tokenSet: defined({ accessToken, ...kept, ...details }) as TokenSet,
    }
  }
  const { current, previous } = records ?? {}
  const isRenewable = !!refreshToken && current?.refresh === hash(refreshToken)
  const isBegun = isRenewable || (!!idToken && current?.id === hash(idToken))
  if (current && isBegun && previous?.access === hash(accessToken)) {
    // A write was broken off before the access token: the old one is not to be used with what is new.
    const { tokenType, scope, issuer } = current
    const kept = { refreshToken: isRenewable ? refreshToken : undefined, scope, issuer }
    return {
      key: current.key,
      isWhole: false,
      tokenSet: defined({ accessToken, tokenType, expiresAt: 0, ...kept }) as TokenSet,
    }
  }
  const issuer = isRenewable ? current?.issuer : undefined
  const tokenSet = defined({ accessToken, tokenType: 'bearer', refreshToken, idToken, issuer }) as TokenSet
  return { isWhole: records === undefined, tokenSet }
}

/** The record that is about these tokens and no others. Tokens that it does not know were left by an earlier login. */
function recordOf(tokens: KeyringTokens, records: KeyringRecords | undefined): Record | undefined {
  const { accessToken, refreshToken, idToken } = tokens
  const isAbout = (record: Record | undefined): boolean =>
    record !== undefined &&
    record.access === hash(accessToken ?? '') &&
    (record.refresh === undefined || record.refresh === hash(refreshToken ?? '')) &&
    (record.id === undefined || record.id === hash(idToken ?? ''))
  return [records?.current, records?.previous].find(isAbout)
}
