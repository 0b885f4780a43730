import type { TokenSet } from '@flyte-js/core'
import type { AuthorizationServer } from '@flyte-js/testing'

/** An ended login with a refresh token of a real authorization server. */
export async function endedLogin(issuer: AuthorizationServer): Promise<TokenSet> {
  const refreshToken = await issuer.issueRefreshToken()
  return { accessToken: 'ended', tokenType: 'bearer', refreshToken, issuer: issuer.issuer, expiresAt: 0 }
}
