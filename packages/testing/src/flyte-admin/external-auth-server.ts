// An identity provider beside Flyte Admin: its metadata is relayed, and its keys check the tokens.
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { type AccessTokenClaims, TokenError } from './access-token.js'
import { GrpcStatusError, grpcCode } from './grpc-status.js'
import type { Message } from './message.js'

/** What Flyte Admin needs of an external authorization server. */
export interface ExternalAuthServer {
  /** Its metadata (RFC 8414), cut to the fields of Flyte's message. */
  metadata(): Promise<Message>
  /** Checks a token by its keys; rejects with a {@link TokenError}. */
  verify(token: string, now: number): Promise<AccessTokenClaims>
}

/** Talks to the authorization server of that issuer. */
export function createExternalAuthServer(issuer: string): ExternalAuthServer {
  const metadataUrl = new URL('.well-known/oauth-authorization-server', issuer.endsWith('/') ? issuer : `${issuer}/`)
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined

  const metadata = async (): Promise<Message> => {
    const response = await fetch(metadataUrl, { signal: AbortSignal.timeout(10_000) })
    if (!response.ok)
      throw new GrpcStatusError(grpcCode.unknown, `failed to get oauth metadata with status code ${response.status}`)
    // Whatever Flyte's message has no field for is cut when it is answered.
    return (await response.json()) as Message
  }

  return {
    metadata,
    async verify(token, now) {
      keys ??= metadata().then(({ jwks_uri }) => createRemoteJWKSet(new URL(String(jwks_uri))))
      keys.catch(() => {
        keys = undefined
      })
      try {
        const { payload } = await jwtVerify(token, await keys, { currentDate: new Date(now) })
        return payload as AccessTokenClaims
      } catch (error) {
        throw error instanceof errors.JOSEError ? new TokenError(reasonOf(error)) : error
      }
    },
  }
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'failed to validate token: Token is expired'
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return 'oidc: malformed jwt: go-jose/go-jose: compact JWS format must have three parts'
  }
  return 'failed to verify id token signature'
}
