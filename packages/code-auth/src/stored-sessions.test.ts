import type { TokenStore } from '@flyte-js/core'
import { memoryStore } from '@flyte-js/token-store'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cookieKey, createBrowser, createPortal, origin, type Portal, startProvider } from '../test/portal.js'

const provider = await startProvider({ rotateRefreshTokens: true })
afterAll(() => provider.close())
beforeEach(() => provider.clearRequests())
let takeBack = () => {}
afterEach(() => takeBack())

const portalOf = (options: Parameters<typeof createPortal>[0] = {}) =>
  createPortal({ issuer: provider.issuer, ...options })
const seconds = (count: number) => count * 1000
const refreshes = () => provider.requestsTo('/token').filter(({ body }) => body.includes('grant_type=refresh_token'))

/** A store whose contents can be looked at. */
function openStore() {
  const kept = new Map<string, unknown>()
  const store = memoryStore()
  const watched = (inner: Pick<TokenStore, 'get' | 'set' | 'delete'>) => ({
    get: inner.get,
    set: (...[key, tokenSet]: Parameters<TokenStore['set']>) => {
      kept.set(key, tokenSet)
      return inner.set(key, tokenSet)
    },
    delete: (key: string) => {
      kept.delete(key)
      return inner.delete(key)
    },
  })
  const open: TokenStore = {
    ...watched(store),
    withLock: (key, critical, options) => store.withLock(key, (locked) => critical(watched(locked)), options),
  }
  return { store: open, kept, sessions: () => [...kept.keys()].filter((key) => !key.includes('used')) }
}

describe('a session in a store', () => {
  it('has a cookie of an id alone, of which the store tells nothing', async () => {
    const { store, kept } = openStore()
    const portal = portalOf({ store })
    const browser = createBrowser(portal)
    await browser.logIn()
    const cookie = await browser.cookies()
    expect(cookie.length).toBeLessThan(1000)
    const [key] = [...kept.keys()].filter((each) => !each.includes('used'))
    expect(key).toMatch(/^code-auth:[0-9a-f]{64}$/)
    expect(JSON.stringify([...kept])).not.toContain(cookie.split('=')[1])
    expect(kept.get(key ?? '')).toMatchObject({ refreshToken: expect.any(String), idToken: expect.any(String) })
  })

  it('gives a handler its access token and nothing else that is secret', async () => {
    const portal = portalOf({ scopes: ['openid all offline'] })
    const browser = createBrowser(portal)
    await browser.logIn()
    const request = new Request(origin, { headers: { cookie: await browser.cookies() } })
    await portal.auth.withSession(request, async (session) => {
      const tokenSet = await session?.tokenSource.getToken()
      expect(Object.keys(tokenSet ?? {}).sort()).toEqual(['accessToken', 'expiresAt', 'issuer', 'scope', 'tokenType'])
      expect(session).toMatchObject({ scope: 'all offline', expiresAt: tokenSet?.expiresAt })
      return new Response()
    })
  })

  it('ends when nobody used it, and lasts while somebody does, but not for ever', async () => {
    const times = { idleTimeout: seconds(100), absoluteTimeout: seconds(250) }
    const portal = portalOf(times)
    const idle = createBrowser(portal)
    await idle.logIn()
    await portal.clock.advance(seconds(99))
    expect(await idle.me()).not.toBeNull()
    await portal.clock.advance(seconds(101))
    expect(await idle.me()).toBeNull()
    const busy = createBrowser(portal)
    await busy.logIn()
    for (const _ of [1, 2, 3, 4]) {
      await portal.clock.advance(seconds(60))
      expect(await busy.me()).not.toBeNull()
    }
    await portal.clock.advance(seconds(15))
    expect(await busy.me()).toBeNull()
  })

  it('has its cookie renewed only when some of its idle time is over', async () => {
    const portal = portalOf({ idleTimeout: seconds(1000) })
    const browser = createBrowser(portal)
    await browser.logIn()
    const renewals = async () => (await browser.request(origin)).headers.getSetCookie()
    expect(await renewals()).toEqual([])
    await portal.clock.advance(seconds(99))
    expect(await renewals()).toEqual([])
    await portal.clock.advance(seconds(2))
    expect(await renewals()).toEqual([expect.stringMatching(/^__Host-flyte-js-session=/)])
    expect(await renewals()).toEqual([])
  })

  it('lives on under a new key, and its cookie is sealed by it', async () => {
    const store = memoryStore()
    const [first, second] = [cookieKey(), cookieKey()]
    const old = portalOf({ store, cookieKeys: [first] })
    const rotated = portalOf({ store, cookieKeys: [second, first], clock: old.clock })
    const last = portalOf({ store, cookieKeys: [second], clock: old.clock })
    let current: Portal = old
    const browser = createBrowser({ handle: (request) => current.handle(request) })
    await browser.logIn()
    current = rotated
    expect(await browser.me()).not.toBeNull()
    current = last
    expect(await browser.me()).not.toBeNull()
    current = portalOf({ store, clock: old.clock })
    expect(await browser.me()).toBeNull()
  })

  it('is none when its cookie is tampered with, cut, of another portal, or that of an attempt', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const [name, value = ''] = (await browser.cookies()).split(/=(.*)/)
    const attempt = (await portal.handle(new Request(`${origin}/login`))).headers.getSetCookie()[0]?.split(/[=;]/)[1]
    const seen = async (text: string) => {
      const request = new Request(origin, { headers: { cookie: `${name}=${text}` } })
      return (await portal.auth.withSession(request, (session) => Response.json(session !== null))).json()
    }
    expect(await seen(value)).toBe(true)
    const forged = [
      `${value.slice(0, -2)}AA`,
      value.slice(0, -5),
      attempt ?? '',
      '',
      '1~',
      `2~${value}`,
      'x'.repeat(30_000),
    ]
    for (const text of forged) expect(await seen(text)).toBe(false)
  })

  it('ends for every instance, whatever cookie was kept of it', async () => {
    const store = memoryStore()
    const one = portalOf({ store })
    const two = createPortal({ ...one.options, clock: one.clock })
    const browser = createBrowser(one, two)
    await browser.logIn()
    const kept = await browser.cookies()
    await browser.request(`${origin}/logout`)
    for (const { auth } of [one, two]) {
      const request = new Request(origin, { headers: { cookie: kept } })
      expect(await (await auth.withSession(request, (session) => Response.json(session))).json()).toBeNull()
    }
  })

  it('is stored with the time at which it is over, after a renewal too, so that a store may forget those of a process that has gone', async () => {
    const ends: (number | undefined)[] = []
    const memory = memoryStore()
    const noted = (inner: Pick<TokenStore, 'get' | 'set' | 'delete'>) => ({
      ...inner,
      set: (...given: Parameters<TokenStore['set']>) => {
        ends.push(given[2]?.forgetAt)
        return inner.set(...given)
      },
    })
    const store: TokenStore = {
      ...noted(memory),
      withLock: (key, critical, options) => memory.withLock(key, (locked) => critical(noted(locked)), options),
    }
    const portal = portalOf({ store, absoluteTimeout: seconds(3600) })
    // Seals are exact to the second.
    portal.clock.setNow(Math.floor(portal.clock.now() / 1000) * 1000)
    const start = portal.clock.now()
    const browser = createBrowser(portal)
    await browser.logIn()
    await portal.clock.advance(seconds(299))
    await browser.me()
    expect(refreshes()).toHaveLength(1)
    expect(ends).toEqual([start + seconds(600), start + seconds(3600), start + seconds(3600)])
  })

  it('and its used state leave the store when their time is over, without a timer', async () => {
    const { store, kept, sessions } = openStore()
    const portal = portalOf({ store, absoluteTimeout: seconds(3600) })
    for (const _ of [1, 2, 3]) await createBrowser(portal).logIn()
    expect([kept.size, sessions().length]).toEqual([6, 3])
    expect(portal.clock.sleeping).toBe(0)
    await portal.clock.advance(seconds(3600))
    await createBrowser(portal).logIn()
    await portal.clock.advance(0)
    expect([kept.size, sessions().length]).toEqual([2, 1])
  })
})

