import { defined, type TokenSet } from '@flyte-js/core'

/**
 * Reads a token set that anybody may have written; `undefined` where it is none. Unknown fields are left out.
 *
 * Written by hand, for browsers: a validator would be three times the size of the store.
 */
export function readTokenSet(value: unknown): TokenSet | undefined {
  const { accessToken, tokenType, expiresAt, refreshToken, idToken, scope, issuer } = Object(value)
  const isTokenSet =
    isText(accessToken) &&
    accessToken !== '' &&
    isText(tokenType) &&
    (expiresAt === undefined || Number.isFinite(expiresAt)) &&
    [refreshToken, idToken, scope, issuer].every((text) => text === undefined || isText(text))
  return isTokenSet
    ? (defined({ accessToken, tokenType, expiresAt, refreshToken, idToken, scope, issuer }) as TokenSet)
    : undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'
