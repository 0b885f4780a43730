import type { Browser, BrowserContext, Cookie, Page } from 'playwright'

/** What the portal's page heard of one call of Flyte Admin. */
export interface AdminAnswer {
  status: number
  /** Which of the portal's processes answered. */
  instance: string
  body: { code?: string; projects?: { id: string }[] }
}

declare const callAdmin: (times: number) => Promise<AdminAnswer[]>

/** A person with a browser of their own, before the portal's page. */
export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** Presses the portal's button. */
  press(button: 'Sign in' | 'Sign out'): Promise<void>
  /** Fills in the provider's login page, and lets the portal have what it asks for, where the person is asked. */
  logIn(name: string): Promise<void>
  /** Lets the portal have it, where the provider knows the person already. */
  agree(): Promise<void>
  /** The projects that the portal's page shows, once it shows any. */
  projects(): Promise<string[]>
  /** Has the page call Flyte Admin so often at once, through the portal. */
  callAdmin(times: number): Promise<AdminAnswer[]>
  /** What the browser keeps for the portal. */
  cookies(): Promise<Cookie[]>
  /** What scripts of the page can read of it. */
  readable(): Promise<string>
  close(): Promise<void>
}

/** Opens the portal in a browser. */
export async function createVisitor(browser: Browser, origin: string): Promise<Visitor> {
  const context = await browser.newContext()
  context.setDefaultTimeout(20_000)
  // The provider's pages ask for a font.
  await context.route(
    ({ hostname }) => !['localhost', '127.0.0.1'].includes(hostname),
    (route) => route.abort(),
  )
  const page = await context.newPage()
  await page.goto(origin)
  const agreement = page.getByRole('button', { name: 'Continue' })
  const signOut = page.getByRole('button', { name: 'Sign out' })

  /** Nobody is asked about a login that leaves no refresh token behind. */
  async function agree(): Promise<void> {
    await agreement.or(signOut).waitFor()
    if (await agreement.isVisible()) await agreement.click()
    await signOut.waitFor()
  }

  return {
    context,
    page,
    press: (button) => page.getByRole('button', { name: button }).click(),
    async logIn(name) {
      await page.fill('input[name=login]', name)
      await page.fill('input[name=password]', 'any')
      await page.getByRole('button', { name: 'Sign-in' }).click()
      await agree()
    },
    agree,
    async projects() {
      await page.getByRole('listitem').first().waitFor()
      return page.getByRole('listitem').allTextContents()
    },
    callAdmin: (times) => page.evaluate((times) => callAdmin(times), times),
    async cookies() {
      const all = await context.cookies(origin)
      return all.filter(({ name }) => name.includes('flyte-js'))
    },
    readable: () =>
      page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, location.href])),
    close: () => context.close(),
  }
}