describe('a renewal', () => {
  it('comes once for fifty requests, and all of them get the new token', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const before = await browser.me()
    await portal.clock.advance(seconds(299))
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.me()))
    expect(refreshes()).toHaveLength(1)
    expect(new Set(answers.map((each) => each?.accessToken)).size).toBe(1)
    expect(answers[0]?.accessToken).not.toBe(before?.accessToken)
    expect(answers[0]?.user).toEqual(before?.user)
    expect(portal.events.filter(({ type }) => type === 'token.refreshed')).toHaveLength(1)
    await browser.me()
    expect(refreshes()).toHaveLength(1)
  })

  it('comes once for two instances that share a store, though refresh tokens rotate', async () => {
    const store = memoryStore()
    const one = portalOf({ store })
    const two = createPortal({ ...one.options, clock: one.clock })
    const browser = createBrowser(one, two)
    await browser.logIn()
    for (const round of [1, 2, 3]) {
      await one.clock.advance(seconds(299))
      const answers = await Promise.all(Array.from({ length: 50 }, () => browser.me()))
      expect(new Set(answers.map((each) => each?.accessToken)).size).toBe(1)
      expect(refreshes()).toHaveLength(round)
    }
  })

  it('comes in time, and not with every request of a short token', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    await portal.clock.advance(seconds(269))
    await browser.me()
    expect(refreshes()).toHaveLength(0)
    await portal.clock.advance(seconds(2))
    await browser.me()
    expect(refreshes()).toHaveLength(1)
  })

  it.each([
    ['invalid_grant', 400],
    ['server_error', 500],
    ['access_denied', 403],
  ])('that is refused with %s ends the session, once and for all', async (error, status) => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    await portal.clock.advance(seconds(299))
    takeBack = provider.answer('/token', { status, body: { error } })
    expect(await Promise.all([browser.me(), browser.me(), browser.me()])).toEqual([null, null, null])
    takeBack()
    expect(await browser.me()).toBeNull()
    expect(refreshes()).toHaveLength(1)
    expect(portal.events).toContainEqual({ type: 'session.ended', reason: 'refresh-refused' })
    await browser.logIn()
    expect(await browser.me()).not.toBeNull()
    expect(provider.requestsTo('/.well-known/openid-configuration')).toHaveLength(1)
  })

  it.each<[string, number, object | string, number]>([
    ['temporarily_unavailable', 503, { error: 'temporarily_unavailable' }, 503],
    ['slow_down', 400, { error: 'slow_down' }, 503],
    ['the page of a gateway', 504, '<html>', 503],
    ['too many requests', 429, '', 503],
    ['invalid_client, which is ours to mend', 401, { error: 'invalid_client' }, 502],
    ['the page of somebody else', 200, '<html>', 502],
  ])('that fails with %s leaves the session as it was', async (_, status, body, told) => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    await portal.clock.advance(seconds(280))
    takeBack = provider.answer('/token', { status, body })
    const old = await browser.me()
    expect(old).not.toBeNull()
    await portal.clock.advance(seconds(30))
    const failed = await browser.request(origin)
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([told, told === 503 ? '5' : null])
    takeBack()
    await portal.clock.advance(seconds(5))
    expect((await browser.me())?.accessToken).not.toBe(old?.accessToken)
  })

  it('that cannot be sent is not tried by every request', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    await portal.clock.advance(seconds(280))
    takeBack = provider.fault('/token', { kind: 'reset' })
    for (let each = 0; each < 10; each++) expect(await browser.me()).not.toBeNull()
    expect(refreshes()).toHaveLength(1)
    takeBack()
  })

  it('to another issuer sends nothing, and ends the session', async () => {
    await using other = await startProvider()
    const store = memoryStore()
    const portal = portalOf({ store })
    const moved = createPortal({ ...portal.options, issuer: other.issuer, clock: portal.clock })
    let current: Portal = portal
    const browser = createBrowser({ handle: (request) => current.handle(request) })
    await browser.logIn()
    current = moved
    await portal.clock.advance(seconds(299))
    expect(await browser.me()).toBeNull()
    expect(other.requestsTo('/token')).toEqual([])
  })

  it('that is not possible lets a session last as long as its token', async () => {
    const { store, sessions } = openStore()
    const portal = portalOf({ store, scopes: ['openid'] })
    const browser = createBrowser(portal)
    await browser.logIn()
    await portal.clock.advance(seconds(299))
    expect(await browser.me()).not.toBeNull()
    await portal.clock.advance(seconds(2))
    expect(await browser.me()).toBeNull()
    expect(sessions()).toEqual([])
    expect(portal.events.at(-1)).toEqual({ type: 'session.ended', reason: 'expired' })
  })
})

