import type { TokenSet } from './token-set.js'

/** What a caller may say when it asks for a token. */
export interface GetTokenOptions {
  /** Ends this caller's wait. The login goes on while another caller waits for it. */
  signal?: AbortSignal | undefined
  /** An access token that a server has just refused: a newer one is wanted. */
  rejected?: string | undefined
}

/**
 * Whoever can hand out a valid token.
 *
 * @example
 * ```ts
 * import type { TokenSource } from '@flyte-js/core'
 *
 * const fixed: TokenSource = {
 *   getToken: async () => ({ accessToken: 'a token from elsewhere', tokenType: 'bearer' }),
 * }
 * ```
 */
export interface TokenSource {
  /** A token that is valid now; it may ask a server, or a person. */
  getToken(options?: GetTokenOptions): Promise<TokenSet>
}
