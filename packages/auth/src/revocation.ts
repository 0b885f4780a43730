import { createFetch, defined, type GrantContext, type TokenSet } from '@flyte-js/core'
import { allowInsecureRequests, customFetch, processRevocationResponse, revocationRequest } from 'oauth4webapi'
import { explainFailure } from './oauth-failure.js'
import type { TokenClient } from './token-endpoint.js'

/**
 * Tells the authorization server to forget a login (RFC 7009): its refresh token, which ends the access tokens made from it
 * as well (section 2.1), or its access token where there is no refresh token.
 *
 * @returns `false` where the server advertises no revocation endpoint, as Flyte Admin's own, or is not the issuer of the tokens
 * @throws AuthError `FLYTE_AUTH_SERVER_UNREACHABLE`, `FLYTE_AUTH_GRANT_REFUSED`,
 * `FLYTE_AUTH_RESPONSE_INVALID`; the tokens may be good still
 */
export async function revokeTokens(
  { refreshToken, accessToken, issuer }: TokenSet,
  { server, clientId, clientAuth, secrets = [], fetch = createFetch() }: TokenClient,
  { signal }: Pick<GrantContext, 'signal'> = {},
): Promise<boolean> {
  const endpoint = server.revocation_endpoint
  if (endpoint === undefined || issuer !== server.issuer) return false
  const token = refreshToken ?? accessToken
  let response: Response | undefined
  try {
    response = await revocationRequest(server, { client_id: clientId }, clientAuth, token, {
      [customFetch]: fetch,
      // Discovery has checked the scheme already.
      [allowInsecureRequests]: true,
      additionalParameters: { token_type_hint: refreshToken === undefined ? 'access_token' : 'refresh_token' },
      ...defined({ signal }),
    })
    await processRevocationResponse(response.clone())
    return true
  } catch (error) {
    signal?.throwIfAborted()
    throw await explainFailure(error, {
      name: 'The revocation endpoint',
      endpoint,
      secrets: [token, ...secrets],
      response,
    })
  }
}
