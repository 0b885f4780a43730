// Cookies that somebody planted, stole or kept.

import { startFlyteAdmin } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import {
  ask,
  clientSecret,
  comeBack,
  createBrowser,
  createPortal,
  expectRefused,
  logIn,
  origin,
  redirectUri,
  startScene,
} from './scene.js'

const scene = await startScene()
afterAll(() => scene[Symbol.asyncDispose]())
afterEach(() => scene.expectNothingTold())

/** The pair of a `Set-Cookie` header. */
const given = (response: Response, name: string) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] as string)
    .filter((pair) => pair.startsWith(`${name}=`) && !pair.endsWith('='))
const session = '__Host-flyte-js-session'

describe("an attacker's session that was planted in a victim's browser (fixation)", () => {
  test('is not what the victim logs in to, and is over then', async () => {
    const portal = scene.portal()
    const attacker = await logIn(portal)
    const { answer, cookie } = await comeBack(portal)
    const response = await ask(portal, answer.href, { cookie: `${attacker.cookie}; ${cookie}` })
    const [own] = given(response, session)
    expect(own).not.toBe(attacker.cookie)
    expect(await (await ask(portal, '/me', { cookie: own as string })).json()).toHaveProperty('user')
    // Who planted it has nothing of the victim's, and nothing at all.
    expect(await attacker.browser.me()).toBeNull()
  })

  test('is not taken up after a login that failed', async () => {
    const portal = scene.portal()
    const attacker = await logIn(portal)
    const { answer, cookie } = await comeBack(portal)
    answer.searchParams.set('code', 'x')
    await expectRefused(
      await ask(portal, answer.href, { cookie: `${attacker.cookie}; ${cookie}` }),
      400,
      'FLYTE_AUTH_GRANT_REFUSED',
    )
  })

  test('has a new id with each login, of which nothing can be guessed', async () => {
    const portal = scene.portal()
    const ids = new Set<string>()
    for (let count = 0; count < 5; count += 1) ids.add((await logIn(portal)).cookie)
    expect(ids.size).toBe(5)
  })

  test('of a made-up value is none', async () => {
    const portal = scene.portal()
    for (const value of ['x', 'a.b.c.d.e', 'null', '{}', '1', 'undefined']) {
      expect(await (await ask(portal, '/me', { cookie: `${session}=${value}` })).json()).toBeNull()
      await expectRefused(
        await ask(portal, '/api/v1/projects', { cookie: `${session}=${value}` }),
        401,
        'FLYTE_AUTH_LOGGED_OUT',
      )
    }
  })
})

describe("a victim's state cookie that was stolen", () => {
  test("is no use without the victim's code", async () => {
    const portal = scene.portal()
    const [victim, attacker] = [await comeBack(portal), await comeBack(portal)]
    // The attacker knows the state as well, and has a code of their own.
    const mixed = new URL(attacker.answer)
    mixed.searchParams.set('state', victim.answer.searchParams.get('state') as string)
    await expectRefused(await ask(portal, mixed.href, { cookie: victim.cookie }), 400, 'FLYTE_AUTH_GRANT_REFUSED')
  })

  test('is no use with the code once the victim is logged in', async () => {
    const portal = scene.portal()
    const { browser, answer, cookie } = await comeBack(portal)
    expect((await browser.request(answer)).status).toBe(303)
    await expectRefused(await ask(portal, answer.href, { cookie }), 400, 'FLYTE_AUTH_CALLBACK_REPLAYED')
    expect(await browser.me()).not.toBeNull()
  })

  test('is no use under the name of another attempt', async () => {
    const portal = scene.portal()
    const [victim, attacker] = [await comeBack(portal), await comeBack(portal)]
    const [name] = attacker.cookie.split('=')
    const value = victim.cookie.slice(victim.cookie.indexOf('=') + 1)
    await expectRefused(
      await ask(portal, attacker.answer.href, { cookie: `${name}=${value}` }),
      400,
      'FLYTE_AUTH_STATE_MISMATCH',
    )
  })

  test('is no use after ten minutes', async () => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    await portal.clock.advance(600_000)
    await expectRefused(await ask(portal, answer.href, { cookie }), 400, 'FLYTE_AUTH_STATE_MISMATCH')
  })

  test('says nothing of what is in it', async () => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    const value = cookie.slice(cookie.indexOf('=') + 1)
    const readable = value.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(cookie + readable).not.toContain(answer.searchParams.get('state'))
    expect(readable.join()).not.toMatch(/state|verifier|nonce|home/)
  })
})

