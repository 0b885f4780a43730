/** A set of tokens from a token endpoint (RFC 6749 section 5.1). Times are epoch milliseconds. */
export interface TokenSet {
  /** The access token. It is opaque: nobody but the server reads it. */
  accessToken: string
  /** How to present it, in lower case: `bearer`. */
  tokenType: string
  /** When it expires, by the wall clock, in epoch milliseconds. Absent where the server did not say. */
  expiresAt?: number
  /** The refresh token, where the server gave one. */
  refreshToken?: string
  /** The ID token (OpenID Connect Core section 2), where the server gave one. */
  idToken?: string
  /** The granted scope, kept for show: Flyte Admin's differs from the requested one, so it is never compared. */
  scope?: string
  /** The issuer that gave the tokens. A refresh token goes back to it and to nobody else. */
  issuer?: string
}
