// Refreshing an access token (RFC 6749 section 6).
import type { AdminClient } from '../clients.js'
import type { GrantOptions, TokenResponse } from './grant.js'
import { offlineScope, refreshScopes, unmarkedScopes } from './marked-scopes.js'
import { OAuthError } from './oauth-error.js'
import { checkGrantType, checkScopes } from './requested-access.js'
import { issueTokens, readGrant } from './stateless-grant.js'

/**
 * Gives new tokens for a refresh token, which stays valid until it expires: refreshing neither rotates nor revokes it. A `scope`
 * in the request is not looked at, and an access token with the scope `offline` is taken as well.
 */
export async function refreshAccessToken(
  client: AdminClient,
  form: URLSearchParams,
  issuer: string,
  options: GrantOptions,
): Promise<TokenResponse> {
  checkGrantType(client, 'refresh_token')
  const grant = await readGrant(form.get('refresh_token') ?? '', options)
  const scopes = unmarkedScopes(grant.scopes)
  if (!scopes.includes(offlineScope)) {
    throw new OAuthError(
      'scope_not_granted',
      `The OAuth 2.0 Client was not granted scope ${offlineScope} and may thus not perform the 'refresh_token' authorization grant.`,
    )
  }
  if (grant.client.id !== client.id) {
    throw new OAuthError(
      'invalid_grant',
      'The OAuth 2.0 Client ID from this request does not match the ID during the initial token issuance.',
    )
  }
  checkScopes(client, scopes)
  return issueTokens(grant, { access: scopes, refresh: refreshScopes(scopes) }, issuer, options)
}