describe('a token that a server refused', () => {
  /** What `getToken` says to a handler, several times in a row. */
  async function ask(portal: Portal, cookie: string, ...rejections: (string | 'last' | undefined)[]) {
    const given: string[] = []
    await portal.auth.withSession(new Request(origin, { headers: { cookie } }), async (session) => {
      for (const each of rejections) {
        const rejected = each === 'last' ? given.at(-1) : each
        given.push((await session?.tokenSource.getToken({ rejected }))?.accessToken ?? '')
      }
      return new Response()
    })
    return given
  }

  it('is renewed once, and when that is refused as well, not before half a minute is over', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const cookie = await browser.cookies()
    const [first, second, third] = await ask(portal, cookie, undefined, 'last', 'last')
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    expect(await ask(portal, cookie, first)).toEqual([second])
    expect(refreshes()).toHaveLength(1)
    await portal.clock.advance(seconds(30))
    expect(await ask(portal, cookie, second)).not.toEqual([second])
    expect(refreshes()).toHaveLength(2)
  })

  it('stays where there is nothing to renew it by', async () => {
    const portal = portalOf({ scopes: ['openid'] })
    const browser = createBrowser(portal)
    await browser.logIn()
    const [first, second] = await ask(portal, await browser.cookies(), undefined, 'last')
    expect(second).toBe(first)
  })

  it('is not handed out again where its renewal fails', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const cookie = await browser.cookies()
    takeBack = provider.fault('/token', { kind: 'reset' })
    const response = await portal.auth.withSession(new Request(origin, { headers: { cookie } }), async (session) => {
      const tokenSet = await session?.tokenSource.getToken()
      await session?.tokenSource.getToken({ rejected: tokenSet?.accessToken })
      return expect.unreachable() as never
    })
    expect(response.status).toBe(503)
    takeBack()
  })
})
