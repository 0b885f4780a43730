import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { createKey, forgeIdTokens } from '../test/forged-id-token.js'
import { createBrowser, createPortal, origin, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())
const portalOf = (options: Parameters<typeof createPortal>[0] = {}) =>
  createPortal({ issuer: provider.issuer, store: 'cookie', ...options })
const seconds = (count: number) => count * 1000

describe('a session in its cookies', () => {
  it('has its access token there, sealed, and never a refresh token', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const me = await browser.me()
    expect(me).toMatchObject({ user: { subject: 'user-1', name: 'Test User' }, accessToken: expect.any(String) })
    expect(await browser.cookies()).not.toContain(me?.accessToken)
    expect(provider.requestsTo('/auth')[0]?.query.get('scope')).toBe('openid profile email')
    expect(JSON.stringify(portal.events)).not.toContain(me?.accessToken)
  })

  it('is good at every instance with the key, and ends with its access token', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal, createPortal({ ...portal.options, clock: portal.clock }))
    await browser.logIn()
    await portal.clock.advance(seconds(299))
    expect(await browser.me()).not.toBeNull()
    expect(await browser.me()).not.toBeNull()
    await portal.clock.advance(seconds(2))
    expect(await browser.me()).toBeNull()
  })

  it('ends when nobody used it, and stays while somebody does', async () => {
    const portal = portalOf({ idleTimeout: seconds(60) })
    const browser = createBrowser(portal)
    await browser.logIn()
    for (const _ of [1, 2]) {
      await portal.clock.advance(seconds(50))
      expect(await browser.me()).not.toBeNull()
    }
    await portal.clock.advance(seconds(60))
    expect(await browser.me()).toBeNull()
  })

  it('is forgotten by a logout, but an old cookie stays good until its token ends, as the documents say', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const cookie = await browser.cookies()
    provider.clearRequests()
    await browser.request(`${origin}/logout`)
    expect(await browser.me()).toBeNull()
    expect(provider.requestsTo('/token/revocation')).toHaveLength(1)
    const request = new Request(origin, { headers: { cookie } })
    const answer = await portal.auth.withSession(request, (session) => Response.json(session !== null))
    expect(await answer.json()).toBe(true)
  })
})

describe('tokens that are large', () => {
  it('lie in several cookies, all of which are needed and forgotten', async () => {
    await using large = await startProvider()
    const forging = forgeIdTokens(large, await createKey('key'))
    const portal = portalOf({ issuer: large.issuer })
    const browser = createBrowser(portal)
    forging.accessToken = 'a'.repeat(7_000)
    await browser.logIn()
    expect((await browser.me())?.accessToken).toBe('a'.repeat(7_000))
    const cookies = (await browser.cookies()).split('; ')
    const names = cookies.map((each) => each.split('=')[0])
    expect(names).toEqual([1, 2, 3].map((part) => `__Host-flyte-js-session${part === 1 ? '' : `-${part}`}`))
    const seen = async (header: string[]) => {
      const request = new Request(origin, { headers: { cookie: header.join('; ') } })
      return (await portal.auth.withSession(request, (session) => Response.json(session !== null))).json()
    }
    expect(await seen(cookies)).toBe(true)
    for (const missing of cookies) expect(await seen(cookies.filter((each) => each !== missing))).toBe(false)
    const [first = '', second = '', third = ''] = cookies
    const swapped = [first, second.replace('session-2', 'session-3'), third.replace('session-3', 'session-2')]
    expect(await seen(swapped)).toBe(false)
    // A smaller session leaves nothing of it behind.
    forging.accessToken = 'small'
    await browser.logIn()
    expect(await browser.cookies()).toMatch(/^__Host-flyte-js-session=[\w.-]+$/)
    await browser.request(`${origin}/logout`)
    expect(await browser.cookies()).toBe('')
  })

  it('that fit into no cookies are no login, and the event says what to do', async () => {
    await using large = await startProvider()
    const forging = forgeIdTokens(large, await createKey('key'))
    const portal = portalOf({ issuer: large.issuer })
    const browser = createBrowser(portal)
    forging.accessToken = 'a'.repeat(12_000)
    const answer = await browser.followRedirects(`${origin}/login`, { until: `${origin}/callback` })
    const response = await browser.request(answer)
    expect([response.status, await response.text()]).toEqual([500, '{"code":"FLYTE_STORE_WRITE_FAILED"}'])
    expect(portal.events.at(-1)).toMatchObject({ reason: expect.stringContaining('Give createCodeAuth a store') })
  })
})

it('a session of Flyte Admin’s own server keeps who it is in its cookie', async () => {
  await using admin = await startFlyteAdmin({
    clients: [
      {
        id: 'portal',
        secret: 'short-secret',
        grantTypes: ['authorization_code'],
        redirectUris: [`${origin}/callback`],
      },
    ],
  })
  const options = { endpoint: admin.url, clientSecret: 'short-secret', scopes: ['all'], store: 'cookie' as const }
  const portal = createPortal(options)
  const browser = createBrowser(portal)
  await browser.logIn()
  for (const _ of [1, 2]) expect(await browser.me()).toMatchObject({ user: { subject: 'user-1', name: 'Test User' } })
  expect(admin.requestsTo('/me')).toHaveLength(1)
})
