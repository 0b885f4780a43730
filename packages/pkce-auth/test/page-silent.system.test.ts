import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as LoginPage from './login-page.js'
import { browserNames, type EmbeddedStage, startBrowser, startEmbeddedStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

// Logins that ask nobody, in a hidden frame.

declare const page: typeof LoginPage

describe.each(browserNames)('a silent login in %s', (browserName) => {
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

  const frames = (tab: Page) => tab.evaluate(() => document.querySelectorAll('iframe').length)

  /** Opens the page for a person who has logged in before. */
  async function openKnown(settings?: Partial<LoginPage.PageSettings>): Promise<Page> {
    await visitor.leave(await visitor.open('/'))
    stage.clearRequests()
    return visitor.open('/', { login: 'silent', ...settings })
  }

  it('gets tokens for whom the server knows, and later others, with no refresh token and nothing to see', async () => {
    const tab = await openKnown()
    const first = await tab.evaluate(() => page.getToken())
    expect(first).toMatchObject({ accessToken: expect.any(String) })
    expect(stage.issuer.requestsTo('/auth').map(({ query }) => query.get('prompt'))).toEqual(['none'])
    await tab.evaluate(() => page.advance(3_600_000))
    const second = await tab.evaluate(() => page.getToken())
    expect(second).toMatchObject({ accessToken: expect.any(String) })
    expect(second?.accessToken).not.toBe(first?.accessToken)
    expect(await frames(tab)).toBe(0)
    expect(tab.url()).toBe(`${stage.site.origin}/`)
    const seen = await visitor.inSight(tab)
    for (const secret of visitor.secrets(first, second)) expect(seen).not.toContain(secret)
  })

  it('is refused for whom the server does not know', async () => {
    const tab = await visitor.open('/', { login: 'silent' })
    expect(await tab.evaluate(() => page.getToken())).toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'login_required',
    })
    expect(await frames(tab)).toBe(0)
  })

  it.each([
    ['forbids frames', { 'x-frame-options': 'DENY' }],
    ['shows something else', {}],
  ])('of a server that %s ends in time', async (_, headers) => {
    const tab = await visitor.open('/', { login: 'silent', timeout: 1_000 })
    const answer = { status: 200, headers: { 'content-type': 'text/html', ...headers }, body: 'Who are you?' }
    stage.issuer.answer('/auth', answer, 1)
    const outcome = tab.evaluate(() => page.acquire())
    await tab.waitForSelector('iframe', { state: 'attached' })
    // Nobody sees it, hears of it, or gets into it by the keyboard.
    expect(await tab.locator('iframe').isVisible()).toBe(false)
    expect(await tab.locator('body').ariaSnapshot()).not.toContain('iframe')
    expect(await outcome).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(await frames(tab)).toBe(0)
  })

  it('can neither be led elsewhere nor be made to save anything by what the frame gets', async () => {
    const tab = await visitor.open('/', { login: 'silent', timeout: 1_000 })
    const saved: string[] = []
    tab.on('download', (download) => saved.push(download.suggestedFilename()))
    const script = '<script>top.location = "about:blank"</script>'
    stage.issuer.answer('/auth', { status: 200, headers: { 'content-type': 'text/html' }, body: script }, 1)
    expect(await tab.evaluate(() => page.acquire())).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    const headers = { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename=virus.zip' }
    stage.issuer.answer('/auth', { status: 200, headers, body: 'x' }, 1)
    expect(await tab.evaluate(() => page.acquire())).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(tab.url()).toBe(`${stage.site.origin}/`)
    expect(saved).toEqual([])
  })
})
