// A person at the portal, in Chromium and Firefox: from the provider's login page to the cookie that is good for nothing any more.
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserNames, startBrowser } from '../../pkce-auth/test/stage.js'
import { type RedisServer, startRedisServer } from '../../token-store/test/redis-server.js'
import { type ProviderStage, startProviderStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

const projects = ['flyteexamples', 'flytesnacks', 'flytetester']

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedisServer()
})
afterAll(() => redis.stop())

describe.each(browserNames)('in %s', (browserName) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser(browserName)
  })
  afterAll(() => browser.close())

  describe.each([1, 2])('a portal in %i process(es)', (instances) => {
    let stage: ProviderStage
    let visitor: Visitor
    beforeAll(async () => {
      // One process keeps its sessions to itself; two share a Redis, and take forms alone.
      const portal = instances === 1 ? {} : { redisUrl: redis.url, requirePost: true }
      stage = await startProviderStage({ instances, portal })
    })
    afterAll(() => stage.close())
    beforeEach(async () => {
      stage.provider.clearRequests()
      stage.admin.clearRequests()
      visitor = await createVisitor(browser, stage.origin)
    })
    afterEach(() => visitor.close())

    const authorizations = () => stage.admin.requestsTo('/api/v1/projects').map(({ headers }) => headers.authorization)
    /** What somebody gets who has got hold of a cookie, from each process. */
    const statusesWith = (cookie: string) =>
      Promise.all(
        stage.instances.map(async ({ url }) => (await fetch(`${url}/api/v1/projects`, { headers: { cookie } })).status),
      )
    const cookieHeader = async () => (await visitor.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')

    it('knows who signed in, and hands calls on to Flyte Admin', async () => {
      expect(await statusesWith('')).toEqual(Array(instances).fill(401))
      await visitor.press('Sign in')
      await visitor.logIn('flora')
      expect(visitor.page.url()).toBe(`${stage.origin}/projects`)
      expect(await visitor.page.getByRole('heading').textContent()).toBe('Test User')
      expect(await visitor.projects()).toEqual(projects)

      const [authorization, ...others] = authorizations()
      expect(authorization).toMatch(/^Bearer ey/)
      expect(others).toEqual([])
      const { cookie } = stage.admin.requestsTo('/api/v1/projects')[0]?.headers ?? {}
      expect(cookie).toBeUndefined()
      // The browser has a sealed id, and its scripts have nothing.
      const kept = await visitor.cookies()
      expect(kept.map(({ name }) => name)).toEqual(['flyte-js-session'])
      expect(kept[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
      expect(JSON.stringify(kept[0]).length).toBeLessThan(1000)
      // It goes when nobody would take it any more.
      const left = (kept[0]?.expires ?? 0) - Date.now() / 1000
      // Browsers round.
      expect([left > 8 * 3600 - 60, left < 8 * 3600 + 5]).toEqual([true, true])
      expect(await visitor.readable()).toBe(JSON.stringify(['', {}, {}, `${stage.origin}/projects`]))
    })

    if (instances === 2) {
      it('leaves nothing in Redis that would stay there if both processes were gone', async () => {
        await visitor.press('Sign in')
        await visitor.logIn('flora')
        await visitor.projects()
        await stage.endTokens()
        expect((await visitor.callAdmin(1)).map(({ status }) => status)).toEqual([200])
        const lives = Object.values(await redis.lives())
        expect(lives.length).toBeGreaterThan(1)
        // A session of a day, and a minute.
        for (const life of lives) expect([life > 0, life <= 24 * 3_600_000 + 60_000]).toEqual([true, true])
      })
    }

    it('renews once for 50 calls at once, signs out, and refuses the old cookie', async () => {
      await visitor.press('Sign in')
      await visitor.logIn('flora')
      await visitor.projects()
      const [before] = authorizations()
      // Answered late, so that all have to wait for it.
      stage.provider.fault('/token', { kind: 'delay', milliseconds: 300 })
      await stage.endTokens()
      const answers = await visitor.callAdmin(50)
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      expect(new Set(answers.map(({ instance }) => instance)).size).toBe(instances)
      expect(stage.refreshes()).toBe(1)
      const [, ...after] = authorizations()
      expect(new Set(after).size).toBe(1)
      expect(after[0]).not.toBe(before)

      const saved = await visitor.cookies()
      const old = await cookieHeader()
      expect(await statusesWith(old)).toEqual(Array(instances).fill(200))
      await visitor.press('Sign out')
      await visitor.page.getByText('Nobody is signed in.').waitFor()
      expect(await visitor.cookies()).toEqual([])
      const calls = stage.admin.requests.length
      expect(await statusesWith(old)).toEqual(Array(instances).fill(401))
      // Nor does it help to put it back into the browser.
      await visitor.context.addCookies(saved)
      await visitor.page.goto(`${stage.origin}/projects`)
      await visitor.page.getByText('Nobody is signed in.').waitFor()
      expect(stage.admin.requests.length).toBe(calls)
      // What was stolen of it before the end is no use either.
      expect(stage.provider.requestsTo('/token/revocation').map(({ status }) => status)).toEqual([200])
      expect(stage.refreshes()).toBe(1)
    })
  })
})
