import { AuthError, TokenStoreError } from '@flyte-js/core'
import { startFlyteAdmin } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { afterAll, describe, expect, it } from 'vitest'
import { clientSecret, createBrowser, createPortal, origin, redirectUri, startProvider } from '../test/portal.js'
import type { SessionHandler } from './index.js'

const provider = await startProvider()
afterAll(() => provider.close())
const navigation = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' }

const loggedIn = (options: Parameters<typeof createPortal>[0] = {}) =>
  loggedInAt({ issuer: provider.issuer, ...options })

async function loggedInAt(options: Parameters<typeof createPortal>[0]) {
  const portal = createPortal(options)
  const browser = createBrowser(portal)
  await browser.logIn()
  const cookie = await browser.cookies()
  const run = (handler: SessionHandler, headers: Record<string, string> = {}, method = 'GET') =>
    portal.auth.withSession(new Request(origin, { method, headers: { cookie, ...headers } }), handler)
  return { portal, browser, cookie, run }
}

describe('an answer of a handler', () => {
  it('stays as it is where the session needs nothing', async () => {
    const { run } = await loggedIn()
    const answer = new Response('x')
    expect(await run(() => answer)).toBe(answer)
  })

  it('gets renewed cookies beside its own, whatever it is, and is kept by no cache', async () => {
    const { portal, run } = await loggedIn({ idleTimeout: 100_000 })
    await portal.clock.advance(50_000)
    const answers = [
      Response.redirect('https://portal.example.com/x', 302),
      new Response(null, { status: 204 }),
      new Response('text', { status: 418, statusText: 'A teapot', headers: { 'set-cookie': 'own=1' } }),
    ]
    for (const answer of answers) {
      const given = await run(() => answer.clone())
      expect([given.status, given.statusText]).toEqual([answer.status, answer.statusText])
      expect(given.headers.get('location')).toBe(answer.headers.get('location'))
      expect(await given.text()).toBe(await answer.text())
      expect(given.headers.getSetCookie().at(-1)).toMatch(/^__Host-flyte-js-session=/)
      expect(given.headers.getSetCookie().includes('own=1')).toBe(answer.headers.has('set-cookie'))
      expect(given.headers.get('cache-control')).toBe('private, no-store')
    }
  })

  it.each([
    ['private, max-age=5', 'private, max-age=5'],
    ['max-age=5,PRIVATE', 'max-age=5,PRIVATE'],
    ['no-store', 'no-store'],
    ['public, max-age=3600', 'private, no-store'],
    ['s-maxage=3600', 'private, no-store'],
    ['max-age=3600, private="x-name"', 'private, no-store'],
    ['no-cache', 'private, no-store'],
  ])('with renewed cookies and %s is kept by nobody but perhaps its browser', async (said, expected) => {
    const { portal, run } = await loggedIn({ idleTimeout: 100_000 })
    await portal.clock.advance(50_000)
    const headers = { 'cache-control': said, 'cdn-cache-control': 'max-age=60', 'surrogate-control': 'max-age=60' }
    const answer = await run(() => new Response('', { headers: { ...headers, 'x-cdn-cache-control': 'public' } }))
    expect(answer.headers.getSetCookie()).toHaveLength(1)
    expect(Object.fromEntries(answer.headers)).toMatchObject({ 'cache-control': expected })
    expect([...answer.headers.keys()].filter((name) => /cdn|surrogate/.test(name))).toEqual([])
  })
})

describe('a request that changes something', () => {
  it('comes from our own pages, or does not come to the handler', async () => {
    const { run } = await loggedIn()
    const fail = () => expect.unreachable() as never
    for (const headers of [{ origin: 'https://evil.example.com' }, { origin: 'null' }, {}]) {
      const refused = await run(fail, headers as Record<string, string>, 'POST')
      expect([refused.status, await refused.text()]).toEqual([403, '{"code":"FLYTE_AUTH_ORIGIN_REFUSED"}'])
    }
    expect((await run(() => new Response('done'), { origin }, 'POST')).status).toBe(200)
  })
})

