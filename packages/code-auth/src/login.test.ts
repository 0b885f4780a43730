import { createHash } from 'node:crypto'
import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser, createPortal, origin, redirectUri, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())
beforeEach(() => provider.clearRequests())

const portalOf = (options: Parameters<typeof createPortal>[0] = {}) =>
  createPortal({ issuer: provider.issuer, ...options })
const ask = (portal: ReturnType<typeof createPortal>, path: string, init: RequestInit = {}) =>
  portal.handle(new Request(origin + path, init))
const parametersOf = (response: Response) =>
  Object.fromEntries(new URL(response.headers.get('location') ?? '').searchParams)
const bodyOf = async (response: Response) => ({ status: response.status, body: await response.text() })

describe('the authorization request', () => {
  it('is that of OpenID Connect, with PKCE, and its cookie holds the rest', async () => {
    const response = await ask(portalOf({ scopes: ['openid', 'all', 'offline'] }), '/login?redirect_url=/x%3Fy')
    expect(response.status).toBe(303)
    const parameters = parametersOf(response)
    expect(parameters).toEqual({
      response_type: 'code',
      client_id: 'portal',
      redirect_uri: redirectUri,
      scope: 'openid all offline',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    const [cookie, ...others] = response.headers.getSetCookie()
    expect(others).toEqual([])
    const name = `__Host-flyte-js-login-${parameters.state?.slice(0, 16)}`
    expect(cookie).toMatch(new RegExp(`^${name}=[\\w.-]+; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$`))
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('has its own state, nonce and verifier each time, whose hash alone is sent', async () => {
    const portal = portalOf()
    const all = await Promise.all(Array.from({ length: 20 }, async () => parametersOf(await ask(portal, '/login'))))
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(new Set(all.map((each) => each[name])).size).toBe(20)
    const browser = createBrowser(portal)
    await browser.logIn()
    const verifier = new URLSearchParams(provider.requestsTo('/token')[0]?.body).get('code_verifier') ?? ''
    const challenge = provider.requestsTo('/auth')[0]?.query.get('code_challenge')
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge)
  })

  it('has no challenge, and the token request no verifier, where pkce is false', async () => {
    const portal = portalOf({ pkce: false })
    expect(parametersOf(await ask(portal, '/login'))).not.toHaveProperty('code_challenge')
    const browser = createBrowser(portal)
    await browser.logIn()
    expect(provider.requestsTo('/token')[0]?.body).not.toContain('code_verifier')
    expect(await browser.me()).not.toBeNull()
  })

  it('has the audience and parameters that were given, and not one of the login itself', async () => {
    const portal = portalOf({ audience: 'https://flyte', parameters: { prompt: 'consent' } })
    expect(parametersOf(await ask(portal, '/login'))).toMatchObject({ audience: 'https://flyte', prompt: 'consent' })
    const bad = portalOf({ parameters: { state: 'mine' } })
    expect(await bodyOf(await ask(bad, '/login'))).toEqual({ status: 500, body: '{"code":"FLYTE_INVALID_ARGUMENT"}' })
  })

  it('asks for what a session needs where no scopes were given', async () => {
    const scopeOf = async (options: Parameters<typeof createPortal>[0]) =>
      parametersOf(await ask(createPortal(options), '/login')).scope
    expect(await scopeOf({ issuer: provider.issuer })).toBe('openid profile email offline_access')
    expect(await scopeOf({ issuer: provider.issuer, store: 'cookie' })).toBe('openid profile email')
    expect(await scopeOf({ issuer: provider.issuer, store: 'cookie', scopes: ['openid,all offline'] })).toBe(
      'openid all',
    )
    await using admin = await startFlyteAdmin()
    expect(await scopeOf({ endpoint: admin.url })).toBe('all offline')
  })

  it('goes to no server without S256 but by pkce: false', async () => {
    const metadata = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()
    const body = { ...metadata, code_challenge_methods_supported: ['plain'] }
    const takeBack = provider.answer('/.well-known/openid-configuration', { body })
    const portal = portalOf()
    expect((await ask(portal, '/login')).status).toBe(502)
    expect(portal.events.at(-1)).toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
      reason: expect.stringContaining('pkce: false'),
    })
    expect((await ask(portalOf({ pkce: false }), '/login')).status).toBe(303)
    takeBack()
  })
})

describe('where a login is asked for', () => {
  it.each(['//evil.example.com', 'https://evil.example.com/', '/a&redirect_url=/b'])(
    'to go on to %s, it is refused',
    async (to) => {
      const portal = portalOf()
      const response = await ask(portal, `/login?redirect_url=${to}`)
      expect(await bodyOf(response)).toEqual({ status: 403, body: '{"code":"FLYTE_AUTH_REDIRECT_REFUSED"}' })
      expect(response.headers.getSetCookie()).toEqual([])
      expect(provider.requests).toEqual([])
      expect(portal.events).toMatchObject([{ type: 'session.refused', operation: 'login', status: 403 }])
    },
  )

  it('by a form, its redirect_url counts', async () => {
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
    const post = (body: string) => ask(portalOf(), '/login', { method: 'POST', headers, body })
    expect((await post('redirect_url=%2Fhome')).status).toBe(303)
    expect((await post('redirect_url=%2F%2Fevil.example.com')).status).toBe(403)
    expect((await post(`x=${'x'.repeat(1_000_000)}&redirect_url=%2F%2Fevil.example.com`)).status).toBe(303)
  })

  it('from a page of another origin by POST, it is refused', async () => {
    for (const headers of [{ origin: 'https://evil.example.com' }, { origin: 'null' }, {}]) {
      const response = await ask(portalOf(), '/login', { method: 'POST', headers: headers as Record<string, string> })
      expect(await bodyOf(response)).toEqual({ status: 403, body: '{"code":"FLYTE_AUTH_ORIGIN_REFUSED"}' })
    }
  })

  it('by a link, it is refused where requirePost is on', async () => {
    const portal = portalOf({ requirePost: true })
    for (const path of ['/login', '/logout']) {
      const response = await ask(portal, path)
      expect(response.headers.get('allow')).toBe('POST')
      expect(await bodyOf(response)).toEqual({ status: 405, body: '{"code":"FLYTE_AUTH_POST_REQUIRED"}' })
      expect((await ask(portal, path, { method: 'POST', headers: { origin } })).status).toBe(303)
    }
    expect((await ask(portalOf(), '/login', { method: 'DELETE', headers: { origin } })).status).toBe(405)
  })

  it('under another Host, it goes to our own redirect URI all the same', async () => {
    const headers = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'http' }
    const response = await portalOf().handle(new Request('http://evil.example.com/login', { headers }))
    expect(parametersOf(response).redirect_uri).toBe(redirectUri)
    expect(response.headers.getSetCookie()[0]).toContain('; Secure')
  })

  it.each(['http://localhost:3000/callback', 'http://127.0.0.1:3000/callback', 'http://[::1]:3000/callback'])(
    'on loopback without TLS, its cookie does without what needs that, and nothing else: %s',
    async (here) => {
      const [cookie] = (await ask(portalOf({ redirectUri: here }), '/login')).headers.getSetCookie()
      expect(cookie).toMatch(/^flyte-js-login-[\w-]{16}=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/)
    },
  )

  it('and the provider cannot be had, the answer is a code', async () => {
    const portal = createPortal({ issuer: 'http://localhost:1' })
    const response = await ask(portal, '/login')
    expect(await bodyOf(response)).toEqual({ status: 503, body: '{"code":"FLYTE_AUTH_DISCOVERY_FAILED"}' })
    expect(response.headers.get('retry-after')).toBe('5')
    expect(portal.events.at(-1)).toMatchObject({ type: 'session.refused', reason: expect.stringContaining('issuer') })
  })
})

