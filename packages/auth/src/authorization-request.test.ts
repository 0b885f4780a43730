import { describe, expect, it } from 'vitest'
import { createAttempt } from './authorization-attempt.js'
import { authorizationUrl } from './authorization-request.js'

const issuer = 'https://login.example.com'
const server = { issuer, authorization_endpoint: `${issuer}/auth?tenant=one` }
const redirectUri = 'https://portal.example.com/callback'
const begin = () => createAttempt({ server, clientId: 'portal', redirectUri, scopes: ['openid'] })
const request = { server, scopes: ['openid'], cure: 'Do something else' }

// What a public client sends is in pkce-auth's pkce-login.request.test.ts.
describe('the authorization request of an attempt without a verifier', () => {
  it('has no challenge', async () => {
    const { codeVerifier: _, ...attempt } = begin()
    const url = new URL(await authorizationUrl(attempt, request))
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: 'one',
      response_type: 'code',
      client_id: 'portal',
      redirect_uri: redirectUri,
      scope: 'openid',
      state: attempt.state,
      nonce: attempt.nonce,
    })
  })

  it('goes to a server without S256 as well, where one with a verifier does not', async () => {
    const plain = { ...request, server: { ...server, code_challenge_methods_supported: ['plain'] } }
    const { codeVerifier, ...attempt } = begin()
    expect(await authorizationUrl(attempt, plain)).toContain('state=')
    await expect(authorizationUrl({ ...attempt, codeVerifier }, plain)).rejects.toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
      message: expect.stringMatching(
        /no PKCE with S256, so nobody can log in by PKCE \(RFC 7636\)\. Do something else$/,
      ),
    })
  })

  it('may not bring a challenge of its own', async () => {
    const { codeVerifier: _, ...attempt } = begin()
    const parameters = { code_challenge: 'mine' }
    await expect(authorizationUrl(attempt, { ...request, parameters })).rejects.toMatchObject({
      code: 'FLYTE_INVALID_ARGUMENT',
    })
  })
})
