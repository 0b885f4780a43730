import type { TokenSet } from '@flyte-js/core'
import * as z from 'zod/mini'

/** A token set as it stands in a file, a keyring's entry or Redis: anybody may have written it. */
const schema = z.object({
  accessToken: z.string().check(z.minLength(1)),
  tokenType: z.string(),
  expiresAt: z.optional(z.number()),
  refreshToken: z.optional(z.string()),
  idToken: z.optional(z.string()),
  scope: z.optional(z.string()),
  issuer: z.optional(z.string()),
})

/** Reads a stored token set; `undefined` where it is none. Unknown fields are left out. */
export function parseStoredTokenSet(value: unknown): TokenSet | undefined {
  const parsed = schema.safeParse(value)
  return parsed.success ? (parsed.data as TokenSet) : undefined
}
