import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as LoginPage from './login-page.js'
import { browserNames, isReal, type Stage, serverNames, startBrowser, startStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

// Whole logins of a page: from a click, or a token that is needed, to Flyte Admin's answer; then renewal, end and logout. Also
// against a real Flyte Admin: see startStage.

declare const page: typeof LoginPage

const hour = 3_600_000

describe.each(browserNames)('%s', (browserName) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser(browserName)
  })
  afterAll(() => browser.close())

  describe.each(serverNames)('at the server %s', (serverName) => {
    let stage: Stage
    let visitor: Visitor
    beforeAll(async () => {
      stage = await startStage(serverName)
    })
    afterAll(() => stage.close())
    beforeEach(async () => {
      visitor = await createVisitor(browser, stage)
    })
    afterEach(() => visitor.close())

    /** Asks Flyte Admin with a token. */
    async function statusWith(outcome: LoginPage.Outcome | undefined): Promise<number> {
      const headers = { 'flyte-authorization': `Bearer ${outcome?.accessToken}` }
      return (await fetch(`${stage.endpoint}/api/v1/projects`, { headers })).status
    }

    describe.each(['redirect', 'popup'] as const)('by %s', (login) => {
      const logIn = (tab: Parameters<Visitor['click']>[0]) => visitor[login === 'redirect' ? 'leave' : 'click'](tab)

      it('a person logs in, and Flyte Admin lets them in', async () => {
        const tab = await visitor.open('/where?i=was#here', { login })
        const outcome = await logIn(tab)
        expect(outcome).toMatchObject({ accessToken: expect.any(String) })
        expect(await statusWith(outcome)).toBe(200)
        // A page is given no refresh token unasked, whatever scopes are advertised.
        expect(outcome).not.toHaveProperty('refreshToken')
        if (login === 'redirect') expect(outcome?.returnTo).toBe('/where?i=was#here')
        expect(tab.url()).toBe(login === 'redirect' ? stage.redirectUri : `${stage.site.origin}/where?i=was#here`)
        // The token manager has it, and nobody is asked again.
        expect(await tab.evaluate(() => page.getToken())).toMatchObject({ accessToken: outcome?.accessToken })
        expect(visitor.tokenRequests()).toBe(1)
        expect(visitor.context.pages()).toHaveLength(1)

        const seen = await visitor.inSight(tab)
        for (const secret of visitor.secrets(outcome)) expect(seen).not.toContain(secret)
        expect(await tab.evaluate(() => sessionStorage.length)).toBe(0)
      })

      it('a token that has ended is renewed without a person, where the page has asked for that', async () => {
        const tab = await visitor.open('/', { login, offline: true, store: 'session' })
        const first = await logIn(tab)
        expect(first).toMatchObject({ refreshToken: expect.any(String) })
        await tab.evaluate((hour) => page.advance(hour), hour)
        const second = await tab.evaluate(() => page.getToken())
        expect(second?.accessToken).not.toBe(first?.accessToken)
        expect(await statusWith(second)).toBe(200)

        expect(visitor.tokenRequests()).toBe(2)
        if (stage.embedded !== undefined) {
          const { admin, issuer, tokenRequests } = stage.embedded
          const [exchange, refresh] = tokenRequests()
          expect(Object.fromEntries(new URLSearchParams(refresh?.body))).toEqual({
            grant_type: 'refresh_token',
            client_id: 'page',
            refresh_token: first?.refreshToken,
          })
          // Nothing that would need a preflight, which Flyte Admin's default rules would refuse.
          expect([...admin.requests, ...issuer.requests].filter(({ method }) => method === 'OPTIONS')).toEqual([])
          for (const request of [exchange, refresh]) {
            expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8')
            expect(request?.headers).not.toHaveProperty('authorization')
          }
        }
        // And once more, with what the server has given.
        await tab.evaluate((hour) => page.advance(hour), hour)
        expect(await tab.evaluate(() => page.getToken())).not.toHaveProperty('error')
        const seen = JSON.stringify(await tab.evaluate(() => page.events))
        for (const secret of visitor.secrets(first, second)) expect(seen).not.toContain(secret)
      })

      it('where nothing can be renewed, or not any more, a person is asked', async () => {
        const tab = await visitor.open('/', { login, store: 'session' })
        const first = await logIn(tab)
        await tab.evaluate((hour) => page.advance(hour), hour)
        const second = login === 'redirect' ? await visitor.leave(tab, 'getToken') : await logIn(tab)
        expect(second?.accessToken).not.toBe(first?.accessToken)
        expect(visitor.tokenRequests()).toBe(2)
        expect(await tab.evaluate(() => page.getToken())).toMatchObject({ accessToken: second?.accessToken })
      })

      // A real one would take its hour.
      if (!isReal(serverName))
        it('a refresh token that has ended leads to a login', async () => {
          const tab = await visitor.open('/', { login, offline: true, store: 'session' })
          await logIn(tab)
          // Flyte Admin's own server says `server_error` with HTTP 500, others `invalid_grant`.
          if (serverName === 'self') stage.embedded?.advance(3 * hour)
          else stage.embedded?.issuer.answer('/token', { status: 400, body: { error: 'invalid_grant' } }, 1)
          await tab.evaluate((hour) => page.advance(3 * hour), hour)
          if (login === 'popup') await tab.evaluate(() => page.getToken())
          const second = login === 'redirect' ? await visitor.leave(tab, 'getToken') : await logIn(tab)
          expect(second).toMatchObject({ refreshToken: expect.any(String) })
          expect(await statusWith(second)).toBe(200)
        })

      it('a logout ends it, here and at the server where that can be told', async () => {
        const tab = await visitor.open('/', { login, offline: true, store: 'session' })
        const { refreshToken = '' } = (await logIn(tab)) ?? {}
        expect(await tab.evaluate(() => page.logout())).toEqual({ revoked: serverName === 'external' })
        if (serverName === 'external' && stage.embedded !== undefined) {
          const form = { grant_type: 'refresh_token', client_id: 'page', refresh_token: refreshToken }
          const body = new URLSearchParams(form)
          expect((await fetch(`${stage.embedded.issuer.issuer}/token`, { method: 'POST', body })).status).toBe(400)
        }
        expect(await tab.evaluate(() => page.getToken())).toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
        expect(await tab.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(refreshToken)
        // The answer that the page was loaded with does not bring it back.
        if (login === 'redirect') expect(await tab.evaluate(() => page.handleAgain())).toBeUndefined()
        await logIn(tab)
        expect(await tab.evaluate(() => page.getToken())).toMatchObject({ accessToken: expect.any(String) })
      })
    })
  })
})
