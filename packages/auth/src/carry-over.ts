import { defined, type TokenSet } from '@flyte-js/core'

/**
 * What a renewal's answer leaves out stays as it was: the refresh token (RFC 6749 section 6), the scope (section 5.1), the ID
 * token (OpenID Connect Core section 12.2), the issuer.
 */
export function carryOver(before: TokenSet, renewed: TokenSet): TokenSet {
  const { scope, idToken, issuer } = before
  // An empty one is none.
  const refreshToken = renewed.refreshToken || before.refreshToken
  return defined({ ...defined({ scope, idToken, issuer }), ...defined(renewed), refreshToken }) as TokenSet
}
