import type { BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ClientPage, PageSettings } from './app/client-page.js'
import { type ClientStage, deliveries, startClientStage } from './client-stage.js'
import { browserNames, type StartedBrowser, startBrowser } from './stage.js'

declare const page: ClientPage

const projects = ['flyteexamples', 'flytesnacks', 'flytetester']
/** What speaks OAuth, whatever a bundler calls it. */
const oauth = /oauth4webapi|person-login/

describe.each(deliveries)('a page by %s', (delivery) => {
  let stage: ClientStage
  beforeAll(async () => {
    stage = await startClientStage(delivery)
  })
  afterAll(() => stage.close())

  describe.each(browserNames)('in %s', (browserName) => {
    let browser: StartedBrowser
    let context: BrowserContext
    let faults: string[]
    beforeAll(async () => {
      browser = await startBrowser(browserName, 'blocked')
    })
    afterAll(() => browser.close())
    beforeEach(async () => {
      context = await browser.newContext()
      faults = []
      context.on('weberror', (error) => faults.push(String(error.error())))
      stage.site.scripts.length = 0
      for (const server of [stage.self, stage.external, stage.issuer]) server.clearRequests()
    })
    afterEach(async () => {
      await context.close()
      expect(faults).toEqual([])
    })

    const isReady = (tab: Page) => tab.waitForFunction(() => !('isLeft' in window) && 'page' in window)
    const user = (tab: Page) => tab.evaluate(() => page.user())
    const list = (tab: Page) => tab.evaluate(() => page.listProjects())
    const loaded = (what: RegExp) => stage.site.scripts.filter((path) => what.test(path))

    async function open(path: string, settings: PageSettings): Promise<Page> {
      stage.site.settings = settings
      const tab = await context.newPage()
      await tab.goto(stage.site.origin + path)
      await isReady(tab)
      return tab
    }

    /** Leaves the page, and waits for the one that comes back. */
    async function leave(tab: Page, by: 'login' | 'logout' = 'login'): Promise<void> {
      await tab.evaluate((by) => {
        Object.assign(window, { isLeft: true })
        page[by]()
      }, by)
      await isReady(tab)
    }

    it.each(['self', 'external'] as const)(
      'logs in by a redirect at the %s server, once for all loads of the page, until it logs out',
      async (server) => {
        const tab = await open('/board?of=all#top', { endpoint: stage[server].url, auth: 'pkce' })
        expect(await user(tab)).toEqual({ result: null })
        expect(await list(tab)).toEqual({ error: 'FLYTE_AUTH_LOGGED_OUT' })
        expect(stage[server].requests).toEqual([])
        expect(loaded(oauth)).toEqual([])

        await leave(tab)
        expect(await tab.evaluate(() => page.finished)).toEqual({ result: { returnTo: '/board?of=all#top' } })
        expect(tab.url()).toBe(`${stage.site.origin}/`)
        expect(await tab.evaluate(() => page.handleAgain())).toEqual({ result: { returnTo: '/board?of=all#top' } })
        expect(await user(tab)).toMatchObject({ result: { subject: 'user-1' } })
        expect(await list(tab)).toEqual({ result: projects })
        expect(loaded(oauth)).not.toEqual([])

        // The next load needs no code of the login, and nothing of what it does not use.
        stage.site.scripts.length = 0
        await tab.reload()
        await isReady(tab)
        expect(await list(tab)).toEqual({ result: projects })
        expect(await tab.evaluate(() => page.handleAgain())).toEqual({})
        expect(loaded(/oauth4webapi|person-login|indexed-db|admin-session|wait-for|executions/)).toEqual([])
        expect(await tab.evaluate(() => page.waitForExecution())).toEqual({ error: 'FLYTE_ADMIN_RPC_FAILED' })

        // Another tab has a login of its own.
        const other = await open('/', { endpoint: stage[server].url, auth: 'pkce' })
        expect(await user(other)).toEqual({ result: null })

        expect(await tab.evaluate(() => page.logout())).toEqual({ result: { revoked: false } })
        expect(await user(tab)).toEqual({ result: null })
        expect(await list(tab)).toEqual({ error: 'FLYTE_AUTH_LOGGED_OUT' })
      },
    )

    it('logs in by a popup, for all tabs, encrypted', async () => {
      const settings = { endpoint: stage.external.url, auth: 'pkce', login: 'popup', storage: 'indexed-db' } as const
      const tab = await open('/board', settings)
      // For the click it is there already.
      await expect.poll(() => loaded(oauth)).not.toEqual([])
      await tab.click('button')
      expect(await tab.evaluate(() => page.clicked[0])).toMatchObject({ result: { tokenType: 'bearer' } })
      expect(tab.url()).toBe(`${stage.site.origin}/board`)
      expect(await list(tab)).toEqual({ result: projects })
      await expect.poll(() => context.pages().length).toBe(1)
      // Who is logged in has no click to be ready for.
      stage.site.scripts.length = 0
      await tab.reload()
      await isReady(tab)
      expect(await list(tab)).toEqual({ result: projects })
      expect(loaded(oauth)).toEqual([])

      const other = await open('/', { ...settings, login: 'redirect' })
      expect(await list(other)).toEqual({ result: projects })
      expect(await tab.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)])).toEqual([[], []])
      await other.evaluate(() => page.logout())
      await expect.poll(() => user(tab)).toEqual({ result: null })
    })

    it('renews a login that all tabs share, by its refresh token', async () => {
      const offline = { scopes: ['all', 'offline'], offline: true, storage: 'local' } as const
      const tab = await open('/', { endpoint: stage.self.url, auth: 'pkce', ...offline })
      await leave(tab)
      stage.self.answer('/api/v1/projects', { status: 401 }, 1)
      expect(await list(tab)).toEqual({ result: projects })
      const grantTypes = stage.self
        .requestsTo('/oauth2/token')
        .map(({ body }) => new URLSearchParams(body).get('grant_type'))
      expect(grantTypes).toEqual(['authorization_code', 'refresh_token'])
    })

    it("uses the session of Flyte Admin's cookies", async () => {
      const tab = await open('/board', { endpoint: stage.self.url, auth: 'admin-session' })
      expect(await user(tab)).toEqual({ result: null })
      await leave(tab)
      expect(tab.url()).toBe(`${stage.site.origin}/board`)
      expect(await user(tab)).toMatchObject({ result: { subject: 'user-1', name: 'Test User' } })
      expect(await list(tab)).toEqual({ result: projects })
      await leave(tab, 'logout')
      expect(await user(tab)).toEqual({ result: null })
      expect(loaded(/oauth4webapi|person-login|pkce-tokens|web-storage|indexed-db/)).toEqual([])
    })
  })
})
