// What the server knows of a login. It keeps nothing: codes and tokens carry all of it, signed, from one request to the next.
import { type AccessTokenClaims, TokenError } from '../access-token.js'
import type { AdminClient } from '../clients.js'
import type { GrantOptions, TokenResponse } from './grant.js'
import { OAuthError } from './oauth-error.js'

/** What a code or a refresh token says, with the client that it was issued to. */
export interface StatelessGrant {
  client: AdminClient
  claims: AccessTokenClaims
  /** The scopes in its `scp`. */
  scopes: string[]
}

/** Reads a code or a refresh token. One that is expired, garbage or tampered with is a `server_error` here, not an `invalid_grant`. */
export async function readGrant(token: string, { key, now, clients }: GrantOptions): Promise<StatelessGrant> {
  const claims = await key.verify(token, now()).catch((error: unknown) => {
    throw error instanceof TokenError ? new OAuthError('server_error') : error
  })
  const client = clients.find(({ id }) => id === claims.client_id)
  if (client === undefined) throw new OAuthError('invalid_grant')
  return { client, claims, scopes: (claims.scp ?? []) as string[] }
}

/**
 * Issues tokens that carry a grant on. Its claims stay as they are, `jti` and `iat` too, and the signature is deterministic:
 * tokens that are issued within one second are identical.
 *
 * @param scopes Of the access token, and of the refresh token where there is one.
 */
export async function issueTokens(
  { claims }: StatelessGrant,
  scopes: { access: string[]; refresh?: string[] },
  issuer: string,
  { key, now, accessTokenLifetime, refreshTokenLifetime }: GrantOptions,
): Promise<TokenResponse> {
  const issuedAt = Math.floor(now() / 1000)
  const sign = (scp: string[], lifetime: number) =>
    key.sign({ ...claims, aud: [issuer], scp, exp: issuedAt + lifetime })
  const accessToken = await sign(scopes.access, accessTokenLifetime + 1)
  const refreshToken = scopes.refresh && (await sign(scopes.refresh, refreshTokenLifetime))
  return {
    access_token: accessToken,
    expires_in: accessTokenLifetime,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    // With a refresh token it is the scope of that one which comes back: neither the requested nor the granted one.
    scope: (scopes.refresh ?? scopes.access).join(' '),
    token_type: 'bearer',
  }
}
