import type { TokenSet } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import { type AuthorizationServer, createTestClock, startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
import { ClientSecretBasic, None } from 'oauth4webapi'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canaries, shownBy } from '../test/canaries.js'
import { endedLogin } from '../test/ended-login.js'
import { discoverAuthorizationServer } from './discovery.js'
import { refreshTokenGrant } from './refresh-token-grant.js'
import { createTokenManager } from './token-manager.js'

const clock = createTestClock(Date.now())
const fetch = createNodeFetch()

let issuer: AuthorizationServer
beforeAll(async () => {
  issuer = await startAuthorizationServer()
})
afterAll(() => issuer.close())
afterEach(() => issuer.clearRequests())

const publicClient = () => ({
  server: { issuer: issuer.issuer, token_endpoint: `${issuer.issuer}/token` },
  clientId: 'flytectl',
  clientAuth: None(),
  fetch,
})

describe('the refresh token grant of a public client', () => {
  it('brings new tokens from a real authorization server, and the refresh token rotates', async () => {
    const old = await endedLogin(issuer)
    const renewed = await refreshTokenGrant(old, publicClient(), { clock })
    expect(renewed).toMatchObject({ tokenType: 'bearer', issuer: issuer.issuer, expiresAt: clock.now() + 3600_000 })
    expect(renewed.accessToken.split('.')).toHaveLength(3)
    expect(renewed.refreshToken).toBeDefined()
    expect(renewed.refreshToken).not.toBe(old.refreshToken)

    const [request] = issuer.requestsTo('/token')
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: old.refreshToken,
      client_id: 'flytectl',
    })
    expect(request?.headers).not.toHaveProperty('authorization')

    const again = await refreshTokenGrant(renewed, publicClient(), { clock })
    expect(again.accessToken).not.toBe(renewed.accessToken)
  })

  it('says invalid_grant for a refresh token that was used before', async () => {
    const old = await endedLogin(issuer)
    await refreshTokenGrant(old, publicClient(), { clock })
    const error = await refreshTokenGrant(old, publicClient(), { clock }).catch((error) => error)
    expect(error).toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      grant: 'refresh_token',
      oauthError: 'invalid_grant',
    })
    expect(shownBy(error, [old.refreshToken ?? ''])).toEqual([])
  })

  it('renews once for many callers of a token manager, and each rotated token is used once', async () => {
    const first = await endedLogin(issuer)
    const { getToken } = createTokenManager({
      clock,
      grant: {
        type: 'test_grant',
        acquire: async () => first,
        refresh: (tokenSet, context) => refreshTokenGrant(tokenSet, publicClient(), context),
      },
    })
    await getToken()
    for (const round of [1, 2]) {
      const { accessToken: rejected } = await getToken()
      const tokens = await Promise.all(Array.from({ length: 50 }, () => getToken({ rejected })))
      expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
      expect(issuer.requestsTo('/token').length).toBeLessThanOrEqual(round + 1)
    }
    expect(issuer.requestsTo('/token').map(({ status }) => status)).not.toContain(400)
  })
})

describe('the refresh token grant', () => {
  const tokenSet: TokenSet = {
    accessToken: canaries.accessToken,
    tokenType: 'bearer',
    refreshToken: canaries.refreshToken,
    idToken: 'id',
    scope: 'all',
  }

  it.each(['https://other.example.com', 'http://localhost:1', undefined])(
    'sends nothing to an issuer that is not the one which gave the token: %s',
    async (stored) => {
      const { issuer: _, ...unknown } = tokenSet
      const error = await refreshTokenGrant(
        stored === undefined ? unknown : { ...tokenSet, issuer: stored },
        publicClient(),
        { clock },
      ).catch((error) => error)
      expect(error).toMatchObject({
        code: 'FLYTE_AUTH_ISSUER_MISMATCH',
        message: expect.stringContaining('Log in again'),
      })
      expect(shownBy(error)).toEqual([])
      expect(issuer.requests).toEqual([])
    },
  )

  it.each(['/', '/x'])('takes an issuer for another that differs by %s alone', async (end) => {
    await expect(
      refreshTokenGrant({ ...tokenSet, issuer: `${issuer.issuer}${end}` }, publicClient(), { clock }),
    ).rejects.toMatchObject({ code: 'FLYTE_AUTH_ISSUER_MISMATCH' })
    expect(issuer.requests).toEqual([])
  })

  it('needs a refresh token', async () => {
    await expect(
      refreshTokenGrant({ accessToken: 'a', tokenType: 'bearer', issuer: issuer.issuer }, publicClient(), { clock }),
    ).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT', message: expect.stringContaining('Log in again') })
  })

  it('keeps the refresh token, the scope and the ID token where the answer leaves them out', async () => {
    await using admin = await startFlyteAdmin()
    const server = await discoverAuthorizationServer({ endpoint: admin.url })
    admin.answer('/oauth2/token', { body: { access_token: 'new', token_type: 'bearer' } })
    const renewed = await refreshTokenGrant(
      { ...tokenSet, issuer: admin.url, expiresAt: 1 },
      { server, clientId: 'webapp', clientAuth: ClientSecretBasic('short-secret'), fetch },
      { clock },
    )
    expect(renewed).toEqual({ ...tokenSet, accessToken: 'new', issuer: admin.url })
    expect(admin.requestsTo('/oauth2/token')[0]?.headers.authorization).toMatch(/^Basic /)
  })

  it("makes Flyte Admin's HTTP 500 for a refresh token that has ended an error with its word, never with the token", async () => {
    await using admin = await startFlyteAdmin()
    const server = await discoverAuthorizationServer({ endpoint: admin.url })
    const options = { server, clientId: 'webapp', clientAuth: ClientSecretBasic('short-secret'), fetch }
    const error = await refreshTokenGrant({ ...tokenSet, issuer: admin.url }, options, { clock }).catch(
      (error) => error,
    )
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'server_error', status: 500 })
    expect(shownBy(error)).toEqual([])

    admin.answer('/oauth2/token', ({ body }) => ({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: `no: ${body} ${new URLSearchParams(body).get('refresh_token')}`,
      },
    }))
    const echoed = await refreshTokenGrant({ ...tokenSet, issuer: admin.url }, options, { clock }).catch(
      (error) => error,
    )
    expect(echoed.oauthErrorDescription).toBe('(withheld: it repeats a secret)')
    expect(shownBy(echoed)).toEqual([])
  })

  it("lets the caller's abort through", async () => {
    const reason = new Error('enough')
    await expect(
      refreshTokenGrant(await endedLogin(issuer), publicClient(), { clock, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason)
    expect(issuer.requests).toEqual([])
  })
})
