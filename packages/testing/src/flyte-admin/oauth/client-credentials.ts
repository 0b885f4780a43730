// The client credentials grant (RFC 6749 section 4.4).
import type { AdminClient } from '../clients.js'
import type { GrantOptions, TokenResponse } from './grant.js'
import { OAuthError } from './oauth-error.js'
import { checkAudiences, checkGrantType, requestedScopes } from './requested-access.js'

/** Gives a client a token of its own: without `sub` and `iss`, and without a refresh token. */
export async function grantClientCredentials(
  client: AdminClient,
  form: URLSearchParams,
  issuer: string,
  { key, now, accessTokenLifetime }: GrantOptions,
): Promise<TokenResponse> {
  const scopes = requestedScopes(client, form)
  checkAudiences(client, form)
  if (client.secret === undefined) {
    throw new OAuthError(
      'invalid_grant',
      `The OAuth 2.0 Client is marked as public and is thus not allowed to use authorization grant 'client_credentials'.`,
    )
  }
  checkGrantType(client, 'client_credentials')

  const issuedAt = Math.floor(now() / 1000)
  const accessToken = await key.sign({
    aud: [issuer],
    client_id: '',
    exp: issuedAt + accessTokenLifetime + 1,
    iat: issuedAt,
    scp: scopes,
    user_info: null,
  })
  return {
    access_token: accessToken,
    expires_in: accessTokenLifetime,
    scope: scopes.join(' '),
    token_type: 'bearer',
  }
}
