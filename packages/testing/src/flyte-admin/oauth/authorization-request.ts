// The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3), checked in the order of the fosite library.
import type { AdminClient } from '../clients.js'
import { responseTypesOf } from '../clients.js'
import { OAuthError } from './oauth-error.js'
import { redirectUriOf } from './redirect-uri.js'
import { checkAudiences, requestedScopes, spaceSeparated } from './requested-access.js'

/** How the answer gets to the client: in the query of its redirect URI or in the fragment. */
export type ResponseMode = 'query' | 'fragment'

/** Where a refusal goes, as far as the request has been understood. */
export interface ResponseTarget {
  /** Without one the refusal is not redirected. */
  redirectUri?: string
  responseMode: ResponseMode
  state: string
}

/** A request that can be granted to a person. */
export interface AuthorizationRequest extends ResponseTarget {
  client: AdminClient
  redirectUri: string
  responseTypes: string[]
  scopes: string[]
  codeChallenge: string
  codeChallengeMethod: string
}

const shortestState = 8

/**
 * Reads a request.
 *
 * @param target Is filled in on the way, so that a refusal knows where to go.
 * @throws An {@link OAuthError}.
 */
export function readAuthorizationRequest(
  parameters: URLSearchParams,
  clients: readonly AdminClient[],
  target: ResponseTarget,
): AuthorizationRequest {
  const parameter = (name: string) => parameters.get(name) ?? ''
  target.state = parameter('state')
  const client = clients.find(({ id }) => id === parameter('client_id'))
  if (client === undefined) throw new OAuthError('invalid_client', 'The requested OAuth 2.0 Client does not exist.')

  const responseMode = parameter('response_mode')
  if (!['', 'query', 'fragment', 'form_post'].includes(responseMode)) {
    throw new OAuthError('unsupported_response_mode', `Request with unsupported response_mode "${responseMode}".`)
  }
  if (responseMode === 'fragment') target.responseMode = 'fragment'
  const redirectUri = redirectUriOf(client, parameter('redirect_uri'))
  target.redirectUri = redirectUri
  const scopes = requestedScopes(client, parameters)
  checkAudiences(client, parameters)
  if (parameter('registration') !== '') throw new OAuthError('registration_not_supported')
  const responseTypes = readResponseTypes(client, parameter('response_type'))
  if (responseMode !== '') {
    throw new OAuthError(
      'unsupported_response_mode',
      `The request has response_mode "${responseMode}". set but registered OAuth 2.0 client doesn't support response_mode`,
    )
  }
  if (responseTypes.join(' ') !== 'code') target.responseMode = 'fragment'
  if (Buffer.byteLength(target.state) < shortestState) {
    throw new OAuthError(
      'invalid_state',
      `Request parameter 'state' must be at least be ${shortestState} characters long to ensure sufficient entropy.`,
    )
  }
  return {
    ...target,
    client,
    redirectUri,
    responseTypes,
    scopes,
    codeChallenge: parameter('code_challenge'),
    codeChallengeMethod: parameter('code_challenge_method'),
  }
}

function readResponseTypes(client: AdminClient, requested: string): string[] {
  const responseTypes = spaceSeparated(requested)
  if (responseTypes.length === 0) {
    throw new OAuthError('unsupported_response_type', "`The request is missing the 'response_type' parameter.")
  }
  const isAllowed = responseTypesOf(client).some((allowed) => {
    const parts = spaceSeparated(allowed)
    return parts.length === responseTypes.length && parts.every((part) => responseTypes.includes(part))
  })
  if (!isAllowed) {
    throw new OAuthError(
      'unsupported_response_type',
      `The client is not allowed to request response_type '${requested}'.`,
    )
  }
  return responseTypes
}