describe('several tabs', () => {
  it('log in side by side, each to where it was going', async () => {
    const browser = createBrowser(portalOf())
    const follow = (path: string) => browser.followRedirects(origin + path, { until: redirectUri })
    const answers = [await follow('/login?redirect_url=/one'), await follow('/login?redirect_url=/two')]
    const targets = []
    for (const answer of answers.reverse()) targets.push((await browser.request(answer)).headers.get('location'))
    expect(targets).toEqual(['/two', '/one'])
  })

  it('of more than four, the oldest login is forgotten', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    const states: string[] = []
    for (let tab = 0; tab < 6; tab++) {
      const response = await browser.request(`${origin}/login`)
      states.push(parametersOf(response).state ?? '')
      await portal.clock.advance(1000)
    }
    const cookies = await browser.cookies()
    expect(states.map((state) => cookies.includes(state.slice(0, 16)))).toEqual([false, false, true, true, true, true])
  })

  it('whose cookies would be too large together keep the newest ones', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    for (const size of [900, 900, 1900, 200, 200]) {
      const response = await browser.request(`${origin}/login?redirect_url=/${'x'.repeat(size)}`)
      expect(response.status).toBe(303)
      await portal.clock.advance(1000)
      expect((await browser.cookies()).length).toBeLessThan(4096 + 4 * 50)
    }
    const sizes = (await browser.cookies()).split('; ').map((each) => each.length)
    // The large one has gone, and the two before it.
    expect([sizes.length, Math.max(...sizes) < 1000]).toEqual([2, true])
    // Who comes back with the last one is logged in.
    await browser.logIn()
  })

  it('have no room for cookies of somebody else’s making', async () => {
    const cookie = Array.from({ length: 50 }, (_, index) => `__Host-flyte-js-login-${index}=x`).join('; ')
    const odd = '; __Host-flyte-js-login-"\t=x'
    const response = await ask(portalOf(), '/login', { headers: { cookie: cookie + odd } })
    const cleared = response.headers.getSetCookie().filter((each) => each.includes('Max-Age=0'))
    expect(cleared.length).toBeGreaterThanOrEqual(47)
    for (const each of cleared) expect(each).toMatch(/^__Host-flyte-js-login-\d+=; /)
  })
})
