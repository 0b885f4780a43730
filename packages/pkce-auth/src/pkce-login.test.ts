import { type AuthorizationServer, discoverAuthorizationServer } from '@flyte-js/auth'
import {
  type FlyteAdmin,
  followRedirects,
  startAuthorizationServer,
  startFlyteAdmin,
  type AuthorizationServer as TestServer,
} from '@flyte-js/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPkceLogin, type PkceLoginOptions } from './pkce-login.js'

const redirectUri = 'http://localhost:53593/callback'

describe.each(['self', 'external'] as const)('a login at a Flyte Admin with auth %s', (auth) => {
  let issuer: TestServer
  let admin: FlyteAdmin
  let server: AuthorizationServer
  beforeAll(async () => {
    issuer = await startAuthorizationServer()
    admin = await startFlyteAdmin(
      auth === 'self'
        ? { identityProvider: issuer }
        : { auth, externalAuthServer: issuer.issuer, allowedAudience: [issuer.issuer] },
    )
    server = await discoverAuthorizationServer({ endpoint: admin.url })
  })
  afterAll(async () => {
    await admin.close()
    await issuer.close()
  })
  beforeEach(() => {
    admin.clearRequests()
    issuer.clearRequests()
    issuer.refuseLogin = false
  })
  const tokenRequests = () =>
    [...admin.requestsTo('/oauth2/token'), ...issuer.requestsTo('/token')].filter(
      // Flyte Admin asks its identity provider for tokens of its own, with a secret.
      ({ headers }) => headers.authorization === undefined,
    )
  const begin = (changes: Partial<PkceLoginOptions> = {}) =>
    createPkceLogin({ server, clientId: 'flytectl', redirectUri, scopes: ['all', 'offline'], ...changes })
  const answerTo = ({ authorizationUrl }: { authorizationUrl: string }) =>
    followRedirects(authorizationUrl, { until: redirectUri })

  it('brings tokens that Flyte Admin takes', async () => {
    const login = await begin()
    const callback = await answerTo(login)
    expect(login.isAnswer(callback)).toBe(true)
    const tokenSet = await login.finish(callback)
    expect(tokenSet).toMatchObject({ issuer: server.issuer, refreshToken: expect.any(String), tokenType: 'bearer' })
    expect(tokenSet.scope).toMatch(auth === 'self' ? 'f.all offline access_token' : /all/)
    const response = await fetch(`${admin.url}/api/v1/projects`, {
      headers: { authorization: `Bearer ${tokenSet.accessToken}`, accept: 'application/json' },
    })
    expect(response.status).toBe(200)
    expect(tokenRequests()).toHaveLength(1)
    const [request] = tokenRequests()
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'authorization_code',
      client_id: 'flytectl',
      code: callback.searchParams.get('code'),
      code_verifier: login.attempt.codeVerifier,
      redirect_uri: redirectUri,
    })
  })

  it('has no refresh token without the scope for one', async () => {
    const login = await begin({ scopes: ['all'] })
    expect(await login.finish(await answerTo(login))).not.toHaveProperty('refreshToken')
  })

  it('cannot be finished with the code of another session (code injection)', async () => {
    const [honest, stolen] = [await begin(), await begin()]
    const injected = await answerTo(honest)
    injected.searchParams.set('code', (await answerTo(stolen)).searchParams.get('code') ?? '')
    await expect(honest.finish(injected)).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'invalid_grant',
    })
    // Whoever injects a code has no attempt of its own: the honest ones go on.
    const again = await begin()
    await expect(again.finish(await answerTo(again))).resolves.toBeDefined()
  })

  it('is finished once: a second callback sends nothing', async () => {
    const login = await begin()
    const callback = await answerTo(login)
    const outcomes = await Promise.allSettled([login.finish(callback), login.finish(callback), login.finish(callback)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'FLYTE_AUTH_CALLBACK_REPLAYED' })
    expect(tokenRequests()).toHaveLength(1)
  })

  it('goes on while callbacks of other logins come', async () => {
    const logins = await Promise.all(Array.from({ length: 5 }, () => begin()))
    const callbacks = await Promise.all(logins.map(answerTo))
    for (const [at, login] of logins.entries())
      for (const [other, callback] of callbacks.entries())
        if (other !== at)
          await expect(login.finish(callback)).rejects.toMatchObject({ code: 'FLYTE_AUTH_STATE_MISMATCH' })
    expect(tokenRequests()).toHaveLength(0)
    for (const [at, login] of logins.entries()) await login.finish(callbacks[at] as URL)
    expect(tokenRequests()).toHaveLength(5)
  })

  it('ends at once when it is aborted in the exchange', async () => {
    const login = await begin()
    const ending = new AbortController()
    const reason = new Error('enough')
    const callback = await answerTo(login)
    const finishing = login.finish(callback, { signal: ending.signal })
    ending.abort(reason)
    await expect(finishing).rejects.toBe(reason)
  })
})

describe('a login at an OpenID provider', () => {
  let issuer: TestServer
  let server: AuthorizationServer
  beforeAll(async () => {
    issuer = await startAuthorizationServer()
    server = (await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json()) as AuthorizationServer
  })
  afterAll(() => issuer.close())

  it('checks the nonce of the ID token, and the issuer of the callback', async () => {
    expect(server.authorization_response_iss_parameter_supported).toBe(true)
    const options = { server, clientId: 'flytectl', redirectUri, scopes: ['openid', 'all'] }
    const login = await createPkceLogin(options)
    const callback = await followRedirects(login.authorizationUrl, { until: redirectUri })
    expect(callback.searchParams.get('iss')).toBe(issuer.issuer)
    const withoutIssuer = new URL(callback)
    withoutIssuer.searchParams.delete('iss')
    await expect(login.finish(withoutIssuer)).rejects.toMatchObject({ code: 'FLYTE_AUTH_ISSUER_MISMATCH' })
    const tokenSet = await login.finish(callback)
    const claims = JSON.parse(atob((tokenSet.idToken ?? '').split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/') ?? ''))
    expect(claims.nonce).toBe(login.attempt.nonce)
  })

  it('refuses an ID token of another nonce', async () => {
    const options = { server, clientId: 'flytectl', redirectUri, scopes: ['openid', 'all'] }
    const login = await createPkceLogin(options)
    const url = new URL(login.authorizationUrl)
    url.searchParams.set('nonce', 'another')
    const callback = await followRedirects(url, { until: redirectUri })
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID' })
  })

  it('ends with the refusal of the person', async () => {
    issuer.refuseLogin = true
    const login = await createPkceLogin({ server, clientId: 'flytectl', redirectUri, scopes: ['all'] })
    const callback = await followRedirects(login.authorizationUrl, { until: redirectUri })
    issuer.refuseLogin = false
    await expect(login.finish(callback)).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'access_denied',
    })
  })
})
