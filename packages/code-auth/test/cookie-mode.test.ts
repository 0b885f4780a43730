// Tokens in cookies, whatever the provider gives.
import { afterEach, describe, expect, it } from 'vitest'
import { joinValue } from '../src/cookie-chunks.js'
import { readCookies } from '../src/cookies.js'
import { createSealer } from '../src/seal.js'
import { cookieKey, createBrowser, createPortal, origin, startProvider } from './portal.js'

const name = '__Host-flyte-js-session'
let closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(closing.map((server) => server.close()))
  closing = []
})

/** A portal whose provider issues tokens with scopes of so many characters. */
async function open({ scopeSize = 0, refreshToken = '' } = {}) {
  const large = Array.from({ length: Math.ceil(scopeSize / 80) }, (_, index) => `${index}-`.padEnd(79, 'x'))
  const provider = await startProvider({ scopes: ['all', 'offline', ...large] })
  closing.push(provider)
  const key = cookieKey()
  const portal = createPortal({
    issuer: provider.issuer,
    store: 'cookie',
    cookieKeys: [key],
    scopes: ['openid', 'profile', 'all', 'offline', 'offline_access', ...large],
    // Some give one to whoever has not asked for it.
    async fetch(url, init) {
      const response = await fetch(url, init as RequestInit)
      if (refreshToken === '' || !String(url).endsWith('/token')) return response
      return Response.json({ ...((await response.json()) as object), refresh_token: refreshToken })
    },
  })
  const browser = createBrowser(portal)
  return { provider, portal, browser, sealer: createSealer([key], portal.clock) }
}

describe('tokens in cookies', () => {
  it.each([
    [0, 1],
    [900, 2],
    [1600, 3],
  ])('with scopes of %i characters are in %i cookie(s), each small enough for every browser', async (size, count) => {
    const { browser } = await open({ scopeSize: size })
    await browser.logIn()
    const me = await browser.me()
    expect(me).toMatchObject({ user: { subject: 'user-1' } })
    const cookies = (await browser.cookies()).split('; ').filter((cookie) => cookie.startsWith(name))
    expect(cookies).toHaveLength(count)
    // With its attributes (RFC 6265 section 6.1).
    for (const cookie of cookies)
      expect(cookie.length + '; Path=/; HttpOnly; Secure; SameSite=Lax'.length).toBeLessThan(4096)
  })

  it('have no refresh token among them, and none is asked for or kept', async () => {
    const refreshToken = 'a-canary-of-a-refresh-token'
    const { provider, portal, browser, sealer } = await open({ refreshToken })
    await browser.logIn()
    expect(provider.requestsTo('/auth')[0]?.query.get('scope')).toBe('openid profile all')
    const request = new Request(origin, { headers: { cookie: await browser.cookies() } })
    const { content } = (await sealer.open('session', joinValue(readCookies(request), name) ?? '')) ?? {}
    expect(content).toMatchObject({ token: (await browser.me())?.accessToken })
    expect(JSON.stringify(content)).not.toContain('canary')
    // So that it ends with its access token.
    portal.clock.advance(300_000)
    expect(await browser.me()).toBeNull()
    expect(provider.requestsTo('/token')).toHaveLength(1)
  })

  it('that do not fit end the login with a code, and say what to do to whoever runs the portal', async () => {
    const { portal, browser } = await open({ scopeSize: 3000 })
    await expect(browser.logIn()).rejects.toThrow(/callback with 50\d: \{"code":"FLYTE_STORE_WRITE_FAILED"\}/)
    expect(await browser.me()).toBeNull()
    expect(portal.events.at(-1)).toMatchObject({ type: 'session.refused', operation: 'callback' })
  })
})
