import { TokenStoreError } from '@flyte-js/core'
import { memoryStore } from '@flyte-js/token-store'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser, createPortal, origin, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())
beforeEach(() => provider.clearRequests())

async function loggedIn(options: Parameters<typeof createPortal>[0] = {}) {
  const portal = createPortal({ issuer: provider.issuer, ...options })
  const browser = createBrowser(portal)
  await browser.logIn()
  return { portal, browser }
}
/** Metadata with another endpoint to end the provider's own session at. */
const withEndSession = async (endpoint: unknown) => {
  const document = '/.well-known/openid-configuration'
  const metadata = await (await fetch(provider.issuer + document)).json()
  return provider.answer(document, { body: { ...metadata, end_session_endpoint: endpoint } })
}

describe('a logout', () => {
  it('ends the session, revokes the refresh token, forgets every cookie, and goes where it was told', async () => {
    const { portal, browser } = await loggedIn()
    await browser.request(`${origin}/login`)
    const names = (await browser.cookies()).split('; ').map((each) => each.split('=')[0])
    expect(names).toHaveLength(2)
    const response = await browser.request(`${origin}/logout?redirect_url=/bye`)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/bye'])
    const cleared = response.headers.getSetCookie()
    expect(cleared.map((each) => each.split('=')[0]).sort()).toEqual(names.sort())
    for (const each of cleared) expect(each).toContain('=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0')
    expect(await browser.cookies()).toBe('')
    const [revocation] = provider.requestsTo('/token/revocation')
    expect(revocation).toMatchObject({ status: 200, body: expect.stringContaining('token_type_hint=refresh_token') })
    expect(portal.events.at(-1)).toEqual({ type: 'session.ended', reason: 'logout', revoked: true })
  })

  it('of nobody is fine', async () => {
    const portal = createPortal({ issuer: provider.issuer, afterLogout: '/start' })
    const response = await portal.handle(new Request(`${origin}/logout`))
    expect([response.status, response.headers.get('location')]).toEqual([303, '/start'])
    expect(provider.requestsTo('/token/revocation')).toEqual([])
  })

  it('is one whatever becomes of the provider', async () => {
    const { portal, browser } = await loggedIn()
    const takeBack = provider.fault('/token/revocation', { kind: 'reset' })
    expect((await browser.request(`${origin}/logout`)).status).toBe(303)
    takeBack()
    expect(await browser.me()).toBeNull()
    expect(portal.events.at(-1)).toEqual({ type: 'session.ended', reason: 'logout', revoked: false })
  })

  it('is not held up for long by a provider that does not answer', async () => {
    const { portal, browser } = await loggedIn()
    const takeBack = provider.fault('/token/revocation', { kind: 'black-hole' })
    const answer = browser.request(`${origin}/logout`)
    await expect.poll(() => provider.requestsTo('/token/revocation').length).toBe(1)
    await portal.clock.advance(5_000)
    expect((await answer).status).toBe(303)
    takeBack()
  })

  it('that the store cannot do is said, but the browser forgets its session', async () => {
    const store = memoryStore()
    let isDown = false
    const down = async () => {
      throw new TokenStoreError('FLYTE_STORE_UNAVAILABLE', 'down', { store: 'test' })
    }
    const { browser } = await loggedIn({
      store: { ...store, withLock: (...given) => (isDown ? down() : store.withLock(...given)) },
    })
    isDown = true
    const response = await browser.request(`${origin}/logout`)
    expect([response.status, await response.text()]).toEqual([503, '{"code":"FLYTE_STORE_UNAVAILABLE"}'])
    expect(await browser.cookies()).toBe('')
  })

  it('to a place that is not allowed is refused, and the session stays', async () => {
    const { browser } = await loggedIn()
    expect((await browser.request(`${origin}/logout?redirect_url=//evil.example.com`)).status).toBe(403)
    expect(await browser.me()).not.toBeNull()
  })

  it('by POST from another origin is refused, and the session stays', async () => {
    const { browser } = await loggedIn()
    const headers = { origin: 'https://evil.example.com' }
    expect((await browser.request(`${origin}/logout`, { method: 'POST', headers })).status).toBe(403)
    expect(await browser.me()).not.toBeNull()
    expect((await browser.request(`${origin}/logout`, { method: 'POST', headers: { origin } })).status).toBe(303)
  })

  it('while the session is renewed leaves no session behind', async () => {
    const { portal, browser } = await loggedIn()
    const cookie = await browser.cookies()
    await portal.clock.advance(299_000)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const takeBack = provider.answer('/token', () => held.then(() => undefined))
    const me = browser.me()
    await expect.poll(() => provider.requestsTo('/token').at(-1)?.body ?? '').toContain('grant_type=refresh_token')
    const out = portal.auth.logout(new Request(`${origin}/logout`, { headers: { cookie } }))
    letGo()
    await Promise.all([me, out])
    takeBack()
    expect(await browser.me()).toBeNull()
  })
})

describe('the end of the session at the provider', () => {
  it('is asked for where that is wanted: the browser goes there, and comes back', async () => {
    const takeBack = await withEndSession(`${provider.issuer}/session/end?theme=dark`)
    const { browser } = await loggedIn({ endProviderSession: true })
    const response = await browser.request(`${origin}/logout?redirect_url=/bye`)
    takeBack()
    const url = new URL(response.headers.get('location') ?? '')
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/session/end`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      theme: 'dark',
      client_id: 'portal',
      post_logout_redirect_uri: `${origin}/bye`,
      id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    })
  })

  it.each(['http://evil.example.com/', 'nonsense', 7])('is left alone where the endpoint is %s', async (endpoint) => {
    const takeBack = await withEndSession(endpoint)
    const { browser } = await loggedIn({ endProviderSession: true })
    expect((await browser.request(`${origin}/logout`)).headers.get('location')).toBe('/')
    takeBack()
  })

  it('is left alone where nobody asked for it', async () => {
    const takeBack = await withEndSession(`${provider.issuer}/session/end`)
    const { browser } = await loggedIn()
    expect((await browser.request(`${origin}/logout`)).headers.get('location')).toBe('/')
    takeBack()
  })
})
