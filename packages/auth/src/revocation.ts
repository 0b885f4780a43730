import {
  AuthError,
  createFetch,
  FlyteError,
  type GrantContext,
  networkFailure,
  originAndPath,
  type TokenSet,
} from '@flyte-js/core'
import { allowInsecureRequests, customFetch, processRevocationResponse, revocationRequest } from 'oauth4webapi'
import type { RefreshTokenGrantOptions } from './refresh-token-grant.js'

/**
 * Tells the authorization server to forget a login (RFC 7009): its refresh token, which ends the access tokens made from it
 * as well (section 2.1), or its access token where there is no refresh token.
 *
 * @returns `false` where the server advertises no revocation endpoint, as Flyte Admin's own, or is not the issuer of the tokens
 * @throws AuthError `FLYTE_AUTH_SERVER_UNREACHABLE`, `FLYTE_AUTH_GRANT_REFUSED`; the tokens may be good still
 */
export async function revokeTokens(
  { refreshToken, accessToken, issuer }: TokenSet,
  { server, clientId, clientAuth, fetch = createFetch() }: RefreshTokenGrantOptions,
  { signal }: Pick<GrantContext, 'signal'> = {},
): Promise<boolean> {
  const endpoint = server.revocation_endpoint
  if (endpoint === undefined || issuer !== server.issuer) return false
  let response: Response | undefined
  try {
    response = await revocationRequest(server, { client_id: clientId }, clientAuth, refreshToken ?? accessToken, {
      [customFetch]: fetch,
      // Discovery has checked the scheme already.
      [allowInsecureRequests]: true,
      additionalParameters: { token_type_hint: refreshToken === undefined ? 'access_token' : 'refresh_token' },
      ...(signal && { signal }),
    })
    await processRevocationResponse(response)
    return true
  } catch (cause) {
    signal?.throwIfAborted()
    const place = `The revocation endpoint ${originAndPath(endpoint)}`
    if (response !== undefined) {
      const { status } = response
      const message = `${place} refused, with HTTP ${status}: the tokens may be good until they end`
      throw new AuthError('FLYTE_AUTH_GRANT_REFUSED', message, { endpoint, status, cause })
    }
    const why = FlyteError.isInstance(cause) ? cause.code : networkFailure(cause)
    const message = `${place} cannot be reached: ${why}. The tokens may be good until they end`
    throw new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', message, { endpoint, cause })
  }
}
