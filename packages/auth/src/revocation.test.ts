import type { TokenSet } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import { type AuthorizationServer, createTestClock, startAuthorizationServer } from '@flyte-js/testing'
import { None } from 'oauth4webapi'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canaries, shownBy } from '../test/canaries.js'
import { endedLogin } from '../test/ended-login.js'
import { refreshTokenGrant } from './refresh-token-grant.js'
import { revokeTokens } from './revocation.js'

const clock = createTestClock(Date.now())
let issuer: AuthorizationServer
beforeAll(async () => {
  issuer = await startAuthorizationServer()
})
afterAll(() => issuer.close())
afterEach(() => issuer.clearRequests())

const publicClient = (changes: object = {}) => ({
  server: {
    issuer: issuer.issuer,
    token_endpoint: `${issuer.issuer}/token`,
    revocation_endpoint: `${issuer.issuer}/token/revocation`,
    ...changes,
  },
  clientId: 'flytectl',
  clientAuth: None(),
  fetch: createNodeFetch(),
})

describe('revocation', () => {
  it('ends a refresh token at a real authorization server', async () => {
    const tokenSet = await endedLogin(issuer)
    expect(await revokeTokens(tokenSet, publicClient())).toBe(true)
    const [request] = issuer.requestsTo('/token/revocation')
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      client_id: 'flytectl',
      token: tokenSet.refreshToken,
      token_type_hint: 'refresh_token',
    })
    await expect(refreshTokenGrant(tokenSet, publicClient(), { clock })).rejects.toMatchObject({
      oauthError: 'invalid_grant',
    })
  })

  it('ends the access token where there is no refresh token', async () => {
    const tokenSet: TokenSet = { accessToken: 'an opaque one', tokenType: 'bearer', issuer: issuer.issuer }
    expect(await revokeTokens(tokenSet, publicClient())).toBe(true)
    const [request] = issuer.requestsTo('/token/revocation')
    expect(new URLSearchParams(request?.body).get('token_type_hint')).toBe('access_token')
  })

  it('is not asked of a server that has no endpoint for it, nor of one that did not give the tokens', async () => {
    const tokenSet = await endedLogin(issuer)
    expect(await revokeTokens(tokenSet, publicClient({ revocation_endpoint: undefined }))).toBe(false)
    expect(await revokeTokens({ ...tokenSet, issuer: 'https://other' }, publicClient())).toBe(false)
    expect(issuer.requests).toEqual([])
  })

  it.each([
    ['FLYTE_AUTH_GRANT_REFUSED', { clientId: 'nobody' }],
    ['FLYTE_AUTH_RESPONSE_INVALID', { path: '/nowhere' }],
    ['FLYTE_AUTH_SERVER_UNREACHABLE', { origin: 'http://localhost:1', path: '/revoke?canary' }],
  ])('that fails is %s, and shows no token', async (code, where) => {
    const { origin = issuer.issuer, path = '/token/revocation', ...changes }: Record<string, string> = where
    const tokenSet = { ...canaries, tokenType: 'bearer', issuer: issuer.issuer }
    const client = { ...publicClient({ revocation_endpoint: `${origin}${path}` }), ...changes }
    const error = await revokeTokens(tokenSet, client).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'AuthError', code, endpoint: `${origin}${path.replace(/[?].*/, '')}` })
    expect(shownBy(error)).toEqual([])
  })

  it("passes a caller's abort through", async () => {
    const tokenSet = await endedLogin(issuer)
    const signal = AbortSignal.abort('enough')
    await expect(revokeTokens(tokenSet, publicClient(), { signal })).rejects.toBe('enough')
  })
})
