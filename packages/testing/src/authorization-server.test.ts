import { createHash } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import type { AuthorizationServerOptions } from './authorization-server/options.js'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.js'
import { createUserAgent, followRedirects } from './user-agent.js'

const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info'), vi.spyOn(console, 'error')]
const servers: AuthorizationServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function start(options?: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options)
  servers.push(server)
  return server
}

async function requestToken(server: AuthorizationServer, form: Record<string, string>, credentials = 'svc:svc-secret') {
  const response = await fetch(`${server.url}/token`, {
    method: 'POST',
    ...(credentials !== '' && { headers: { authorization: `Basic ${btoa(credentials)}` } }),
    body: new URLSearchParams(form),
  })
  return { status: response.status, json: (await response.json()) as Record<string, string> }
}

function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
}

test('client credentials give a JWT for the resource with scp, and the request is recorded', async () => {
  const server = await start({ accessTokenLifetime: 120 })
  const form = { grant_type: 'client_credentials', scope: 'all offline', resource: 'https://flyte.example.com' }
  const { status, json } = await requestToken(server, form)
  expect(status).toBe(200)
  expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 120, scope: 'all offline' })
  expect(claimsOf(json.access_token)).toMatchObject({
    iss: server.issuer,
    aud: 'https://flyte.example.com',
    sub: 'svc',
    scp: ['all', 'offline'],
  })
  const [request] = server.requestsTo('/token')
  expect(request).toMatchObject({ method: 'POST', path: '/token', status: 200 })
  expect(new URLSearchParams(request?.body).get('resource')).toBe('https://flyte.example.com')
  server.clearRequests()
  expect(server.requests).toEqual([])
})

test('a wrong secret is refused, scopes and audience are configurable', async () => {
  const server = await start({ scopes: ['flyte'], audience: 'urn:flyte' })
  expect((await requestToken(server, { grant_type: 'client_credentials' }, 'svc:wrong')).json.error).toBe(
    'invalid_client',
  )
  const other = await requestToken(server, { grant_type: 'client_credentials', scope: 'all' })
  expect(other.json).not.toHaveProperty('scope')
  const { json } = await requestToken(server, { grant_type: 'client_credentials', scope: 'flyte' })
  expect(claimsOf(json.access_token)).toMatchObject({ aud: 'urn:flyte', scp: ['flyte'] })
})

test('metadata is at both well-known paths', async () => {
  const server = await start()
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const metadata = (await (await fetch(`${server.url}/.well-known/${name}`)).json()) as Record<string, unknown>
    expect(metadata).toMatchObject({ issuer: server.url, token_endpoint: `${server.url}/token` })
  }
})

test('a person logs in without being asked, with PKCE, and can refresh', async () => {
  const server = await start()
  const url = authorizationUrl(server, { scope: 'openid all offline' })
  const callback = await followRedirects(url, { until: redirectUri })
  expect(callback.searchParams.get('state')).toBe('some-state')
  const { json } = await exchange(server, callback)
  expect(claimsOf(json.access_token)).toMatchObject({ sub: 'user-1', scp: ['all', 'offline'] })
  const refreshed = await requestToken(
    server,
    { grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: json.refresh_token ?? '' },
    '',
  )
  expect(refreshed.status).toBe(200)
})

test('a refresh token can be had without a login, and be used once', async () => {
  const server = await start()
  const refresh = (token: string) =>
    requestToken(server, { grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: token }, '')
  const first = await server.issueRefreshToken()
  const { status, json } = await refresh(first)
  expect(status).toBe(200)
  expect(claimsOf(json.access_token)).toMatchObject({ sub: 'user-1', scp: ['all', 'offline'] })
  expect(json.refresh_token).not.toBe(first)
  expect((await refresh(first)).status).toBe(400)
  // The second use has revoked what came of the first.
  expect((await refresh(json.refresh_token ?? '')).status).toBe(400)
  await expect(server.issueRefreshToken('nobody')).rejects.toThrow('option clients')
})

const redirectUri = 'http://localhost:53593/callback'
const verifier = 'v'.repeat(43)