describe('a session that ends while a handler works', () => {
  const ask: SessionHandler = async (session) => Response.json(await session?.tokenSource.getToken())

  async function ending() {
    const { portal, browser, run } = await loggedIn()
    const handler: SessionHandler = async (session) => {
      await browser.request(`${origin}/logout`)
      return ask(session)
    }
    return { portal, run, handler }
  }

  it('is a 401 with a code for a program', async () => {
    const { portal, run, handler } = await ending()
    const answer = await run(handler, { accept: 'application/json' })
    expect([answer.status, await answer.text()]).toEqual([401, '{"code":"FLYTE_AUTH_LOGGED_OUT"}'])
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(portal.events.at(-1)).toMatchObject({ type: 'session.refused', operation: 'session', status: 401 })
  })

  it('is a 401 with a way to log in for a person, and no redirect', async () => {
    const { run, handler } = await ending()
    const answer = await run(handler, navigation)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.text()).toContain('<a href="/login">')
  })

  it('is one too where a client of Flyte Admin has wrapped the error', async () => {
    const { run, handler } = await ending()
    const answer = await run(async (session) => {
      try {
        return await handler(session)
      } catch (cause) {
        throw new AuthError('FLYTE_ADMIN_UNAUTHENTICATED', 'refused', { cause })
      }
    })
    expect(answer.status).toBe(401)
  })

  it('gets no new cookie, though one was due', async () => {
    const { portal, browser, run } = await loggedIn({ idleTimeout: 100_000 })
    await portal.clock.advance(50_000)
    const answer = await run(async (session) => {
      await browser.request(`${origin}/logout`)
      return ask(session)
    })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []])
  })

  it('leaves errors of the handler’s own to whoever serves it', async () => {
    const { run } = await loggedIn()
    const own = new AuthError('FLYTE_AUTH_LOGGED_OUT', 'of another login')
    await expect(run(() => Promise.reject(own))).rejects.toBe(own)
    const { run: runEnded, handler } = await ending()
    const caught: SessionHandler = (session) => Promise.resolve(handler(session)).catch(() => Promise.reject(own))
    await expect(runEnded(caught)).rejects.toBe(own)
  })
})

describe('a store that is down', () => {
  it('is a 503 with its code', async () => {
    const store = memoryStore()
    let isDown = false
    const get: typeof store.get = async (key) => {
      if (isDown) throw new TokenStoreError('FLYTE_STORE_UNAVAILABLE', 'canary', { store: 'test' })
      return store.get(key)
    }
    const { run } = await loggedIn({ store: { ...store, get } })
    isDown = true
    const answer = await run(() => expect.unreachable() as never)
    expect([answer.status, await answer.text()]).toEqual([503, '{"code":"FLYTE_STORE_UNAVAILABLE"}'])
    expect(answer.headers.get('retry-after')).toBe('5')
  })
})

