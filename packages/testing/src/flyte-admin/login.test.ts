import { afterEach, expect, test } from 'vitest'
import { startAuthorizationServer } from '../authorization-server.js'
import { createTestClock } from '../test-clock.js'
import { createUserAgent, followRedirects, type UserAgent } from '../user-agent.js'
import { defaultClients } from './clients.js'
import type { FlyteAdminOptions } from './options.js'
import { type FlyteAdmin, startFlyteAdmin } from './server.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function start(options?: FlyteAdminOptions): Promise<FlyteAdmin> {
  const admin = await startFlyteAdmin(options)
  closers.push(admin.close)
  return admin
}

function authorizationUrl(url: string, parameters: Record<string, string> = {}): string {
  const request = {
    response_type: 'code',
    client_id: 'flytectl',
    redirect_uri: 'http://localhost:53593/callback',
    scope: 'all offline',
    state: 'at-least-8-characters',
    ...parameters,
  }
  return `${url}/oauth2/authorize?${new URLSearchParams(request)}`
}

function logIn(
  url: string,
  parameters: Record<string, string> = {},
  agent: UserAgent = createUserAgent(),
): Promise<URL> {
  const until = parameters.redirect_uri ?? 'http://localhost:53593/callback'
  return agent.followRedirects(authorizationUrl(url, parameters), { until })
}

async function requestToken(url: string, form: Record<string, string>) {
  const body = new URLSearchParams({ client_id: 'flytectl', ...form })
  const response = await fetch(`${url}/oauth2/token`, { method: 'POST', body })
  return { status: response.status, json: (await response.json()) as Record<string, string> }
}

async function tokensOf(admin: FlyteAdmin) {
  const code = (await logIn(admin.url)).searchParams.get('code') ?? ''
  return (await requestToken(admin.url, { grant_type: 'authorization_code', code })).json
}

async function subjectOf(admin: FlyteAdmin, token = ''): Promise<string | null> {
  const response = await fetch(`${admin.url}/me`, { headers: { authorization: `Bearer ${token}` } })
  return response.headers.get('x-user-subject')
}

test('the identity provider of its own starts at the first login and ends with the server', async () => {
  const admin = await start()
  const { origin } = new URL((await fetch(`${admin.url}/login`, { redirect: 'manual' })).headers.get('location') ?? '')
  expect(origin).not.toBe(admin.url)
  expect((await fetch(`${origin}/jwks`)).status).toBe(200)
  await admin.close()
  await expect(fetch(`${origin}/jwks`)).rejects.toThrow()
})

test('closing while the identity provider starts leaves nothing behind', async () => {
  const admin = await start()
  const login = fetch(`${admin.url}/login`, { redirect: 'manual' }).catch(() => undefined)
  await expect.poll(() => admin.requestsTo('/login')).toHaveLength(1)
  await admin.close()
  await login
})

test('an authorization server of a test will do as the identity provider, with its account', async () => {
  const identityProvider = await startAuthorizationServer({ account: { sub: 'ada', name: 'Ada' } })
  closers.push(identityProvider.close)
  const admin = await start({ identityProvider })
  const { access_token: token } = await tokensOf(admin)
  expect(await subjectOf(admin, token)).toBe('ada')
  const [exchange] = identityProvider.requestsTo('/token')
  expect(exchange?.headers.authorization).toBe(`Basic ${btoa('flyteadmin:admin-idp-secret')}`)
})

test('a person who refuses ends the login with an empty 403, and may try again', async () => {
  const identityProvider = await startAuthorizationServer({ refuseLogin: true })
  closers.push(identityProvider.close)
  const admin = await start({ identityProvider })
  await expect(logIn(admin.url)).rejects.toThrow(`${admin.url}/callback with 403`)
  identityProvider.refuseLogin = false
  expect((await logIn(admin.url)).searchParams.has('code')).toBe(true)
})

test('an identity provider that is down fails the login, and is asked again by the next one', async () => {
  const identityProvider = await startAuthorizationServer()
  closers.push(identityProvider.close)
  const admin = await start({ identityProvider })
  identityProvider.answer('/.well-known/openid-configuration', { status: 503 }, 1)
  const failed = await fetch(`${admin.url}/login`, { redirect: 'manual' })
  expect([failed.status, await failed.text()]).toEqual([500, expect.stringContaining('answered 503')])
  expect((await fetch(`${admin.url}/login`, { redirect: 'manual' })).status).toBe(307)
})

