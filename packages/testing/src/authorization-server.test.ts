import { afterEach, expect, test, vi } from 'vitest'
import type { AuthorizationServerOptions } from './authorization-server/options.js'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.js'

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
  const verifier = 'v'.repeat(43)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const redirectUri = 'http://localhost:53593/callback'
  const parameters = new URLSearchParams({
    client_id: 'flytectl',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid all offline',
    state: 'some-state',
    code_challenge: Buffer.from(digest).toString('base64url'),
    code_challenge_method: 'S256',
  })
  const callback = await follow(`${server.url}/auth?${parameters}`, redirectUri)
  expect(callback.searchParams.get('state')).toBe('some-state')
  const code = callback.searchParams.get('code') ?? ''
  const form = {
    grant_type: 'authorization_code',
    client_id: 'flytectl',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }
  const { json } = await requestToken(server, form, '')
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

test('nothing was printed, from the first import on', () => {
  for (const spy of printed) expect(spy).not.toHaveBeenCalled()
})

/** Follows redirects with cookies, as a browser does, up to the redirect URI. */
async function follow(url: string, redirectUri: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next = url
  for (let hop = 0; hop < 10 && !next.startsWith(redirectUri); hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    next = new URL(response.headers.get('location') ?? '', next).href
  }
  return new URL(next)
}
