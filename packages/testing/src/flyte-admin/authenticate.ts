// Who may call the API, and the words of refusal.
import { type AccessTokenClaims, TokenError } from './access-token.js'
import { GrpcStatusError, grpcCode } from './grpc-status.js'
import type { Message } from './message.js'
import { type IdTokenCheck, type LoginSession, personOf } from './session/login-session.js'

/** Who calls. */
export interface Identity {
  /** The claims of the token. */
  claims: AccessTokenClaims
  /** What is known of the person behind a browser's session. */
  userInfo?: Message
}

/** How tokens are checked. */
export interface AuthenticateOptions {
  /** The custom header that is taken beside `Authorization`. */
  httpAuthorizationHeader: string
  /** Checks the signature and the times of a token; rejects with a {@link TokenError}. */
  verify(token: string): Promise<AccessTokenClaims>
  /** The audiences that are right for the host that was asked. */
  audiences(host: string): readonly string[]
  /** The session in a browser's cookies. */
  session: LoginSession
}

const failed = '[JWT_VERIFICATION_FAILED] Could not retrieve'

/**
 * Finds out who calls, or throws an `UNAUTHENTICATED` status.
 *
 * `Authorization` wins, even when it holds a proxy's `Basic`; then the session in the cookies, even when it has expired; then the
 * custom header. A session is the ID token in it: nothing renews it here.
 */
export async function authenticate(headers: Record<string, string>, options: AuthenticateOptions): Promise<Identity> {
  const { httpAuthorizationHeader, session } = options
  const cookies = session.tokensOf({ headers })
  const fromCookies = cookies && `IDToken ${cookies.idToken}`
  const authorization = headers.authorization ?? fromCookies ?? headers[httpAuthorizationHeader.toLowerCase()] ?? ''

  const bearerToken = tokenOf(authorization, 'Bearer')
  const claims =
    'reason' in bearerToken ? bearerToken : await verifyBearer(bearerToken.token, headers.host ?? '', options)
  if (typeof claims.reason === 'string') {
    const accessReason =
      'reason' in bearerToken ? `${failed} bearer token from metadata, caused by: ${bearerToken.reason}` : claims.reason
    const refusal = (idReason: string) =>
      unauthenticated(
        `token parse error id token err: access token err: ${accessReason}, access token err: ${idReason}`,
      )
    const idToken = tokenOf(authorization, 'IDToken')
    if ('reason' in idToken) throw refusal(`${failed} id token from metadata, caused by: ${idToken.reason}`)
    const check = await checkIdToken(
      idToken.token,
      headers.authorization === undefined ? cookies?.madeAt : undefined,
      session,
    )
    if ('reason' in check) throw refusal(refusedIdToken(idToken.token, check))
    const { userInfo } = personOf(check.claims, session.userInfoOf({ headers }))
    return { claims: check.claims, userInfo: userInfo as Message }
  }
  if (!scopesOf(claims as AccessTokenClaims).includes('all')) {
    throw unauthenticated(`authenticated user doesn't have required scope`)
  }
  return { claims: claims as AccessTokenClaims }
}

/** The identity provider is asked only about what may be a token of it. */
async function checkIdToken(idToken: string, madeAt: number | undefined, session: LoginSession): Promise<IdTokenCheck> {
  return idToken.split('.').length === 3 ? session.checkIdToken(idToken, madeAt) : { reason: 'invalid' }
}

function refusedIdToken(idToken: string, check: Exclude<IdTokenCheck, { claims: unknown }>): string {
  const verification = '[JWT_VERIFICATION_FAILED] jwt parse with claims failed, caused by: oidc:'
  if (check.reason === 'expired') {
    return `[JWT_EXPIRED] token is expired, caused by: ${verification} token is expired (Token Expiry: ${goTime(check.expiredAt)})`
  }
  const parts = idToken.split('.').length
  return `${verification} ${parts < 2 ? `malformed jwt: oidc: malformed jwt, expected 3 parts got ${parts}` : 'id token issued by a different provider'}`
}

/** As Go prints a time. */
function goTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
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
    seconds === undefined ? '0001-01-01 00:00:00 +0000 UTC' : goTime(seconds * 1000)
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
