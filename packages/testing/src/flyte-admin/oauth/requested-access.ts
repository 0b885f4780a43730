// The scopes and audiences that a client asks for (RFC 6749 section 3.3), and whether it may.
import { type AdminClient, grantTypesOf, scopesOf } from '../clients.js'
import { OAuthError } from './oauth-error.js'

/** The scopes of a request, or an {@link OAuthError} for the first that is not the client's. */
export function requestedScopes(client: AdminClient, parameters: URLSearchParams): string[] {
  const scopes = spaceSeparated(parameters.get('scope'))
  checkScopes(client, scopes)
  return scopes
}

/** Throws for the first scope that is not the client's. */
export function checkScopes(client: AdminClient, scopes: readonly string[]): void {
  const forbidden = scopes.find((scope) => !scopesOf(client).includes(scope))
  if (forbidden !== undefined) {
    throw new OAuthError('invalid_scope', `The OAuth 2.0 Client is not allowed to request scope '${forbidden}'.`)
  }
}

/** Throws for the first audience that is not in the client's list. */
export function checkAudiences(client: AdminClient, parameters: URLSearchParams): void {
  const audiences = parameters.getAll('audience').flatMap(spaceSeparated)
  const unlisted = audiences.find((audience) => !(client.audiences ?? []).includes(audience))
  if (unlisted !== undefined) {
    throw new OAuthError(
      'invalid_request',
      `Requested audience '${unlisted}' has not been whitelisted by the OAuth 2.0 Client.`,
    )
  }
}

/** Throws when the client may not use the grant. */
export function checkGrantType(client: AdminClient, grantType: string): void {
  if (!grantTypesOf(client).includes(grantType)) {
    throw new OAuthError(
      'unauthorized_client',
      `The OAuth 2.0 Client is not allowed to use authorization grant '${grantType}'.`,
    )
  }
}

/** The parts between spaces. */
export function spaceSeparated(text: string | null): string[] {
  return (text ?? '').split(' ').filter((part) => part !== '')
}