function authorizationUrl(server: AuthorizationServer, parameters: Record<string, string> = {}): string {
  const request = {
    client_id: 'flytectl',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid all',
    state: 'some-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  }
  return `${server.url}/auth?${new URLSearchParams(request)}`
}

function exchange(server: AuthorizationServer, callback: URL) {
  const code = callback.searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', client_id: 'flytectl', redirect_uri: redirectUri, code }
  return requestToken(server, { ...form, code_verifier: verifier }, '')
}

test('the answer names the issuer, and the metadata says that it does', async () => {
  const server = await start()
  const callback = await followRedirects(authorizationUrl(server), { until: redirectUri })
  expect(callback.searchParams.get('iss')).toBe(server.issuer)
  const metadata = await (await fetch(`${server.url}/.well-known/oauth-authorization-server`)).json()
  expect(metadata).toMatchObject({ authorization_response_iss_parameter_supported: true })
})

test('a person may refuse, from the start or from now on', async () => {
  const server = await start({ refuseLogin: true })
  const refused = await followRedirects(authorizationUrl(server), { until: redirectUri })
  expect(Object.fromEntries(refused.searchParams)).toEqual({
    error: 'access_denied',
    error_description: 'The person refused to log in',
    iss: server.issuer,
    state: 'some-state',
  })
  server.refuseLogin = false
  expect(server.refuseLogin).toBe(false)
  const callback = await followRedirects(authorizationUrl(server), { until: redirectUri })
  expect(callback.searchParams.has('code')).toBe(true)
})

test('offline access needs no question, and gives a refresh token that rotates', async () => {
  const server = await start()
  const url = authorizationUrl(server, { scope: 'all offline_access' })
  const callback = await followRedirects(url, { until: redirectUri })
  const { refresh_token: first = '' } = (await exchange(server, callback)).json
  const refresh = (refreshToken: string) =>
    requestToken(server, { grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: refreshToken }, '')
  const { refresh_token: second = '' } = (await refresh(first)).json
  expect(second).not.toBe(first)
  expect((await refresh(first)).json.error).toBe('invalid_grant')
  expect((await refresh(second)).json.error).toBe('invalid_grant')
  // What came in is recorded as it was sent.
  expect(server.requestsTo('/auth')[0]?.query.has('prompt')).toBe(false)
})

test('rotation is an option', async () => {
  const server = await start({ rotateRefreshTokens: false })
  const refreshToken = await server.issueRefreshToken()
  const form = { grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: refreshToken }
  expect((await requestToken(server, form, '')).json.refresh_token).toBe(refreshToken)
  expect((await requestToken(server, form, '')).status).toBe(200)

  const rotating = await start({
    rotateRefreshTokens: true,
    clients: [
      { id: 'web', secret: 's', grantTypes: ['authorization_code', 'refresh_token'], redirectUris: [redirectUri] },
    ],
  })
  const first = await rotating.issueRefreshToken('web')
  const { json } = await requestToken(rotating, { grant_type: 'refresh_token', refresh_token: first }, 'web:s')
  expect(json.refresh_token).not.toBe(first)
})

test('prompt=none wants a session, and asks nobody when there is one', async () => {
  const server = await start()
  const agent = createUserAgent()
  const silent = () => agent.followRedirects(authorizationUrl(server, { prompt: 'none' }), { until: redirectUri })
  expect((await silent()).searchParams.get('error')).toBe('login_required')
  await agent.followRedirects(authorizationUrl(server), { until: redirectUri })
  server.clearRequests()
  const callback = await silent()
  expect((await exchange(server, callback)).json).toMatchObject({ scope: 'all' })
  expect(server.requests.filter(({ path }) => path.startsWith('/interaction/'))).toEqual([])
})

test('a test gives its own answers, pages may read them, and the body is seen before', async () => {
  const server = await start()
  server.answer(
    ({ path, body }) => path === '/token' && new URLSearchParams(body).get('scope') === 'all',
    { status: 503, body: { error: 'temporarily_unavailable' } },
    1,
  )
  const form = { grant_type: 'client_credentials', scope: 'all' }
  expect((await requestToken(server, { ...form, scope: 'offline' })).status).toBe(200)
  expect(await requestToken(server, form)).toEqual({ status: 503, json: { error: 'temporarily_unavailable' } })
  expect((await requestToken(server, form)).status).toBe(200)
  expect(server.requestsTo('/token').map(({ status }) => status)).toEqual([200, 503, 200])

  server.answer('/token', { status: 400, body: { error: 'slow_down' } })
  const origin = { origin: 'http://localhost:3000' }
  const cross = await fetch(`${server.url}/token`, { method: 'POST', headers: origin, body: 'x' })
  expect([cross.status, cross.headers.get('access-control-allow-origin')]).toEqual([400, origin.origin])
  const preflight = await fetch(`${server.url}/token`, {
    method: 'OPTIONS',
    headers: { ...origin, 'access-control-request-method': 'POST' },
  })
  expect(preflight.status).toBe(204)
})

test('a client without TLS elsewhere than on loopback can be registered, and one for userinfo has its own tokens', async () => {
  const far = 'http://flyte.example.com/callback'
  const server = await start({
    clients: [
      { id: 'flytectl', redirectUris: [far] },
      {
        id: 'web',
        secret: 's',
        grantTypes: ['authorization_code'],
        redirectUris: [redirectUri],
        tokensForUserInfo: true,
      },
    ],
  })
  const callback = await followRedirects(authorizationUrl(server, { redirect_uri: far }), { until: far })
  expect(callback.searchParams.has('code')).toBe(true)
  const own = await followRedirects(authorizationUrl(server, { client_id: 'web' }), { until: redirectUri })
  const code = own.searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const { access_token: token } = (await requestToken(server, form, 'web:s')).json
  const headers = { authorization: `Bearer ${token}` }
  expect(await (await fetch(`${server.url}/me`, { headers })).json()).toMatchObject({ sub: 'user-1' })
})

test('nothing was printed, from the first import on', () => {
  for (const spy of printed) expect(spy).not.toHaveBeenCalled()
})
