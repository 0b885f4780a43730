import { followRedirects, startAuthorizationServer } from '@flyte-js/testing'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as LoginPage from './login-page.js'
import { browserNames, type EmbeddedStage, startBrowser, startEmbeddedStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

// What can go wrong, or is meant to, when a page is left for a login and come back to.

declare const page: typeof LoginPage

const html = { 'content-type': 'text/html' }

/** Something to wait for, and what ends that. */
function gate(): { isOpen: Promise<void>; open(): void } {
  let open = () => {}
  const isOpen = new Promise<void>((resolve) => {
    open = resolve
  })
  return { isOpen, open }
}

describe.each(browserNames)('a redirect login in %s', (browserName) => {
  // Firefox takes no address that is longer than 1 MiB as a whole.
  const long = 'x'.repeat(2 ** 20 - (browserName === 'firefox' ? 1_000 : 0))
  let browser: Browser
  let stage: EmbeddedStage
  let visitor: Visitor
  beforeAll(async () => {
    browser = await startBrowser(browserName)
    stage = await startEmbeddedStage('external')
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
  })
  beforeEach(async () => {
    visitor = await createVisitor(browser, stage)
  })
  afterEach(() => visitor.close())

  const handled = (tab: Page) => tab.evaluate(() => Promise.all(page.handled))
  const kept = (tab: Page) => tab.evaluate(() => Object.keys(sessionStorage).length)
  const tokenStatuses = () => stage.tokenRequests().map(({ status }) => status)

  /** Leaves the page for a login, and stops where a person is asked. */
  async function begin(tab: Page): Promise<string> {
    stage.issuer.answer('/auth', { status: 200, headers: html, body: 'Who are you?' }, 1)
    await tab.evaluate(() => void page.login())
    await tab.waitForURL(`${stage.issuer.issuer}/auth?*`)
    return tab.url()
  }

  /** The answer of a person who logs in with another browser there. */
  const answerTo = (authorizationUrl: string) => followRedirects(authorizationUrl, { until: stage.redirectUri })

  /** The same, with other parameters. */
  function forged(answer: URL, parameters: Record<string, string>): string {
    const url = new URL(answer)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url.href
  }

  /** Logs in honestly, from wherever the tab is. */
  async function expectLogin(tab: Page, authorizationUrl: string): Promise<void> {
    await tab.goto((await answerTo(authorizationUrl)).href)
    expect((await handled(tab))[0]).toMatchObject({ accessToken: expect.any(String) })
    expect(tab.url()).toBe(stage.redirectUri)
  }

  describe('handles its callback', () => {
    it.each(['twice', 'by two'] as const)('%s, as StrictMode does, with one request and one answer', async (handle) => {
      const tab = await visitor.open('/', { handle, store: 'session' })
      await visitor.leave(tab)
      const [first, second] = await handled(tab)
      expect(first).toMatchObject({ accessToken: expect.any(String), returnTo: '/' })
      expect(second).toEqual(first)
      expect(tokenStatuses()).toEqual([200])
      // Clean before anything was awaited; and never left a second time.
      expect(await tab.evaluate(() => page.addressThen)).toBe(stage.redirectUri)
      expect(stage.issuer.requestsTo('/auth')).toHaveLength(1)
      expect(await tab.evaluate(() => page.handleAgain())).toEqual(first)
      expect(tokenStatuses()).toEqual([200])
      // What is renewed later is not replaced by what came then.
      expect(await tab.evaluate(() => page.getToken())).toMatchObject({ accessToken: first?.accessToken })
    })

    it('of which nothing is left but what was not its own', async () => {
      const tab = await visitor.open('/')
      const answer = await answerTo(await begin(tab))
      await tab.goto(`${answer.href}&kept=a%20b&flag&scope=of+the+answer#fragment`)
      expect(await handled(tab)).toEqual([expect.objectContaining({ accessToken: expect.any(String) })])
      expect(tab.url()).toBe(`${stage.redirectUri}?kept=a%20b&flag#fragment`)
      expect(await kept(tab)).toBe(0)
      // Nor is there any on the way back.
      await tab.goto(`${stage.site.origin}/elsewhere`)
      await tab.evaluate(() => history.back())
      await expect.poll(() => tab.evaluate(() => location.href)).toBe(`${stage.redirectUri}?kept=a%20b&flag#fragment`)
    })

    it('keeps the state of the history entry', async () => {
      const tab = await visitor.open('/', { handle: 'never' })
      const answer = await answerTo(await begin(tab))
      await tab.goto(`${stage.site.origin}/elsewhere`)
      const outcome = await tab.evaluate((href) => {
        history.replaceState({ of: 'the router' }, '', href)
        return page.handleAgain()
      }, answer.href)
      expect(outcome).toMatchObject({ accessToken: expect.any(String) })
      expect(await tab.evaluate(() => [location.href, history.state])).toEqual([
        stage.redirectUri,
        { of: 'the router' },
      ])
    })

    it('also where a token is wanted before: the page is not left again', async () => {
      const tab = await visitor.open('/', { handle: 'never' })
      await tab.goto((await answerTo(await begin(tab))).href)
      const outcome = await tab.evaluate(() => page.getToken())
      expect(outcome).toMatchObject({ accessToken: expect.any(String) })
      expect(tab.url()).toBe(stage.redirectUri)
      expect(await tab.evaluate(() => page.handleAgain())).toEqual({ ...outcome, returnTo: '/' })
      expect(tokenStatuses()).toEqual([200])
    })

    it('and a login after that is a new one', async () => {
      const tab = await visitor.open('/')
      const first = await visitor.leave(tab)
      const second = await visitor.leave(tab)
      expect(second).toMatchObject({ accessToken: expect.any(String), returnTo: '/callback' })
      expect(second?.accessToken).not.toBe(first?.accessToken)
    })

    it('leads back to this origin, whatever the path begins with', async () => {
      const tab = await visitor.open('//evil.example/path')
      expect(await visitor.leave(tab)).toMatchObject({ returnTo: '/evil.example/path' })
    })

    it.each(['/elsewhere?code=1&state=2', '/callback?state=open', '/callback?code=summer'])(
      'but not what is none: %s',
      async (path) => {
        const tab = await visitor.open(path)
        expect(await handled(tab)).toEqual([undefined])
        expect(tab.url()).toBe(stage.site.origin + path)
      },
    )
  })

  describe('refuses', () => {
    const mismatch = [{ code: 'FLYTE_AUTH_STATE_MISMATCH', error: expect.any(String) }]

    it.each([
      ['a forged state', '?code=canary-code&state=canary-state'],
      ['two states', '?code=canary-code&state=canary-state&state=canary-other'],
      ['an error of nobody', '?error=access_denied&state=canary-state'],
      ['a query of 1 MiB', `?code=canary-code&state=canary-state&padding=${long}`],
      ['a state of 1 MiB', `?code=canary-code&state=canary-state${long}`],
    ])('%s, before a login and during one, which still succeeds', async (_, query) => {
      const tab = await visitor.open(`/callback${query}`)
      expect(await handled(tab)).toEqual(mismatch)
      await tab.goto(stage.site.origin)
      const authorizationUrl = await begin(tab)
      await tab.goto(stage.redirectUri + query)
      expect(await handled(tab)).toEqual(mismatch)
      expect(tab.url()).not.toContain('canary')
      expect(await tab.evaluate(() => page.handleAgain())).toEqual(mismatch[0])
      expect(await visitor.inSight(tab)).not.toContain('canary')
      expect(JSON.stringify(await handled(tab))).not.toContain('canary')
      expect(tokenStatuses()).toEqual([])
      await expectLogin(tab, authorizationUrl)
      expect(tokenStatuses()).toEqual([200])
    })

    it('the answer of another tab, which that tab can still use', async () => {
      const [tab, other] = [await visitor.open('/'), await visitor.open('/')]
      const authorizationUrl = await begin(tab)
      const answer = await answerTo(authorizationUrl)
      await other.goto(answer.href)
      expect(await handled(other)).toEqual(mismatch)
      await tab.goto(answer.href)
      expect(await handled(tab)).toEqual([expect.objectContaining({ accessToken: expect.any(String) })])
      expect(tokenStatuses()).toEqual([200])
    })

    it("another session's code", async () => {
      const tab = await visitor.open('/')
      const elsewhere = await answerTo(await begin(await visitor.open('/')))
      const answer = await answerTo(await begin(tab))
      await tab.goto(forged(answer, { code: elsewhere.searchParams.get('code') ?? '' }))
      expect(await handled(tab)).toMatchObject([{ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_grant' }])
      expect(await kept(tab)).toBe(0)
      await tab.goto(stage.site.origin)
      await expectLogin(tab, await begin(tab))
    })

    it('another server, which gets nothing', async () => {
      await using evil = await startAuthorizationServer()
      const tab = await visitor.open('/')
      const answer = await answerTo(await begin(tab))
      await tab.goto(forged(answer, { iss: evil.issuer }))
      expect(await handled(tab)).toMatchObject([{ code: 'FLYTE_AUTH_ISSUER_MISMATCH' }])
      expect(evil.requests).toEqual([])
      expect(tokenStatuses()).toEqual([])
      expect(tab.url()).toBe(stage.redirectUri)
      await tab.goto(stage.site.origin)
      await expectLogin(tab, await begin(tab))
    })

    it('a second use, from the history or in the same page, and keeps the login', async () => {
      const tab = await visitor.open('/', { store: 'session' })
      const answer = await answerTo(await begin(tab))
      await tab.goto(answer.href)
      const [first] = await handled(tab)
      expect(first).toMatchObject({ accessToken: expect.any(String) })
      const again = await tab.evaluate(
        (href) => {
          history.replaceState(null, '', href)
          return page.handleAgain()
        },
        forged(answer, { code: 'another' }),
      )
      expect(again).toMatchObject({ code: 'FLYTE_AUTH_CALLBACK_REPLAYED' })
      expect(tab.url()).toBe(stage.redirectUri)
      await tab.goto(answer.href)
      expect(await handled(tab)).toEqual(mismatch)
      expect(tokenStatuses()).toEqual([200])
      expect(await tab.evaluate(() => page.getToken())).toMatchObject({ accessToken: first?.accessToken })
    })

    it.each(['once', 'twice', 'by two'] as const)(
      'nothing that the server refuses itself, and says so (handled %s)',
      async (handle) => {
        const tab = await visitor.open('/', { handle })
        const authorizationUrl = new URL(await begin(tab))
        const answer = new URL(stage.redirectUri)
        answer.search = new URLSearchParams({
          error: 'access_denied',
          error_description: 'no, canary-not-a-secret',
          state: authorizationUrl.searchParams.get('state') ?? '',
          iss: stage.issuer.issuer,
        }).toString()
        await tab.goto(answer.href)
        const outcomes = await handled(tab)
        for (const outcome of outcomes)
          expect(outcome).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
        expect(outcomes).toEqual(outcomes.map(() => outcomes[0]))
        expect(tab.url()).toBe(stage.redirectUri)
        expect(await kept(tab)).toBe(0)
        expect(stage.issuer.requestsTo('/auth')).toHaveLength(1)
        const seen = JSON.stringify(outcomes) + (await visitor.inSight(tab))
        for (const secret of visitor.secrets()) expect(seen).not.toContain(secret)
        await tab.goto(stage.site.origin)
        await expectLogin(tab, await begin(tab))
      },
    )
  })

  it('two tabs log in at the same time, each with its own answer', async () => {
    const [one, two] = [await visitor.open('/one'), await visitor.open('/two')]
    const first = await begin(one)
    const second = await begin(two)
    await two.goto((await answerTo(second)).href)
    await one.goto((await answerTo(first)).href)
    const [outcome, other] = [(await handled(one))[0], (await handled(two))[0]]
    expect([outcome?.returnTo, other?.returnTo]).toEqual(['/one', '/two'])
    expect(outcome?.accessToken).not.toBe(other?.accessToken)
    expect(tokenStatuses()).toEqual([200, 200])
  })

  describe('does not leave', () => {
    it.each([
      ['full', () => sessionStorage.setItem('x', 'x'.repeat(5 * 1024 * 1024 - 100))],
      [
        'forbidden',
        () =>
          Object.defineProperty(window, 'sessionStorage', {
            get() {
              throw new DOMException('The operation is insecure.', 'SecurityError')
            },
          }),
      ],
    ] as const)('where the storage is %s', async (_, spoil) => {
      const tab = await visitor.open('/')
      await tab.evaluate(spoil as () => void)
      const outcome = await tab.evaluate(() => page.login())
      expect(outcome).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE' })
      expect(outcome?.error).toContain('sessionStorage')
      expect(stage.issuer.requestsTo('/auth')).toEqual([])
      expect(tab.url()).toBe(`${stage.site.origin}/`)
    })

    it('for another origin', async () => {
      const tab = await visitor.open('/', { redirectUri: 'https://other.example.com/callback' })
      expect(await tab.evaluate(() => page.login())).toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
      expect(await handled(tab)).toMatchObject([{ code: 'FLYTE_INVALID_ARGUMENT' }])
    })

    it('when it is no longer wanted, even if it has begun to', async () => {
      const [tab, other] = [await visitor.open('/'), await visitor.open('/')]
      const [asked, answered] = [gate(), gate()]
      const answerLate = async () => {
        asked.open()
        await answered.isOpen
        return { status: 200, headers: html, body: 'Too late' }
      }
      stage.issuer.answer('/auth', answerLate, 1)
      await tab.evaluate(() => {
        const outcome = page.acquire()
        // A page that is being left cannot be told by the test itself.
        new BroadcastChannel('test').onmessage = () => {
          Object.assign(window, { outcome, keptThen: sessionStorage.length })
          page.abort()
        }
      })
      await asked.isOpen
      await other.evaluate(() => new BroadcastChannel('test').postMessage('abort'))
      await tab.waitForFunction(() => 'outcome' in window)
      answered.open()
      const found = await tab.evaluate(async () => {
        const { outcome, keptThen } = window as never as { outcome: Promise<LoginPage.Outcome>; keptThen: number }
        return { ...(await outcome), keptThen }
      })
      expect(found).toEqual({ error: expect.stringContaining('no longer wanted'), keptThen: 1 })
      expect(await kept(tab)).toBe(0)
      expect(tab.url()).toBe(`${stage.site.origin}/`)
    })

    it('is told where the server sends nothing to show', async () => {
      const tab = await visitor.open('/', { pace: 0.01 })
      stage.issuer.answer('/auth', { status: 204 }, 1)
      const outcome = await tab.evaluate(() => page.login())
      expect(outcome).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT', error: expect.stringContaining('30 s') })
      // Whoever is at the server all the same can finish.
      expect(await kept(tab)).toBe(1)
    })
  })

  it('lets a page go on to which its person has come back without a login', async () => {
    const tab = await visitor.open('/')
    stage.issuer.answer('/auth', { status: 200, headers: html, body: 'Who are you?' }, 1)
    await tab.evaluate(() => void Object.assign(window, { outcome: page.acquire() }))
    await tab.waitForURL(`${stage.issuer.issuer}/auth?*`)
    await tab.evaluate(() => history.back())
    await tab.waitForFunction(() => 'outcome' in window)
    expect(await tab.evaluate(() => (window as never as { outcome: unknown }).outcome)).toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
      error: expect.stringContaining('come back'),
    })
  })
})