test('the clock decides when codes, refresh tokens and sessions end, whatever the identity provider’s clock says', async () => {
  const clock = createTestClock(Date.now() + 365 * 86_400_000)
  const admin = await start({ clock, authorizationCodeLifetime: 60, refreshTokenLifetime: 120 })
  const agent = createUserAgent()
  const code = (await logIn(admin.url, {}, agent)).searchParams.get('code') ?? ''
  const exchange = () => requestToken(admin.url, { grant_type: 'authorization_code', code })
  const { refresh_token: refreshToken = '' } = (await exchange()).json
  const refresh = () => requestToken(admin.url, { grant_type: 'refresh_token', refresh_token: refreshToken })
  await clock.advance(59_000)
  expect((await exchange()).status).toBe(200)
  await clock.advance(2001)
  expect((await exchange()).json.error).toBe('server_error')
  expect((await refresh()).status).toBe(200)
  await clock.advance(60_000)
  expect((await refresh()).status).toBe(500)

  const statusOfMe = async () => (await agent.request(`${admin.url}/me`)).status
  expect(await statusOfMe()).toBe(200)
  await clock.advance(3_600_000)
  expect(await statusOfMe()).toBe(401)
})

test('a session that the identity provider no longer renews leads to a login, in which nothing of it is left', async () => {
  const clock = createTestClock()
  const identityProvider = await startAuthorizationServer()
  closers.push(identityProvider.close)
  const admin = await start({ clock, identityProvider, cookies: { secure: true, sameSite: 'None' } })
  const agent = createUserAgent()
  await agent.followRedirects(`${admin.url}/login?redirect_url=/healthcheck`)
  await clock.advance(3_601_000)
  const login = () => agent.request(`${admin.url}/login?redirect_url=/x`)
  identityProvider.answer('/token', { status: 400, body: { error: 'invalid_grant' } }, 1)
  const refused = await login()
  expect(refused.headers.get('location')).toContain('/auth?')
  expect(refused.headers.getSetCookie().map((line) => line.replace(/=[^;]+/, ''))).toEqual([
    'flyte_csrf_state; HttpOnly; Secure; SameSite=Lax',
    'flyte_redirect_location; HttpOnly; Secure; SameSite=Lax',
  ])
  const renewed = await login()
  expect(renewed.headers.get('location')).toBe('/x')
  expect(renewed.headers.getSetCookie()[0]).toMatch(/^flyte_at_1=.*; HttpOnly; Secure; SameSite=None$/)
  expect(identityProvider.requestsTo('/token').at(-1)?.body).toContain('grant_type=refresh_token')
})

test('tokens and sessions survive a restart with the same secrets', async () => {
  const identityProvider = await startAuthorizationServer()
  closers.push(identityProvider.close)
  const first = await start({ identityProvider })
  const agent = createUserAgent()
  const code = (await logIn(first.url, {}, agent)).searchParams.get('code') ?? ''
  const tokens = (await requestToken(first.url, { grant_type: 'authorization_code', code })).json
  await first.close()

  const second = await start({ identityProvider, port: first.port, secrets: first.secrets })
  expect(await subjectOf(second, tokens.access_token)).toBe('user-1')
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
  expect((await requestToken(second.url, form)).status).toBe(200)
  expect((await logIn(second.url, {}, agent)).searchParams.has('code')).toBe(true)
  expect(identityProvider.requestsTo('/auth')).toHaveLength(1)
  await second.close()

  const stranger = await start({ identityProvider, port: first.port })
  expect((await requestToken(stranger.url, form)).status).toBe(500)
})

