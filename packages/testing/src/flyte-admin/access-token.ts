// Flyte Admin's own tokens: JWTs with `key_id` instead of `kid`. Those of clients have no `sub` and `iss`, and an empty `client_id`.
import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, errors, importJWK, type JWK, SignJWT } from 'jose'
import { jsonValueOf, parseJson } from './json-parser.js'

/** The claims of a token, whoever issued it. */
export interface AccessTokenClaims {
  aud?: string | string[]
  exp?: number
  iat?: number
  sub?: string
  [claim: string]: unknown
}

/** The key that signs Flyte Admin's tokens. */
export interface TokenKey {
  /** The public half as a JSON Web Key Set. */
  jwks: { keys: JWK[] }
  /** Signs claims, with a `jti` unless they have one. The same claims give the same token. */
  sign(claims: AccessTokenClaims): Promise<string>
  /** The claims of a token; rejects with a {@link TokenError} when it is not one of ours or has expired. */
  verify(token: string, now: number): Promise<AccessTokenClaims>
}

/** Why a token was refused, in the words of Go's jwt library. */
export class TokenError extends Error {}

/** Makes one of a private RSA key. */
export async function createTokenKey(privateJwk: JWK): Promise<TokenKey> {
  const { e, n } = privateJwk as { e: string; n: string }
  const publicJwk = { e, kty: 'RSA', n }
  const [privateKey, publicKey, kid] = await Promise.all([
    importJWK(privateJwk, 'RS256'),
    importJWK(publicJwk, 'RS256'),
    calculateJwkThumbprint(publicJwk),
  ])
  return {
    jwks: { keys: [{ e, kid, kty: 'RSA', n }] },
    sign: (claims) =>
      new SignJWT(sortedByName({ jti: randomUUID(), ...claims }) as AccessTokenClaims)
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

/** As Go writes a map, at every depth. */
function sortedByName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByName)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sortedByName(member)]))
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
