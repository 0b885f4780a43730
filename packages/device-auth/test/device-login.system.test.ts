import { fileURLToPath } from 'node:url'
import type { TokenSet } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import {
  type AuthorizationServer,
  createTestClock,
  type FlyteAdmin,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { type Browser, chromium, firefox, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumFlags } from '../../../.config/chromium.js'
import { startTabs } from '../../conformance/test/tabs.js'
import { type DevicePrompt, deviceLogin } from '../src/index.js'
import { letTimePass } from './time.js'

// The device flow as a person has it: the code on one device, a real browser on another, a Flyte Admin that relays its issuer.

const fetch = createNodeFetch()
let issuer: AuthorizationServer
let admin: FlyteAdmin
beforeAll(async () => {
  issuer = await startAuthorizationServer()
  admin = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: issuer.issuer,
    allowedAudience: [issuer.issuer],
  })
})
afterAll(async () => {
  await admin.close()
  await issuer.close()
})

const browsers = {
  Chromium: () => chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags }),
  Firefox: () => firefox.launch({ executablePath: '/usr/bin/firefox-esr', channel: 'moz-firefox' }),
}
const debianPackage = { Chromium: 'chromium', Firefox: 'firefox-esr' }

describe.each(['Chromium', 'Firefox'] as const)('in %s', (name) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await browsers[name]().catch((error) => {
      throw new Error(`${name} does not start. Install: apt-get install ${debianPackage[name]}`, { cause: error })
    })
  })
  afterAll(() => browser?.close())

  /** A login that has shown its prompt to a person with a browser, who does something there. */
  async function logIn(person: (page: Page, prompt: DevicePrompt) => Promise<void>): Promise<TokenSet | undefined> {
    const clock = createTestClock(Date.now())
    const prompts: DevicePrompt[] = []
    const grant = deviceLogin({ endpoint: admin.url, fetch, onPrompt: (prompt) => void prompts.push(prompt) })
    const login = grant.acquire({ clock })
    // Polled once meanwhile, with no answer yet.
    await letTimePass(clock, login, { until: 5_000 })
    const context = await browser.newContext()
    try {
      await person(await context.newPage(), prompts[0] ?? expect.unreachable('nobody was prompted'))
    } finally {
      await context.close()
    }
    return letTimePass(clock, login)
  }

  it('opens the complete URI, sees the code, confirms it, and the tokens arrive', async () => {
    issuer.clearRequests()
    const tokenSet = await logIn(async (page, { verificationUriComplete = '', userCode }) => {
      await page.goto(verificationUriComplete)
      await page.getByText(userCode).waitFor()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByText('Signed in.').waitFor()
    })
    const polls = issuer.requestsTo('/token').map(({ status }) => status)
    expect(polls).toEqual([400, 200])
    const { accessToken, refreshToken } = tokenSet ?? expect.unreachable('no tokens came')
    expect(refreshToken).toBeDefined()
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    const me = await fetch(`${admin.url}/me`, { headers })
    expect(me.status).toBe(200)
    expect(await me.json()).toMatchObject({ subject: 'user-1' })
  })

  it('opens the short URI and types the code', async () => {
    const tokenSet = await logIn(async (page, { verificationUri, userCode }) => {
      await page.goto(verificationUri)
      await page.locator('input[name=user_code]').fill(userCode)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByText('Signed in.').waitFor()
    })
    expect(tokenSet).toHaveProperty('accessToken')
  })

  it('refuses, and the login ends', async () => {
    const login = logIn(async (page, { verificationUriComplete = '' }) => {
      await page.goto(verificationUriComplete)
      await page.getByRole('button', { name: 'Refuse' }).click()
      await page.getByRole('alert').waitFor()
    })
    await expect(login).rejects.toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
  })
})

declare const page: { logIn(endpoint: string, show: string): Promise<TokenSet> }

it('is the same in a page: the code in one tab, confirmed in another, by the real clock', async () => {
  await using server = await startAuthorizationServer({ devicePollingInterval: 1 })
  await using relaying = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: server.issuer,
    cors: { allowedOrigins: ['*'] },
  })
  const source = `
    import { deviceLogin } from '../dist/index.js'
    import { systemClock } from '@flyte-js/core'
    export const logIn = (endpoint, show) =>
      deviceLogin({ endpoint, onPrompt: (prompt) => window[show](prompt) }).acquire({ clock: systemClock })`
  const tabs = await startTabs({ source, folder: fileURLToPath(new URL('.', import.meta.url)) })
  try {
    const [tab, other] = (await tabs.open(2)) as [Page, Page]
    await tab.exposeFunction('show', async ({ verificationUriComplete = '' }: DevicePrompt) => {
      await other.goto(verificationUriComplete)
      await other.getByRole('button', { name: 'Confirm' }).click()
    })
    const tokenSet = await tab.evaluate((endpoint) => page.logIn(endpoint, 'show'), relaying.url)
    expect(tokenSet).toMatchObject({ issuer: server.issuer, accessToken: expect.any(String) })
    expect(server.requestsTo('/token').at(-1)?.status).toBe(200)
  } finally {
    await tabs.close()
  }
})