describe('a callback that is replayed with cookies from before', () => {
  test.each(['memory', 'cookie'])('is refused where tokens are in: %s', async (kind) => {
    const portal = scene.portal({ store: kind === 'cookie' ? 'cookie' : memoryStore() })
    const { browser, answer, cookie } = await comeBack(portal)
    await browser.request(answer)
    scene.provider.clearRequests()
    for (let count = 0; count < 3; count += 1) {
      await expectRefused(await ask(portal, answer.href, { cookie }), 400, 'FLYTE_AUTH_CALLBACK_REPLAYED')
    }
    // The provider would take a code that comes twice for stolen, and end the session.
    expect(scene.provider.requestsTo('/token')).toEqual([])
    expect(await browser.me()).not.toBeNull()
  })

  test('is refused at another instance that shares the store', async () => {
    const store = memoryStore()
    const first = scene.portal({ store })
    const second = scene.portal({ store, cookieKeys: first.options.cookieKeys })
    const { browser, answer, cookie } = await comeBack(first)
    await browser.request(answer)
    await expectRefused(await ask(second, answer.href, { cookie }), 400, 'FLYTE_AUTH_CALLBACK_REPLAYED')
  })

  test('ten times at once gives one session', async () => {
    const store = memoryStore()
    const first = scene.portal({ store })
    const second = scene.portal({ store, cookieKeys: first.options.cookieKeys })
    const { answer, cookie } = await comeBack(first)
    scene.provider.clearRequests()
    const portals = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? first : second))
    const responses = await Promise.all(portals.map((portal) => ask(portal, answer.href, { cookie })))
    expect(responses.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(400)])
    expect(scene.provider.requestsTo('/token')).toHaveLength(1)
  })

  test('is refused although Flyte Admin takes its codes twice', async () => {
    const grantTypes = ['authorization_code', 'refresh_token']
    const clients = [{ id: 'portal', secret: clientSecret, grantTypes, redirectUris: [redirectUri] }]
    await using admin = await startFlyteAdmin({ clients })
    const portal = createPortal({ endpoint: admin.url, scopes: ['all', 'offline'] })
    const { browser, answer, cookie } = await comeBack(portal)
    expect((await browser.request(answer)).status).toBe(303)
    admin.clearRequests()
    await expectRefused(await ask(portal, answer.href, { cookie }), 400, 'FLYTE_AUTH_CALLBACK_REPLAYED')
    expect(admin.requests).toEqual([])
  })

  test('is refused after the victim has logged out', async () => {
    const portal = scene.portal()
    const { browser, answer, cookie } = await comeBack(portal)
    await browser.request(answer)
    await browser.request(`${origin}/logout`)
    await expectRefused(await ask(portal, answer.href, { cookie }), 400, 'FLYTE_AUTH_CALLBACK_REPLAYED')
  })
})