test('clients of a test have their own redirect URIs; a loopback literal takes any port, localhost does not', async () => {
  const page = { id: 'page', redirectUris: ['http://localhost:5173/callback?from=flyte', 'http://127.0.0.1/callback'] }
  const admin = await start({ clients: [...defaultClients, page] })
  const client = { client_id: 'page' }
  const first = await logIn(admin.url, { ...client, redirect_uri: 'http://localhost:5173/callback?from=flyte' })
  expect(first.searchParams.get('from')).toBe('flyte')
  const second = await logIn(admin.url, { ...client, redirect_uri: 'http://127.0.0.1:4000/callback' })
  expect(second.port).toBe('4000')
  for (const wrong of ['http://localhost:5174/callback?from=flyte', 'http://127.0.0.1:4000/other']) {
    const response = await fetch(authorizationUrl(admin.url, { ...client, redirect_uri: wrong }), {
      redirect: 'manual',
    })
    expect(response.status).toBe(400)
  }
})

test('a code does not cross a network in the clear', async () => {
  const redirectUri = 'http://flyte.example.com/callback'
  const admin = await start({ clients: [{ id: 'flytectl', redirectUris: [redirectUri] }] })
  const refused = await logIn(admin.url, { redirect_uri: redirectUri })
  expect(refused.searchParams.get('error')).toBe('invalid_request')
  expect(refused.searchParams.get('error_description')).toContain('insecure protocol')
})

test('behind a base path the login is at the root as well', async () => {
  const admin = await start({ basePath: '/flyte' })
  const root = new URL(admin.url).origin
  expect((await logIn(root)).searchParams.has('code')).toBe(true)
  expect((await fetch(`${root}/loginx`)).status).toBe(404)
})

test('without a login there are no pages for it', async () => {
  const admin = await start({ auth: 'none' })
  for (const path of ['/login', '/callback', '/logout', '/oauth2/authorize', '/oauth2/authorize_callback']) {
    expect((await fetch(`${admin.url}${path}`, { redirect: 'manual' })).status).toBe(404)
  }
})

test('an ID token of the identity provider does as Authorization too, but not as a bearer token, nor tampered with', async () => {
  const identityProvider = await startAuthorizationServer()
  closers.push(identityProvider.close)
  const admin = await start({ identityProvider })
  const redirectUri = `${admin.url}/callback`
  const request = { client_id: 'flyteadmin', redirect_uri: redirectUri, response_type: 'code', scope: 'openid' }
  const answer = await followRedirects(`${identityProvider.url}/auth?${new URLSearchParams(request)}`, {
    until: redirectUri,
  })
  const response = await fetch(`${identityProvider.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('flyteadmin:admin-idp-secret')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      code: answer.searchParams.get('code') ?? '',
    }),
  })
  const { id_token: idToken } = (await response.json()) as { id_token: string }
  const statusOf = async (authorization: string) =>
    (await fetch(`${admin.url}/me`, { headers: { authorization } })).status
  expect(await statusOf(`IDToken ${idToken}`)).toBe(200)
  expect(await statusOf(`Bearer ${idToken}`)).toBe(401)
  for (const bad of [`${idToken.slice(0, -4)}AAAA`, 'a.b.c', 'a.b', 'x'])
    expect(await statusOf(`IDToken ${bad}`)).toBe(401)
})

test('a sealed cookie is good for its own name only', async () => {
  const admin = await start()
  const response = await fetch(authorizationUrl(admin.url), { redirect: 'manual' })
  const sealed = response.headers.getSetCookie()[0]?.split(';')[0]?.replace('flyte_auth_code=', '')
  const cookie = ['flyte_auth_code', 'flyte_idt', 'flyte_at_1', 'flyte_at_2'].map((name) => `${name}=${sealed}`)
  const login = await fetch(`${admin.url}/login`, { redirect: 'manual', headers: { cookie: cookie.join('; ') } })
  expect(login.headers.get('location')).toContain('/auth?')
})

test('following redirects without an end reaches the client that listens', async () => {
  const admin = await start()
  // The API stands in for a client's listener.
  const redirectUri = `${admin.url}/healthcheck`
  const own = await start({ clients: [{ id: 'flytectl', redirectUris: [redirectUri] }] })
  const last = await followRedirects(authorizationUrl(own.url, { redirect_uri: redirectUri }))
  expect(last.pathname).toBe('/healthcheck')
  expect(admin.requestsTo('/healthcheck')[0]?.query.get('state')).toBe('at-least-8-characters')
})
