import { AuthError, type GrantContext, originAndPath, type TokenSet } from '@flyte-js/core'
import { carryOver } from './carry-over.js'
import { exchangeTokens, type TokenClient, type TokenExchange } from './token-endpoint.js'

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
  client: TokenClient & Pick<TokenExchange, 'times' | 'check'>,
  context: GrantContext,
): Promise<TokenSet> {
  const { server, secrets = [] } = client
  const { refreshToken, issuer } = tokenSet
  const grant = 'refresh_token'
  if (refreshToken === undefined)
    throw new AuthError('FLYTE_INVALID_ARGUMENT', 'The token set has no refresh token. Log in again', { grant })
  if (issuer !== server.issuer) {
    const message = `The stored login is from ${issuer === undefined ? 'an unknown issuer' : originAndPath(issuer)}, but the authorization server is ${originAndPath(server.issuer)} now. Its refresh token was not sent there. Log in again`
    throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { grant, endpoint: server.issuer })
  }
  const renewed = await exchangeTokens({
    ...client,
    ...context,
    grant,
    parameters: { refresh_token: refreshToken },
    secrets: [refreshToken, ...secrets],
  })
  return carryOver(tokenSet, renewed)
}