describe('a session cookie that was kept', () => {
  test('is refused after a logout, at every instance', async () => {
    const store = memoryStore()
    const first = scene.portal({ store })
    const second = scene.portal({ store, cookieKeys: first.options.cookieKeys })
    const { browser, cookie } = await logIn(first)
    await browser.request(`${origin}/logout`)
    for (const portal of [first, second]) {
      expect(await (await ask(portal, '/me', { cookie })).json()).toBeNull()
      await expectRefused(await ask(portal, '/api/v1/projects', { cookie }), 401, 'FLYTE_AUTH_LOGGED_OUT')
    }
  })

  test('is refused after the same browser has logged in again', async () => {
    const portal = scene.portal()
    const { browser, cookie } = await logIn(portal)
    await browser.logIn()
    await expectRefused(await ask(portal, '/api/v1/projects', { cookie }), 401, 'FLYTE_AUTH_LOGGED_OUT')
  })

  test('lives until its access token ends where there is no store, as is documented', async () => {
    const portal = scene.portal({ store: 'cookie' })
    const { browser, cookie } = await logIn(portal)
    await browser.request(`${origin}/logout`)
    expect(await browser.me()).toBeNull()
    expect((await ask(portal, '/api/v1/projects', { cookie })).status).toBe(200)
    await portal.clock.advance(300_000)
    await expectRefused(await ask(portal, '/api/v1/projects', { cookie }), 401, 'FLYTE_AUTH_LOGGED_OUT')
  })

  test.each<[string, Parameters<typeof createPortal>[0], number]>([
    ['nobody used it for the idle time', { idleTimeout: 60_000 }, 60_000],
    ['it is as old as it may become', { absoluteTimeout: 120_000 }, 120_000],
  ])('is refused when %s', async (_, options, time) => {
    const portal = scene.portal(options)
    const { cookie } = await logIn(portal)
    await portal.clock.advance(time - 1_000)
    expect((await ask(portal, '/api/v1/projects', { cookie })).status).toBe(200)
    await portal.clock.advance(1_000)
    await expectRefused(await ask(portal, '/api/v1/projects', { cookie }), 401, 'FLYTE_AUTH_LOGGED_OUT')
  })

  test('cannot be kept alive past its age by using it', async () => {
    const portal = scene.portal({ idleTimeout: 60_000, absoluteTimeout: 200_000 })
    const { browser } = await logIn(portal)
    for (let time = 0; time < 180_000; time += 30_000) {
      await portal.clock.advance(30_000)
      expect(await browser.me()).not.toBeNull()
    }
    await portal.clock.advance(30_000)
    expect(await browser.me()).toBeNull()
  })

  test('is not what Flyte Admin would take: its own cookies mean nothing here, and ours nothing there', async () => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    scene.admin.clearRequests()
    const flytes = 'flyte_at_1=a; flyte_at_2=b; flyte_idt=c; flyte_rt=d; flyte_user_info=e'
    await expectRefused(await ask(portal, '/api/v1/projects', { cookie: flytes }), 401, 'FLYTE_AUTH_LOGGED_OUT')
    expect(scene.admin.requests).toEqual([])
    await ask(portal, '/api/v1/projects', { cookie: `${flytes}; ${cookie}` })
    expect(scene.admin.requests[0]?.headers).not.toHaveProperty('cookie')
  })
})

test('who reads the store can make no cookie of what is there', async () => {
  const store = memoryStore()
  const keys = new Set<string>()
  const watched = {
    ...store,
    set: (key: string, tokenSet: never) => {
      keys.add(key)
      return store.set(key, tokenSet)
    },
  }
  const portal = scene.portal({ store: watched })
  const { cookie } = await logIn(portal)
  const [key] = [...keys].filter((each) => !each.includes('used'))
  const id = key?.split(':').at(-1) as string
  expect(cookie).not.toContain(id)
  for (const value of [id, key as string]) {
    await expectRefused(
      await ask(portal, '/api/v1/projects', { cookie: `${session}=${value}` }),
      401,
      'FLYTE_AUTH_LOGGED_OUT',
    )
  }
})

test('two browsers never see each other', async () => {
  const portal = scene.portal()
  const [one, other] = [createBrowser(portal), createBrowser(portal)]
  await one.logIn()
  expect(await other.me()).toBeNull()
  await other.logIn()
  await one.request(`${origin}/logout`)
  expect([await one.me(), await other.me()]).toMatchObject([null, { user: {} }])
})
