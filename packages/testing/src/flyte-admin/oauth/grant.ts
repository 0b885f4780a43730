// What every grant at the token endpoint works with, and what it gives.
import type { TokenKey } from '../access-token.js'
import type { AdminClient } from '../clients.js'
import type { SealingKey } from '../seal.js'

/** What grants need to know. */
export interface GrantOptions {
  clients: readonly AdminClient[]
  key: TokenKey
  /** Seals the challenge in codes. */
  sealingKey: SealingKey
  now(): number
  /** The `expires_in` of access tokens, in seconds. They live a second longer. */
  accessTokenLifetime: number
  /** Of refresh tokens, in seconds. */
  refreshTokenLifetime: number
}

/** A set of tokens (RFC 6749 section 5.1). */
export interface TokenResponse {
  access_token: string
  expires_in: number
  refresh_token?: string
  scope: string
  token_type: 'bearer'
}