describe('a provider that is down while a token has ended', () => {
  const needsToken: SessionHandler = async (session) => Response.json(await session?.tokenSource.getToken())

  async function down(options: Parameters<typeof createPortal>[0] = {}) {
    const given = await loggedIn(options)
    const end = provider.fault('/token', { kind: 'reset' })
    await given.portal.clock.advance(300_000)
    return { ...given, end }
  }

  it('is no matter to a handler that needs no token', async () => {
    const { run, end, portal } = await down()
    const answer = await run((session) => Response.json(session))
    end()
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ user: { subject: 'user-1' }, expiresAt: portal.clock.now() })
  })

  it('is a 503 with a code for a program, which may try again; then the session is as it was', async () => {
    const { portal, run, end } = await down()
    const answer = await run(needsToken)
    end()
    expect([answer.status, await answer.text()]).toEqual([503, '{"code":"FLYTE_AUTH_SERVER_UNREACHABLE"}'])
    expect([answer.headers.get('retry-after'), answer.headers.get('cache-control')]).toEqual(['5', 'no-store'])
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(portal.events.filter(({ type }) => type === 'session.ended')).toEqual([])
    // A provider that could not be asked is left alone for as long as was said.
    expect((await run(needsToken)).status).toBe(503)
    await portal.clock.advance(5000)
    expect((await run(needsToken)).status).toBe(200)
  })

  it('is a 503 with words for a person, whom nobody sends to a login that could not be', async () => {
    const { run, end } = await down()
    const answer = await run(needsToken, navigation)
    end()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(answer.headers.get('location')).toBeNull()
    const page = await answer.text()
    expect(page).toContain('Please try again in a moment.')
    expect(page).toContain('FLYTE_AUTH_SERVER_UNREACHABLE')
    expect(page).not.toMatch(/log/i)
  })

  it('does not make a session idle that is in use', async () => {
    const { run, end } = await down({ idleTimeout: 1000_000 })
    const answer = await run(needsToken)
    end()
    expect(answer.status).toBe(503)
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-flyte-js-session=/)])
  })

  it('has the proxy answer 503, and Flyte Admin not asked', async () => {
    const { portal, cookie, end } = await down({ endpoint: 'http://localhost:1' })
    const answer = await portal.auth.proxy(new Request(`${origin}/api/v1/projects`, { headers: { cookie } }))
    end()
    expect([answer.status, await answer.text()]).toEqual([503, '{"code":"FLYTE_AUTH_SERVER_UNREACHABLE"}'])
    expect(answer.headers.get('retry-after')).toBe('5')
  })

  it('is a 503 where only a good token could tell who it is', async () => {
    const grantTypes = ['authorization_code', 'refresh_token']
    await using admin = await startFlyteAdmin({
      clients: [{ id: 'portal', secret: clientSecret, grantTypes, redirectUris: [redirectUri] }],
    })
    const { portal, cookie } = await loggedInAt({ endpoint: admin.url, store: memoryStore() })
    // One that has just started, and has not asked who it is yet.
    const other = createPortal({ ...portal.options, clock: portal.clock })
    await portal.clock.advance(1800_000)
    const end = admin.fault('/oauth2/token', { kind: 'reset' })
    admin.clearRequests()
    const answer = await other.auth.withSession(
      new Request(origin, { headers: { cookie } }),
      () => expect.unreachable() as never,
    )
    end()
    expect([answer.status, await answer.text()]).toEqual([503, '{"code":"FLYTE_AUTH_SERVER_UNREACHABLE"}'])
    expect(admin.requestsTo('/me')).toEqual([])
  })
})

describe('the proxy', () => {
  it('is closed to who has no session, as a page and as JSON', async () => {
    const portal = createPortal({ issuer: provider.issuer, endpoint: 'https://flyte.example.com' })
    const url = `${origin}/api/v1/projects`
    const program = await portal.auth.proxy(new Request(url))
    expect([program.status, await program.text()]).toEqual([401, '{"code":"FLYTE_AUTH_LOGGED_OUT"}'])
    const page = await portal.auth.proxy(new Request(url, { headers: navigation }))
    expect([page.status, page.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8'])
  })

  it('without an endpoint says so in an event', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    expect((await portal.auth.proxy(new Request(`${origin}/api/v1/projects`))).status).toBe(500)
    expect(portal.events).toMatchObject([{ reason: expect.stringContaining('Give createCodeAuth its endpoint') }])
  })
})

it('none of the functions uses this', async () => {
  const { login, callback, logout, proxy, withSession } = createPortal({ issuer: provider.issuer }).auth
  expect((await login(new Request(`${origin}/login`))).status).toBe(303)
  expect((await callback(new Request(`${origin}/callback`))).status).toBe(400)
  expect((await logout(new Request(`${origin}/logout`))).status).toBe(303)
  expect((await proxy(new Request(`${origin}/api/v1/x`))).status).toBe(500)
  expect((await withSession(new Request(origin), () => new Response('x'))).status).toBe(200)
})
