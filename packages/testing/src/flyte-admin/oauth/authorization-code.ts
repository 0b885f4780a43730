// The authorization code: issued (RFC 6749 section 4.1.2), and exchanged for tokens (section 4.1.3).
import { randomUUID } from 'node:crypto'
import { type AdminClient, grantTypesOf } from '../clients.js'
import { open, seal } from '../seal.js'
import type { Person } from '../session/login-session.js'
import type { AuthorizationRequest } from './authorization-request.js'
import { checkChallenge, checkVerifier } from './code-verifier.js'
import type { GrantOptions, TokenResponse } from './grant.js'
import { codeScopes, loginScope, offlineScope, refreshScopes, unique, unmarkedScopes } from './marked-scopes.js'
import { OAuthError } from './oauth-error.js'
import { checkGrantType } from './requested-access.js'
import { issueTokens, readGrant } from './stateless-grant.js'

/** What issuing codes needs beside what all grants need. */
export interface CodeOptions extends GrantOptions {
  /** Of codes, in seconds. */
  authorizationCodeLifetime: number
}

/** Issues a code: a JWT that holds the person, the scopes and, sealed, the challenge; the redirect URI is not in it. */
export async function issueAuthorizationCode(
  { client, scopes, codeChallenge, codeChallengeMethod }: AuthorizationRequest,
  { subject, userInfo }: Person,
  issuer: string,
  { key, sealingKey, now, authorizationCodeLifetime }: CodeOptions,
): Promise<{ code: string; scope: string }> {
  const issuedAt = Math.floor(now() / 1000)
  const granted = codeScopes(scopes)
  const form = {
    ...(codeChallenge !== '' && { code_challenge: seal(codeChallenge, 'code_challenge', sealingKey) }),
    ...(codeChallengeMethod !== '' && {
      code_challenge_method: seal(codeChallengeMethod, 'code_challenge_method', sealingKey),
    }),
  }
  const code = await key.sign({
    aud: [],
    client_id: client.id,
    exp: issuedAt + authorizationCodeLifetime,
    ...(Object.keys(form).length > 0 && { form }),
    iat: issuedAt,
    iss: issuer,
    jti: randomUUID(),
    scp: granted,
    sub: subject,
    user_info: userInfo,
  })
  return { code, scope: granted.join(' ') }
}

/** Exchanges a code. Nobody notes that it was used, and nobody looks at the redirect URI. */
export async function exchangeAuthorizationCode(
  client: AdminClient,
  form: URLSearchParams,
  issuer: string,
  options: GrantOptions,
): Promise<TokenResponse> {
  checkGrantType(client, 'authorization_code')
  const grant = await readGrant(form.get('code') ?? '', options)
  if (!grant.scopes.includes(loginScope)) throw new OAuthError('server_error')
  if (grant.client.id !== client.id) {
    throw new OAuthError(
      'invalid_grant',
      'The OAuth 2.0 Client ID from this request does not match the one from the authorize request.',
    )
  }
  const sealed = (grant.claims.form ?? {}) as Record<string, string>
  const opened = (name: string) => open(sealed[name] ?? '', name, options.sealingKey) ?? ''
  const challenge = opened('code_challenge')
  checkChallenge(challenge, opened('code_challenge_method'))
  checkVerifier(challenge, form.get('code_verifier') ?? '')

  const requested = unmarkedScopes(grant.scopes.filter((scope) => scope !== loginScope))
  const access = unique([...requested, ...grant.scopes])
  const isRefreshable = grant.scopes.includes(offlineScope) && grantTypesOf(client).includes('refresh_token')
  return issueTokens(grant, { access, ...(isRefreshable && { refresh: refreshScopes(access) }) }, issuer, options)
}
