// Flyte Admin's own access tokens: JWTs with `key_id` instead of `kid`, without `sub` and `iss`, and an empty `client_id`.
import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, errors, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { jsonValueOf, parseJson } from './json-parser.js'

/** The claims of a token, whoever issued it. */
export interface AccessTokenClaims {
  aud?: string | string[]
  exp?: number
  iat?: number
  sub?: string
  [claim: string]: unknown
}

/** The key that signs Flyte Admin's tokens: made anew by every server, so that no token outlives it. */
export interface TokenKey {
  /** The public half as a JSON Web Key Set. */
  jwks: { keys: JWK[] }
  sign(claims: AccessTokenClaims): Promise<string>
  /** The claims of a token; rejects with a {@link TokenError} when it is not one of ours or has expired. */
  verify(token: string, now: number): Promise<AccessTokenClaims>
}

/** Why a token was refused, in the words of Go's jwt library. */
export class TokenError extends Error {}

/** Makes a fresh key. */
export async function createTokenKey(): Promise<TokenKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const { e, n } = await exportJWK(publicKey)
  const publicJwk = { e, kty: 'RSA', n } as JWK
  const kid = await calculateJwkThumbprint(publicJwk)
  return {
    jwks: { keys: [{ e, kid, kty: 'RSA', n } as JWK] },
    sign: (claims) =>
      new SignJWT({ jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'RS256', key_id: kid, typ: 'JWT' })
        .sign(privateKey),
    async verify(token, now) {
      const claims = decodeClaims(token)
      try {
        await compactVerify(token, publicKey, { algorithms: ['RS256'] })
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error
        throw new TokenError('crypto/rsa: verification error')
      }
      if (claims.exp !== undefined && now > claims.exp * 1000) throw new TokenError('Token is expired')
      return claims
    },
  }
}

function decodeClaims(token: string): AccessTokenClaims {
  const parts = token.split('.')
  if (parts.length !== 3) throw new TokenError('token contains an invalid number of segments')
  const [header, claims] = parts.map(decodePart) as [Record<string, unknown>, AccessTokenClaims]
  if (header.alg !== 'RS256') throw new TokenError(`unexpected signing method: ${String(header.alg)}`)
  return claims
}

function decodePart(part: string, index: number): Record<string, unknown> {
  if (index === 2) return {}
  const bad = part.length % 4 === 1 ? part.length - 1 : (/[^\w-]/.exec(part)?.index ?? -1)
  if (bad !== -1) throw new TokenError(`illegal base64 data at input byte ${bad}`)
  try {
    const node = parseJson(Buffer.from(part, 'base64url').toString())
    return (node === undefined ? {} : jsonValueOf(node)) as Record<string, unknown>
  } catch (error) {
    throw new TokenError((error as Error).message)
  }
}
