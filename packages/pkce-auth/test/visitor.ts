import type { Browser, BrowserContext, Page } from 'playwright'
import type * as LoginPage from './login-page.js'
import type { Stage } from './stage.js'

declare const page: typeof LoginPage

type Outcome = LoginPage.Outcome | undefined

/** A person with a browser of their own, who has logged in nowhere. */
export interface Visitor {
  readonly context: BrowserContext
  /** Opens the stage's page in a new tab. */
  open(path: string, settings?: Partial<LoginPage.PageSettings>): Promise<Page>
  /** Has a page leave for a login, and waits for the one that comes back. */
  leave(tab: Page, by?: 'login' | 'getToken'): Promise<Outcome>
  /** Clicks, and waits for what comes of it. */
  click(tab: Page): Promise<Outcome>
  /** How often the page has asked a token endpoint. */
  tokenRequests(): number
  /** All that others than the page can read of it: consoles, addresses, events, storages. */
  inSight(tab: Page): Promise<string>
  /** What nobody must ever see: the codes, verifiers and states that went round, and the tokens of these outcomes. */
  secrets(...outcomes: Outcome[]): string[]
  close(): Promise<void>
}

export async function createVisitor(browser: Browser, stage: Stage): Promise<Visitor> {
  const context = await browser.newContext()
  const said: string[] = []
  context.on('console', (message) => said.push(message.text()))
  context.on('weberror', (error) => said.push(String(error.error())))
  const asked: { url: string; body: string }[] = []
  context.on('request', (request) => asked.push({ url: request.url(), body: request.postData() ?? '' }))
  stage.embedded?.clearRequests()
  return {
    context,
    tokenRequests: () => asked.filter(({ url }) => new URL(url).pathname.endsWith('/token')).length,
    async open(path, settings) {
      stage.site.settings = stage.settings(settings)
      const tab = await context.newPage()
      await tab.goto(stage.site.origin + path)
      return tab
    },
    async leave(tab, by = 'login') {
      await tab.evaluate((by) => {
        Object.assign(window, { isLeft: true })
        page[by]()
      }, by)
      await tab.waitForFunction(() => !('isLeft' in window) && 'page' in window)
      return tab.evaluate(() => page.handled[0])
    },
    async click(tab) {
      await tab.click('button')
      return tab.evaluate(() => page.clicked.at(-1))
    },
    inSight: async (tab) =>
      JSON.stringify([
        said,
        context.pages().map((each) => each.url()),
        await tab.evaluate(() => [page.events, { ...sessionStorage }, { ...localStorage }, document.cookie]),
      ]),
    secrets(...outcomes) {
      const bodies = [...asked, ...(stage.embedded?.tokenRequests() ?? [])].map(({ body }) => new URLSearchParams(body))
      const queries = asked.map(({ url }) => new URL(url).searchParams)
      const names = ['code', 'code_verifier', 'refresh_token', 'state']
      const sent = names.flatMap((name) => [...bodies, ...queries].map((each) => each.get(name)))
      const had = outcomes.flatMap((outcome) => [outcome?.accessToken, outcome?.refreshToken])
      return [...sent, ...had].filter((each) => typeof each === 'string')
    },
    close: () => context.close(),
  }
}
