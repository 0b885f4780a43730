import { followRedirects } from '@flyte-js/testing'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as LoginPage from './login-page.js'
import { browserNames, type EmbeddedStage, startBrowser, startEmbeddedStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

// What can go wrong, or is meant to, while a popup is open.

declare const page: typeof LoginPage

const html = { 'content-type': 'text/html' }
const tokens = { accessToken: expect.any(String) }

describe.each(browserNames)('a popup login in %s', (browserName) => {
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
    stage.site.headers = {}
    visitor = await createVisitor(browser, stage)
  })
  afterEach(() => visitor.close())

  const open = (settings?: Partial<LoginPage.PageSettings>) => visitor.open('/', { login: 'popup', ...settings })
  const outcome = (tab: Page) => tab.evaluate(() => page.clicked.at(-1))
  /** The addresses of all windows. */
  const addresses = () => visitor.context.pages().map((each) => each.url())

  /** Clicks, and stops where a person is asked. */
  async function begin(tab: Page, headers: Record<string, string> = {}): Promise<Page> {
    stage.issuer.answer('/auth', { status: 200, headers: { ...html, ...headers }, body: 'Who are you?' }, 1)
    const opened = visitor.context.waitForEvent('page')
    await tab.click('button')
    const popup = await opened
    await popup.waitForURL(`${stage.issuer.issuer}/auth?*`)
    return popup
  }

  /** The answer of a person who logs in with another browser there. */
  const answerTo = (popup: Page) => followRedirects(popup.url(), { until: stage.redirectUri })

  it('needs no script at the redirect URI', async () => {
    const tab = await open()
    const popup = await begin(tab)
    stage.site.settings = undefined
    await popup.goto((await answerTo(popup)).href).catch(() => {})
    expect(await outcome(tab)).toMatchObject(tokens)
    await expect.poll(addresses).toEqual([tab.url()])
  })

  it('hears of its answer from a page that the server has kept apart', async () => {
    const tab = await open()
    const popup = await begin(tab)
    stage.site.headers = { 'cross-origin-opener-policy': 'same-origin' }
    const answer = await answerTo(popup)
    const closed = popup.waitForEvent('close')
    await popup.goto(answer.href).catch(() => {})
    expect(await outcome(tab)).toMatchObject(tokens)
    await closed
    await expect.poll(addresses).toEqual([tab.url()])
  })

  it('that the browser has blocked is an error that says how to have it open', async () => {
    const tab = await open()
    const blocked = await tab.evaluate(async () => {
      // Whoever drives a browser counts as a person there, who has clicked: that has to be used up.
      for (let refusals = 0; refusals < 10; ) {
        const opened = window.open('')
        opened?.close()
        refusals = opened ? 0 : refusals + 1
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return page.login()
    })
    expect(blocked).toMatchObject({ code: 'FLYTE_AUTH_POPUP_BLOCKED', error: expect.stringContaining('click') })
    expect(await visitor.click(tab)).toMatchObject(tokens)
  })

  it('that its person has closed is another error', async () => {
    const tab = await open()
    const popup = await begin(tab)
    await popup.close()
    expect(await outcome(tab)).toMatchObject({ code: 'FLYTE_AUTH_POPUP_CLOSED' })
    expect(await visitor.click(tab)).toMatchObject(tokens)
  })

  it('that its person closes before there is anything in it is the same', async () => {
    const tab = await open()
    const opened = visitor.context.waitForEvent('page')
    // Flyte Admin answers when it is closed.
    stage.admin.answer(
      '/.well-known/oauth-authorization-server',
      async () => {
        await (await opened).close()
        return undefined
      },
      1,
    )
    expect(await visitor.click(tab)).toMatchObject({ code: 'FLYTE_AUTH_POPUP_CLOSED' })
    expect(stage.issuer.requestsTo('/auth')).toEqual([])
  })

  it('that the server has severed looks closed, and the error says so', async () => {
    const tab = await open()
    await begin(tab, { 'cross-origin-opener-policy': 'same-origin' })
    expect(await outcome(tab)).toMatchObject({
      code: 'FLYTE_AUTH_POPUP_CLOSED',
      error: expect.stringMatching(/Cross-Origin-Opener-Policy.*redirectLogin/s),
    })
  })

  it('that nobody answers is a third one, and closed', async () => {
    const tab = await open({ timeout: 1_000 })
    await begin(tab)
    expect(await outcome(tab)).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    await expect.poll(addresses).toEqual([tab.url()])
    expect(stage.tokenRequests()).toEqual([])
  })

  it('that is no longer wanted is closed', async () => {
    const tab = await open()
    await begin(tab)
    await tab.evaluate(() => page.logout())
    expect(await outcome(tab)).toMatchObject({ error: expect.stringContaining('ended by a logout') })
    await expect.poll(addresses).toEqual([tab.url()])
  })

  it('is closed, too, where there is no server', async () => {
    stage.admin.answer('/.well-known/oauth-authorization-server', { status: 503 }, 1)
    const tab = await open()
    expect(await visitor.click(tab)).toMatchObject({ code: 'FLYTE_AUTH_DISCOVERY_FAILED' })
    await expect.poll(addresses).toEqual([tab.url()])
  })

  it('brings what the server refuses', async () => {
    stage.issuer.refuseLogin = true
    const tab = await open()
    const refused = await visitor.click(tab)
    stage.issuer.refuseLogin = false
    expect(refused).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
    await expect.poll(addresses).toEqual([tab.url()])
    for (const secret of visitor.secrets()) expect(JSON.stringify(refused)).not.toContain(secret)
    expect(await visitor.click(tab)).toMatchObject(tokens)
  })

  it('does not mix with another one', async () => {
    const [one, two] = [await open(), await open()]
    const [popup, other] = [await begin(one), await begin(two)]
    const [answer, otherAnswer] = [await answerTo(popup), await answerTo(other)]
    await other.goto(otherAnswer.href).catch(() => {})
    expect(await outcome(two)).toMatchObject(tokens)
    expect(await popup.evaluate(() => 1)).toBe(1)
    await popup.goto(answer.href).catch(() => {})
    expect(await outcome(one)).toMatchObject(tokens)
    const accessTokens = [await outcome(one), await outcome(two)].map((each) => each?.accessToken)
    expect(new Set(accessTokens).size).toBe(2)
  })

  it('believes no other page, of this origin or another, and goes on', async () => {
    const tab = await open()
    const popup = await begin(tab)
    const answer = await answerTo(popup)
    const forged = new URL(answer)
    forged.searchParams.set('state', 'canary-state')
    forged.searchParams.set('code', 'canary-code')
    const hostile = await visitor.context.newPage()
    stage.issuer.answer('/hostile', { status: 200, headers: html, body: '' }, 1)
    await hostile.goto(`${stage.issuer.issuer}/hostile`)
    const own = await visitor.context.newPage()
    stage.site.settings = undefined
    await own.goto(stage.site.origin)
    for (const each of [hostile, own, popup]) {
      await each.evaluate((forged) => {
        const channel = new BroadcastChannel('flyte-js:pkce')
        for (const message of [{ answer: forged }, { answer: null }, { answer: 'x'.repeat(2 ** 20) }, null, 1, 'x'])
          channel.postMessage(message)
        channel.close()
      }, forged.href)
    }
    // Nor does a right answer count that comes from elsewhere.
    for (const each of [hostile, popup])
      await each.evaluate((answer) => new BroadcastChannel('flyte-js:pkce').postMessage({ answer }), answer.href)
    await popup.evaluate((answer) => window.opener.postMessage({ answer }, '*'), answer.href)
    expect(stage.tokenRequests()).toEqual([])
    await popup.goto(answer.href).catch(() => {})
    expect(await outcome(tab)).toMatchObject(tokens)
    expect(stage.tokenRequests().map(({ status }) => status)).toEqual([200])
    expect(await visitor.inSight(tab)).not.toContain('canary')
  })

  it('whose answer nobody waits for says so, and leaves no answer in the address', async () => {
    const tab = await open()
    await tab.goto(`${stage.redirectUri}?code=canary-code&state=canary-state`)
    expect(await tab.evaluate(() => page.handled[0])).toMatchObject({ code: 'FLYTE_AUTH_STATE_MISMATCH' })
    expect(tab.url()).toBe(stage.redirectUri)
  })

  it.each(['redirect', 'popup'] as const)('has the page in it do nothing but wait (of a page by %s)', async (login) => {
    const tab = await open()
    const popup = await begin(tab)
    const answer = await answerTo(popup)
    // Nobody closes this one: another window has got the answer.
    stage.site.settings = stage.settings({ login })
    const another = await visitor.context.newPage()
    await another.goto(answer.href).catch(() => {})
    expect(await outcome(tab)).toMatchObject(tokens)
    if (!another.isClosed())
      expect(
        await another.evaluate(() =>
          Promise.race([page.handled[0], new Promise((end) => setTimeout(end, 3_000, 'waits'))]),
        ),
      ).toBe('waits')
  })
})
