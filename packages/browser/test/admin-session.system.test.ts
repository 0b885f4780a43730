import type { BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as SessionPage from './session-page.js'
import { pageOf, pageScript } from './site.js'
import {
  browserNames,
  type Stage,
  type StartedBrowser,
  startBrowser,
  startEmbeddedStage,
  startStage,
  type ThirdPartyCookies,
} from './stage.js'

declare const page: typeof SessionPage

const person = { subject: 'user-1', name: 'Test User', preferredUsername: 'tuser', email: 'tuser@example.com' }
const user = (tab: Page) => tab.evaluate(() => page.user())
const callAdmin = (tab: Page, times = 1) => tab.evaluate((times) => page.callAdmin(times), times)
const expired = (tab: Page) => tab.evaluate(() => page.events.filter(({ type }) => type === 'session.expired'))

/** Leaves the page, and waits for the one that comes back. */
async function leave(tab: Page, by: 'login' | 'logout', returnTo?: string): Promise<void> {
  await tab.evaluate(
    ([by, returnTo]) => {
      Object.assign(window, { isLeft: true })
      page.session[by](returnTo === undefined ? {} : { returnTo })
    },
    [by, returnTo] as const,
  )
  await tab.waitForFunction(() => !('isLeft' in window) && 'page' in window)
}

/** What this browser keeps of the session. */
async function sessionCookies(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies()
  return cookies.map(({ name }) => name).filter((name) => /^flyte_(at|idt|rt)/.test(name))
}

describe.each(browserNames)('in %s', (browserName) => {
  const browsers = new Map<ThirdPartyCookies, StartedBrowser>()
  const contexts: BrowserContext[] = []
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
  })
  beforeAll(async () => {
    for (const kind of ['allowed', 'blocked'] as const) browsers.set(kind, await startBrowser(browserName, kind))
  })
  afterAll(async () => {
    for (const browser of browsers.values()) await browser.close()
  })

  /** Opens a page in a browser that has been nowhere. */
  async function open(url: string, thirdPartyCookies: ThirdPartyCookies = 'allowed'): Promise<Page> {
    const context = await (browsers.get(thirdPartyCookies) as StartedBrowser).newContext()
    contexts.push(context)
    const tab = await context.newPage()
    await tab.goto(url)
    return tab
  }

  describe.each(['default', 'none'] as const)('at a Flyte Admin with %s cookies', (cookies) => {
    let stage: Stage
    beforeAll(async () => {
      stage = await startStage(cookies)
      stage.site.settings = { endpoint: stage.endpoint }
    })
    afterAll(() => stage.close())

    it.each(['allowed', 'blocked'] as const)(
      'a page of the same site has the session, third-party cookies %s, until it logs out',
      async (thirdPartyCookies) => {
        const tab = await open(`${stage.site.sameSite}/board?of=all;some#top`, thirdPartyCookies)
        expect(await user(tab)).toEqual({ user: null })
        expect(await callAdmin(tab)).toEqual(['FLYTE_ADMIN_UNAUTHENTICATED'])
        await leave(tab, 'login')
        expect(tab.url()).toBe(`${stage.site.sameSite}/board?of=all%3Bsome#top`)
        expect(await user(tab)).toMatchObject({ user: { ...person, claims: { sub: 'user-1' } } })
        expect(await callAdmin(tab, 3)).toEqual(['OK', 'OK', 'OK'])
        expect(await tab.evaluate(async () => (await page.identity.userInfo()).subject)).toBe('user-1')
        expect(await tab.evaluate(() => document.cookie)).toBe('')

        // Again, and at once: the session is there.
        await leave(tab, 'login', '/elsewhere')
        expect(tab.url()).toBe(`${stage.site.sameSite}/elsewhere`)
        expect(await user(tab)).toMatchObject({ user: person })

        await leave(tab, 'logout', '/bye')
        expect(tab.url()).toBe(`${stage.site.sameSite}/bye`)
        expect(await sessionCookies(tab.context())).toEqual([])
        expect(await user(tab)).toEqual({ user: null })
        expect(await expired(tab)).toEqual([])
      },
    )

    // Firefox takes cookies that say nothing for SameSite=None, Chromium for Lax.
    const isLax = cookies === 'default' && browserName === 'chromium'
    it(`a page of another site ${isLax ? 'is told why it has no session' : 'has the session'} where third-party cookies are allowed`, async () => {
      const tab = await open(`${stage.site.crossSite}/`)
      expect(await user(tab)).toEqual({ user: null })
      await leave(tab, 'login')
      expect(tab.url()).toBe(`${stage.site.crossSite}/`)
      if (isLax) return expectBlocked(tab)
      expect(await user(tab)).toMatchObject({ user: person })
      expect(await callAdmin(tab)).toEqual(['OK'])
      await leave(tab, 'logout')
      expect(await user(tab)).toEqual({ user: null })
    })

    it('a page of another site is told why it has no session where third-party cookies are blocked', async () => {
      const tab = await open(`${stage.site.crossSite}/`, 'blocked')
      await leave(tab, 'login')
      await expectBlocked(tab)
    })

    async function expectBlocked(tab: Page): Promise<void> {
      for (const _ of ['twice', 'in the same load of the page']) {
        expect(await user(tab)).toMatchObject({
          code: 'FLYTE_AUTH_COOKIES_BLOCKED',
          error: expect.stringMatching(/two sites, .*third-party cookies.*NoneMode.*code-auth/),
        })
      }
      expect(await callAdmin(tab)).toEqual(['FLYTE_ADMIN_UNAUTHENTICATED'])
      // The session itself is there, which would send a page that logs in again round for ever.
      expect(await sessionCookies(tab.context())).toHaveLength(4)
      await tab.reload()
      expect(await user(tab)).toEqual({ user: null })
    }
  })

  describe('at an embedded Flyte Admin', () => {
    let stage: Stage & { admin: NonNullable<Stage['admin']> }
    let ahead = 0
    beforeAll(async () => {
      stage = await startEmbeddedStage('default', { clock: { now: () => Date.now() + ahead } })
    })
    afterAll(() => stage.close())
    beforeEach(() => {
      stage.site.settings = { endpoint: stage.endpoint }
      stage.admin.clearRequests()
    })

    it('a session that expires is told once, and renewed by a login without a question', async () => {
      const tab = await open(stage.site.sameSite)
      await leave(tab, 'login')
      expect(await user(tab)).toMatchObject({ user: person })
      ahead += 3_601_000
      expect(await callAdmin(tab, 20)).toEqual(Array(20).fill('FLYTE_ADMIN_UNAUTHENTICATED'))
      expect(await callAdmin(tab, 20)).toHaveLength(20)
      expect(await user(tab)).toEqual({ user: null })
      expect(await expired(tab)).toEqual([{ type: 'session.expired', endpoint: `${stage.endpoint}/` }])
      expect(stage.admin.requestsTo('/login')).toHaveLength(1)

      // Another tab of the same browser renews it.
      const other = await tab.context().newPage()
      await other.goto(stage.site.sameSite)
      await leave(other, 'login')
      expect(stage.admin.requestsTo('/callback')).toHaveLength(1)
      expect(await user(tab)).toMatchObject({ user: person })
      expect(await callAdmin(tab)).toEqual(['OK'])
      ahead += 3_601_000
      expect(await callAdmin(tab, 20)).toHaveLength(20)
      expect(await expired(tab)).toHaveLength(2)
    })

    it('a person who comes back by the back button is signed out, not blocked', async () => {
      const tab = await open(stage.site.crossSite)
      stage.admin.answer('/login', { status: 200, headers: { 'content-type': 'text/html' }, body: 'Who are you?' }, 1)
      await tab.evaluate(() => page.session.login())
      await tab.waitForURL(`${stage.endpoint}/login?*`)
      await tab.evaluate(() => history.back())
      await tab.waitForFunction(() => 'page' in window)
      expect(await user(tab)).toEqual({ user: null })
    })

    it('a page on its own origin has the session without CORS', async () => {
      const html = { 'content-type': 'text/html' }
      stage.admin.answer('/console', {
        status: 200,
        headers: html,
        body: pageOf({ endpoint: '/' }, await pageScript()),
      })
      const tab = await open(`${stage.endpoint}/console?x=1`)
      await leave(tab, 'login')
      expect(tab.url()).toBe(`${stage.endpoint}/console?x=1`)
      const [login] = stage.admin.requestsTo('/login')
      expect(login?.query.get('redirect_url')).toBe('/console?x=1')
      expect(await user(tab)).toMatchObject({ user: person })
      expect(await callAdmin(tab)).toEqual(['OK'])
    })

    it('a page leaves for allowed places alone, and its requests stay at Flyte Admin', async () => {
      stage.site.settings = { endpoint: stage.endpoint, allowedRedirects: [`${stage.site.crossSite}/in`] }
      const tab = await open(stage.site.sameSite)
      const outcomes = await tab.evaluate(
        async ([endpoint, crossSite]) => {
          const places = [
            'https://evil.example',
            '//evil.example',
            '/\\evil.example',
            'javascript:alert(1)',
            `${crossSite}/inner`,
          ]
          const refused = places.map((returnTo) => {
            try {
              return String(page.session.login({ returnTo }))
            } catch (error) {
              return String(error)
            }
          })
          const urls = ['https://evil.example/x', `${endpoint}.evil.example/`, 'api/v1/projects', 'data:,x']
          const failed = urls.map((url) => page.session.fetch(url).catch(String))
          return [...refused, ...(await Promise.all(failed))]
        },
        [stage.endpoint, stage.site.crossSite] as const,
      )
      for (const outcome of outcomes) expect(outcome).toMatch(/returnTo must be on|takes URLs under/)
      expect(stage.admin.requestsTo('/login')).toHaveLength(0)
      await leave(tab, 'login', `${stage.site.crossSite}/in/side`)
      expect(tab.url()).toBe(`${stage.site.crossSite}/in/side`)
    })
  })

  describe('at a Flyte Admin whose CORS', () => {
    let stage: (Stage & { admin: NonNullable<Stage['admin']> }) | undefined
    afterEach(() => stage?.close())

    it.each([
      [
        'lets in another origin alone',
        ['http://elsewhere.example'],
        /does not let http:\/\/localhost:\d+ in.*allowedOrigins/,
      ],
      [
        'lets in everybody',
        ['*'],
        /every origin .*\*.*request with cookies.*allowedOrigins to name http:\/\/localhost/,
      ],
    ])('%s, a page is told what to set', async (_, allowedOrigins, reason) => {
      stage = await startEmbeddedStage('default', { cors: { allowedOrigins } })
      stage.site.settings = { endpoint: stage.endpoint }
      const tab = await open(stage.site.sameSite)
      await leave(tab, 'login')
      expect(await user(tab)).toMatchObject({ code: 'FLYTE_AUTH_CORS_REFUSED', error: expect.stringMatching(reason) })
      await stage.admin.close()
      expect(await user(tab)).toMatchObject({ code: 'FLYTE_HTTP_UNREACHABLE' })
    })
  })
})
