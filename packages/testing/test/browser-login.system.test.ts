// The embedded servers as a person meets them: in Debian's Chromium and Firefox.
import { type Browser, chromium, firefox, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumFlags } from '../../../.config/chromium.js'
import { type AuthorizationServer, startAuthorizationServer, startFlyteAdmin } from '../src/index.js'

const browsers = {
  chromium: {
    debianPackage: 'chromium',
    launch: () => chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags }),
  },
  firefox: {
    debianPackage: 'firefox-esr',
    launch: () => firefox.launch({ executablePath: '/usr/bin/firefox-esr', channel: 'moz-firefox' }),
  },
}

describe.each(['chromium', 'firefox'] as const)('in %s', (name) => {
  let browser: Browser
  beforeAll(async () => {
    const { launch, debianPackage } = browsers[name]
    browser = await launch().catch((error) => {
      throw new Error(`${name} does not start. Install: apt-get install ${debianPackage}`, { cause: error })
    })
  })
  afterAll(() => browser.close())

  async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext()
    try {
      return await use(await context.newPage())
    } finally {
      await context.close()
    }
  }

  test('a login at Flyte Admin with no setting at all ends at the client, and so does a second one', async () => {
    // Another Flyte Admin stands in for the client's listener.
    await using listener = await startFlyteAdmin({ auth: 'none' })
    const redirectUri = `${listener.url}/healthcheck`
    await using admin = await startFlyteAdmin({ clients: [{ id: 'page', redirectUris: [redirectUri] }] })
    await withPage(async (page) => {
      for (const state of ['first-state', 'second-state']) {
        const request = { response_type: 'code', client_id: 'page', redirect_uri: redirectUri, scope: 'all', state }
        await page.goto(`${admin.url}/oauth2/authorize?${new URLSearchParams(request)}`)
        const url = new URL(page.url())
        expect(url.origin + url.pathname).toBe(redirectUri)
        expect(url.searchParams.get('state')).toBe(state)
        expect(url.searchParams.get('code')).toMatch(/^ey/)
      }
    })
    expect(admin.requestsTo('/callback')).toHaveLength(1)
  })

  async function requestDevice(server: AuthorizationServer) {
    const post = async (path: string, form: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: 'flytectl', ...form })
      return (await (await fetch(server.url + path, { method: 'POST', body })).json()) as Record<string, string>
    }
    const device = await post('/device/auth', { scope: 'all' })
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    const poll = () => post('/token', { grant_type, device_code: device.device_code ?? '' })
    return { device, poll }
  }

  test('a device is let in by its code, typed or brought along, and can be refused', async () => {
    await using server = await startAuthorizationServer()
    const typed = await requestDevice(server)
    await withPage(async (page) => {
      await page.goto(typed.device.verification_uri ?? '')
      await page.getByRole('textbox').fill('WXYZ-WXYZ')
      await page.getByRole('button', { name: 'Continue' }).click()
      expect(await page.getByRole('alert').textContent()).toBe('That code is not known.')
      await page.getByRole('textbox').fill(typed.device.user_code ?? '')
      await page.getByRole('button', { name: 'Continue' }).click()
      expect(await page.locator('code').textContent()).toBe(typed.device.user_code)
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByText('Signed in.').waitFor()
    })
    expect(await typed.poll()).toHaveProperty('access_token')

    const complete = await requestDevice(server)
    await withPage(async (page) => {
      await page.goto(complete.device.verification_uri_complete ?? '')
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByText('Signed in.').waitFor()
    })
    expect(await complete.poll()).toHaveProperty('access_token')

    const refused = await requestDevice(server)
    await withPage(async (page) => {
      await page.goto(refused.device.verification_uri_complete ?? '')
      await page.getByRole('button', { name: 'Refuse' }).click()
      expect(await page.getByRole('alert').textContent()).toBe('Refused.')
    })
    expect((await refused.poll()).error).toBe('access_denied')
  })
})
