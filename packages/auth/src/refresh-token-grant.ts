import { AuthError, createFetch, type Fetch, type GrantContext, originAndPath, type TokenSet } from '@flyte-js/core'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type ClientAuth,
  customFetch,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
} from 'oauth4webapi'
import { carryOver } from './carry-over.js'
import { exchangeTokens } from './token-endpoint.js'

/** What {@link refreshTokenGrant} needs. */
export interface RefreshTokenGrantOptions {
  /** The authorization server as it is now. */
  server: AuthorizationServer
  /** The client's id. */
  clientId: string
  /** How the client says who it is: `None()` of oauth4webapi for a public client, so that its id goes in the body. */
  clientAuth: ClientAuth
  /** Who asks. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
}

/**
 * Renews a token set by its refresh token (RFC 6749 section 6).
 *
 * The refresh token goes only to the issuer that gave it. What the answer leaves out stays as it was: the refresh token, the
 * scope (RFC 6749 section 5.1), the ID token (OpenID Connect Core section 12.2).
 *
 * @throws `AuthError` `FLYTE_AUTH_ISSUER_MISMATCH` when the issuer has changed, and what a token endpoint's refusal gives
 */
export async function refreshTokenGrant(
  tokenSet: TokenSet,
  options: RefreshTokenGrantOptions,
  context: GrantContext,
): Promise<TokenSet> {
  const { server, clientId, clientAuth, fetch = createFetch() } = options
  const { refreshToken, issuer } = tokenSet
  const grant = 'refresh_token'
  if (refreshToken === undefined)
    throw new AuthError('FLYTE_INVALID_ARGUMENT', 'The token set has no refresh token; log in again', { grant })
  if (issuer !== server.issuer) {
    const message = `The stored login is from ${issuer === undefined ? 'an unknown issuer' : originAndPath(issuer)}, but the authorization server is ${originAndPath(server.issuer)} now. Its refresh token was not sent there; log in again`
    throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { grant, endpoint: server.issuer })
  }
  const client = { client_id: clientId }
  const parameters = { refresh_token: refreshToken }
  const renewed = await exchangeTokens({
    grant,
    server,
    ...context,
    secrets: [refreshToken],
    send: () =>
      genericTokenEndpointRequest(server, client, clientAuth, grant, parameters, {
        [customFetch]: fetch,
        // Discovery has checked the scheme already.
        [allowInsecureRequests]: true,
        ...(context.signal && { signal: context.signal }),
      }),
    process: (response) => processGenericTokenEndpointResponse(server, client, response),
  })
  return carryOver(tokenSet, renewed)
}
