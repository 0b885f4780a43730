import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserNames, startBrowser } from '../../pkce-auth/test/stage.js'
import { signIn, tabTo, violations } from './browser-app/person.js'
import { names } from './browser-app/seed.js'
import { type Stage, startStage } from './browser-app/stage.js'

/** Where pictures of the pages go, for somebody to look at. By default none are made. */
const { BROWSER_APP_PICTURES: pictures } = process.env

const place = '#/flytesnacks/development'

describe.each(browserNames)('examples/browser-app in %s', (browserName) => {
  let browser: Browser
  let stage: Stage
  const tabs: Page[] = []
  /** What the pages said in the console, and what they threw. */
  const said: string[] = []

  beforeAll(async () => {
    browser = await startBrowser(browserName)
    stage = await startStage()
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    stage.admin.clearRequests()
    said.splice(0)
  })
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.context().close()
  })

  /** Opens the app in a browser that has been nowhere. */
  async function open(hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB', ...options })
    const tab = await context.newPage()
    tabs.push(tab)
    tab.setDefaultTimeout(10_000)
    tab.on('console', (message) => said.push(message.text()))
    tab.on('pageerror', (error) => said.push(String(error)))
    await tab.goto(stage.url + hash)
    await heading(tab, 'Sign in to Flyte')
    return tab
  }

  const heading = (tab: Page, name: string) => tab.getByRole('heading', { name, level: 1, exact: true }).waitFor()
  const row = (tab: Page, name: string) => tab.getByRole('row').filter({ hasText: name })
  const announced = (tab: Page) => tab.locator('#announcer').textContent()
  const launches = () =>
    stage.admin
      .requestsTo('/api/v1/executions')
      .filter(({ method }) => method === 'POST')
      .map(({ body, headers }) => ({ headers, ...JSON.parse(body) }))

  async function go(tab: Page, hash: string, name: string): Promise<void> {
    await tab.evaluate((hash) => {
      location.hash = hash
    }, hash)
    await heading(tab, name)
  }

  // First, while nothing has been launched or changed.
  const looks = [
    { look: 'light', colorScheme: 'light', width: 1200 },
    { look: 'dark', colorScheme: 'dark', width: 1200 },
    { look: 'narrow', colorScheme: 'light', width: 360 },
    { look: 'narrow and dark', colorScheme: 'dark', width: 360 },
  ] as const
  it.each(looks)(
    '$look: nothing that axe minds, and nothing beside the screen',
    async ({ look, colorScheme, width }) => {
      const tab = await open('', { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
      const check = async (page: string) => {
        await tab.locator('main:not([aria-busy])').waitFor()
        await takePicture(tab, browserName, `${page}-${look.replaceAll(' ', '-')}`)
        expect(await violations(tab), page).toEqual([])
        expect(await tab.evaluate(() => document.documentElement.scrollWidth), page).toBeLessThanOrEqual(width)
      }
      await check('sign-in')
      await signIn(tab, 'token')
      await check('projects')
      await go(tab, place, 'Executions')
      await check('executions')
      await go(tab, `${place}/executions/${names.failed}`, names.failed)
      await tab.getByText('no observations after').first().waitFor()
      await check('execution-failed')
      await go(tab, `${place}/executions/${names.trained}`, names.trained)
      await tab.getByText('0.9274').waitFor()
      await check('execution')
      await go(tab, `${place}/launch-plans`, 'Launch plans')
      await check('launch-plans')
      await go(tab, `${place}/launch-plans/forecast.train`, 'forecast.train')
      await check('launch')
      await tab.getByLabel('epochs').fill('many')
      await tab.getByRole('button', { name: 'Launch' }).click()
      await check('launch-wrong')
      await go(tab, `${place}/executions/nowhere`, 'That did not work')
      await check('error')
    },
  )

  describe.each(['token', 'session'] as const)('signed in by %s', (way) => {
    it('shows projects, and executions while they change', async () => {
      const name = way === 'token' ? names.queued : names.running
      const phase = way === 'token' ? 'Running' : 'Succeeded'
      const tab = await open()
      await signIn(tab, way)
      // Nothing of the answer is left in the address.
      expect(tab.url()).toBe(stage.url)
      expect(await tab.locator('.person-name').textContent()).toBe('Test User')
      await tab.getByRole('link', { name: 'development of flytesnacks' }).click()
      await heading(tab, 'Executions')
      for (const name of Object.values(names)) expect(await row(tab, name).count()).toBe(1)
      const link = tab.getByRole('link', { name })
      await link.focus()

      await stage.tell(name, way === 'token' ? 'RUNNING' : 'SUCCEEDED')
      await row(tab, name).getByText(phase).waitFor()
      expect(await announced(tab)).toBe(`${name}: ${phase}`)
      // What is brought up to date stays where it is.
      expect(await link.evaluate((element) => element === document.activeElement)).toBe(true)
      await link.click()
      await heading(tab, name)
      expect(said).toEqual([])
    })

    it('launches with inputs, and follows what was launched', async () => {
      const tab = await open(`${place}/launch-plans`)
      await tab.getByRole('button', { name: way === 'token' ? 'with a token' : 'session' }).click()
      // Back to where the person wanted to go.
      await heading(tab, 'Launch plans')
      await tab.getByLabel('Find by name').fill('TRAIN')
      await tab.getByText('1 launch plan', { exact: true }).waitFor()
      await tab.getByRole('link', { name: 'forecast.train' }).click()
      await heading(tab, 'forecast.train')

      await tab.getByLabel('epochs').fill('many')
      await tab.getByLabel('layers').fill('[64, "32"')
      await tab.getByRole('button', { name: 'Launch' }).click()
      await tab.getByText('This input is needed.').waitFor()
      await tab.getByText('Expected integer, got a text').waitFor()
      await tab.getByText('This is no JSON. Expected list (whole number).').waitFor()
      expect(await tab.locator('[aria-invalid=true]').count()).toBe(3)
      expect(await tab.getByLabel('dataset').evaluate((input) => input === document.activeElement)).toBe(true)
      expect(launches()).toEqual([])

      await tab.getByLabel('dataset').fill('s3://observations/2027')
      await tab.getByLabel('epochs').fill('9007199254740993')
      await tab.getByLabel('layers').fill('[128]')
      await tab.getByLabel('machine').selectOption('large')
      await tab.getByLabel('shuffle').uncheck()
      await tab.getByLabel('since').fill('2026-03-01T12:30:15')
      await tab.getByRole('button', { name: 'Launch' }).click()
      await tab.getByText('Waiting').waitFor()
      const [launch, ...others] = launches()
      expect(others).toEqual([])
      expect(launch.spec.launch_plan).toMatchObject({ name: 'forecast.train', version: 'v2' })
      const { dataset, epochs, layers, machine, shuffle, since, ...unchanged } = launch.inputs.literals
      expect([dataset, epochs, machine, shuffle].map(({ scalar }) => scalar.primitive)).toEqual([
        { string_value: 's3://observations/2027' },
        { integer: '9007199254740993' },
        { string_value: 'large' },
        { boolean: false },
      ])
      expect(unchanged).toEqual({})
      expect(layers.collection.literals).toHaveLength(1)
      const written = await tab.evaluate(() => new Date('2026-03-01T12:30:15').toISOString())
      expect(Date.parse(since.scalar.union.value.scalar.primitive.datetime)).toBe(Date.parse(written))
      // One of the two: a session in cookies would hide a token.
      expect(Object.keys(launch.headers).filter((name) => /^(cookie|flyte-authorization)$/.test(name))).toEqual([
        way === 'token' ? 'flyte-authorization' : 'cookie',
      ])

      const { name } = launch
      expect(tab.url()).toBe(`${stage.url}${place}/executions/${name}`)
      await stage.tell(name, 'RUNNING')
      await stage.tellNode(name, 'n0', 'RUNNING')
      await row(tab, 'n0').getByText('Running').waitFor()
      expect(await announced(tab)).toBe(`${name}: Running`)
      const accuracy = { scalar: { primitive: { float_value: 0.875 } } }
      await stage.tellNode(name, 'n0', 'SUCCEEDED')
      await stage.tell(name, 'SUCCEEDED', { output_data: { literals: { accuracy } } })
      await tab.getByText('0.875').waitFor()
      expect(await announced(tab)).toBe(`${name}: Succeeded`)
      expect(said).toEqual([])
    })

    it('signs out, and a load of the page changes nothing about that', async () => {
      const tab = await open()
      await signIn(tab, way)
      expect(await tab.evaluate(() => document.cookie)).toBe('')
      await tab.reload()
      await heading(tab, 'Projects')
      await tab.getByRole('button', { name: 'Sign out' }).click()
      await heading(tab, 'Sign in to Flyte')
      if (way === 'token') await tab.getByText('You are signed out.').waitFor()
      await expect.poll(() => tab.evaluate(() => JSON.stringify(sessionStorage))).not.toMatch(/eyJ|flyte-sign-in/)
      await tab.reload()
      await heading(tab, 'Sign in to Flyte')
      expect(await tab.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
      // The authorization server that a token came from has a session of its own, which stays.
      if (way === 'token') return
      const cookies = await tab.context().cookies()
      expect(cookies.filter(({ name }) => /^flyte_(at|idt|rt)/.test(name))).toEqual([])
    })
  })

  it('goes all the way by keyboard, and always shows where the focus is', async () => {
    const tab = await open()
    const focused = () => tab.evaluate(() => document.activeElement?.textContent)
    await tabTo(tab, 'Sign in with a token', 'button')
    await tab.keyboard.press('Enter')
    await heading(tab, 'Projects')
    expect(await focused()).toBe('Projects')
    await tabTo(tab, 'development of flytesnacks', 'link')
    await tab.keyboard.press('Enter')
    await heading(tab, 'Executions')
    expect(await focused()).toBe('Executions')
    // The way around is before the heading.
    await tab.keyboard.press('Shift+Tab')
    expect(await focused()).toBe('Launch plans')
    await tab.keyboard.press('Enter')
    await heading(tab, 'Launch plans')
    await tabTo(tab, 'etl.daily', 'link')
    await tab.keyboard.press('Enter')
    await heading(tab, 'etl.daily')
    await tabTo(tab, 'Launch', 'button')
    await tab.keyboard.press('Enter')
    await tab.getByText('Waiting').waitFor()
    expect(launches()).toHaveLength(1)
    await tab.reload()
    await tab.getByText('Waiting').waitFor()
    await tabTo(tab, 'Skip to the content', 'link', 'Shift+Tab')
    await tab.keyboard.press('Enter')
    expect(await focused()).toBe(launches()[0].name)
    await tabTo(tab, 'Sign out', 'button', 'Shift+Tab')
    await tab.keyboard.press('Enter')
    await heading(tab, 'Sign in to Flyte')
  })

  describe('when something is wrong', () => {
    it('says what, with its code and what to do', async () => {
      const tab = await open()
      await signIn(tab, 'token')
      await go(tab, `${place}/executions/nowhere`, 'That did not work')
      const alert = tab.getByRole('alert')
      expect(await alert.textContent()).toMatch(
        /missing entity .*Check the address.*FLYTE_ADMIN_RPC_FAILED \(NOT_FOUND\)/,
      )

      stage.admin.answer('/api/v1/projects', { status: 403, body: { code: 7, message: 'not for you', details: [] } }, 1)
      await go(tab, '#/', 'That did not work')
      await alert.getByText('not for you').waitFor()
      expect(await alert.textContent()).toMatch(/not for you.*Ask the operator.*PERMISSION_DENIED/)
      await tab.getByRole('button', { name: 'Try again' }).click()
      await heading(tab, 'Projects')
    })

    it('keeps a list that cannot be brought up to date, says so, and goes on when it can', async () => {
      const tab = await open()
      await signIn(tab, 'token')
      await go(tab, place, 'Executions')
      const path = '/api/v1/executions/flytesnacks/development'
      stage.admin.answer(path, { status: 403, body: { code: 7, message: 'not now', details: [] } }, 2)
      await tab.getByRole('alert').getByText('This list is not up to date').waitFor()
      expect(await tab.getByRole('row').count()).toBeGreaterThan(1)
      await tab.getByRole('alert').waitFor({ state: 'detached' })
    })

    it('asks to sign in again where the login has ended, and comes back to the same place', async () => {
      const tab = await open()
      await signIn(tab, 'token')
      stage.advance(3_600_000)
      await go(tab, `${place}/launch-plans`, 'That did not work')
      await tab.getByRole('button', { name: 'Sign in again' }).click()
      await heading(tab, 'Launch plans')
      expect(await tab.getByRole('link', { name: 'etl.daily' }).count()).toBe(1)
    })

    it('tells why a login was refused', async () => {
      const tab = await open()
      const refused = { status: 302, headers: { location: `${stage.url}?error=access_denied&state=forged-state` } }
      stage.admin.answer('/oauth2/authorize', refused, 1)
      await tab.getByRole('button', { name: 'Sign in with a token' }).click()
      await tab.getByRole('alert').getByText('FLYTE_AUTH_').waitFor()
      expect(tab.url()).toBe(stage.url)
    })
  })

  it('shows markup in what Flyte Admin answers as the text that it is', async () => {
    const markup = '<img src=x onerror=alert(1)><b>bold</b>'
    const project = { id: 'markup', name: markup, description: markup, domains: [{ id: 'd', name: markup }] }
    stage.admin.answer('/api/v1/projects', { status: 200, body: { projects: [project], token: '' } }, 1)
    const tab = await open()
    await signIn(tab, 'token')
    expect(await tab.getByRole('heading', { level: 2 }).textContent()).toBe(markup)
    expect(await tab.locator('main :is(img, b)').count()).toBe(0)
  })

  it('lets its policy stop what is not its own', async () => {
    const tab = await open()
    const blocked = await tab.evaluate(async () => {
      const violated: string[] = []
      const isRefused = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          violated.push(effectiveDirective)
          if (effectiveDirective === 'connect-src') resolve()
        })
      })
      try {
        const script = document.createElement('script')
        script.src = 'data:text/javascript,globalThis.isRun=true'
        document.head.append(script)
      } catch {
        // Where the browser knows trusted types, it does not come that far.
      }
      await fetch('http://127.0.0.1:9/').catch(() => {})
      await isRefused
      return { violated, isRun: 'isRun' in globalThis }
    })
    expect(blocked.isRun).toBe(false)
    expect(blocked.violated).toContain('connect-src')
  })
})

it('offers only the ways to sign in that it is configured for', async () => {
  await using stage = await startStage('admin-session')
  const browser = await startBrowser('chromium')
  try {
    const tab = await browser.newPage()
    await tab.goto(stage.url)
    await tab.getByRole('heading', { name: 'Sign in to Flyte' }).waitFor()
    expect(await tab.getByRole('button').allTextContents()).toEqual(["Sign in with Flyte's session"])
  } finally {
    await browser.close()
  }
})

async function takePicture(tab: Page, browserName: string, name: string): Promise<void> {
  if (!pictures || browserName !== 'chromium') return
  await mkdir(pictures, { recursive: true })
  await tab.screenshot({ path: join(pictures, `app-${name}.png`), fullPage: true })
}
