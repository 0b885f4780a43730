// Who may call the API, and the words of refusal.
import { type AccessTokenClaims, TokenError } from './access-token.js'
import { GrpcStatusError, grpcCode } from './grpc-status.js'

/** Who calls: the claims of the token; none where Flyte Admin needs no login. */
export interface Identity {
  claims: AccessTokenClaims
}

/** How tokens are checked. */
export interface AuthenticateOptions {
  /** The custom header that is taken beside `Authorization`. */
  httpAuthorizationHeader: string
  /** Checks the signature and the times of a token; rejects with a {@link TokenError}. */
  verify(token: string): Promise<AccessTokenClaims>
  /** The audiences that are right for the host that was asked. */
  audiences(host: string): readonly string[]
}

const failed = '[JWT_VERIFICATION_FAILED] Could not retrieve'

/**
 * Finds out who calls, or throws an `UNAUTHENTICATED` status.
 *
 * `Authorization` wins over the custom header, even when it holds a proxy's `Basic`; cookies do not count here.
 */
export async function authenticate(headers: Record<string, string>, options: AuthenticateOptions): Promise<Identity> {
  const authorization = headers.authorization ?? headers[options.httpAuthorizationHeader.toLowerCase()] ?? ''
  const bearerToken = tokenOf(authorization, 'Bearer')
  const claims =
    'reason' in bearerToken ? bearerToken : await verifyBearer(bearerToken.token, headers.host ?? '', options)
  if (typeof claims.reason === 'string') {
    const idToken = tokenOf(authorization, 'IDToken')
    const idReason =
      'reason' in idToken
        ? `${failed} id token from metadata, caused by: ${idToken.reason}`
        : `[JWT_VERIFICATION_FAILED] jwt parse with claims failed, caused by: ${malformed(idToken.token)}`
    const accessReason =
      'reason' in bearerToken ? `${failed} bearer token from metadata, caused by: ${bearerToken.reason}` : claims.reason
    throw unauthenticated(
      `token parse error id token err: access token err: ${accessReason}, access token err: ${idReason}`,
    )
  }
  if (!scopesOf(claims as AccessTokenClaims).includes('all')) {
    throw unauthenticated(`authenticated user doesn't have required scope`)
  }
  return { claims: claims as AccessTokenClaims }
}

/** ID tokens are not taken here, so they are at best of another provider. */
function malformed(idToken: string): string {
  const parts = idToken.split('.').length
  if (parts < 2) return `oidc: malformed jwt: oidc: malformed jwt, expected 3 parts got ${parts}`
  return 'oidc: id token issued by a different provider'
}

function unauthenticated(message: string): GrpcStatusError {
  return new GrpcStatusError(grpcCode.unauthenticated, message)
}

function tokenOf(authorization: string, scheme: string): { token: string } | { reason: string } {
  const reason = (description: string) => ({ reason: `rpc error: code = Unauthenticated desc = ${description}` })
  if (authorization === '') return reason(`Request unauthenticated with ${scheme}`)
  const space = authorization.indexOf(' ')
  if (space === -1) return reason('Bad authorization string')
  if (authorization.slice(0, space).toLowerCase() !== scheme.toLowerCase()) {
    return reason(`Request unauthenticated with ${scheme}`)
  }
  return { token: authorization.slice(space + 1) }
}

async function verifyBearer(
  token: string,
  host: string,
  options: AuthenticateOptions,
): Promise<AccessTokenClaims | { reason: string }> {
  if (token === '') return { reason: '[JWT_VERIFICATION_FAILED] IDToken token is blank' }
  try {
    const claims = await options.verify(token)
    const wanted = options.audiences(host)
    const audience = [claims.aud ?? []].flat()
    if (audience.some((candidate) => wanted.includes(candidate))) return claims
    return { reason: invalidAudience(claims, audience, wanted) }
  } catch (error) {
    if (error instanceof TokenError) return { reason: error.message }
    throw error
  }
}

function invalidAudience(claims: AccessTokenClaims, audience: string[], wanted: readonly string[]): string {
  const time = (seconds: number | undefined) =>
    seconds === undefined
      ? '0001-01-01 00:00:00 +0000 UTC'
      : `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
  const fields = [
    claims.iss ?? '',
    claims.sub ?? '',
    time(claims.exp),
    time(claims.iat),
    time(undefined),
    claims.jti ?? '',
  ]
  const map = wanted.map((url) => `${url}:{}`).join(' ')
  return `invalid audience [&{[${audience.join(' ')}] ${fields.join(' ')}}], wanted [map[${map}]]`
}

/** A token of no client and without scopes is a user's, and may do all. */
function scopesOf(claims: AccessTokenClaims): readonly unknown[] {
  const scopes = claims.scp === undefined ? [] : [claims.scp].flat()
  return scopes.length === 0 && (claims.client_id ?? '') === '' ? ['all'] : scopes
}
