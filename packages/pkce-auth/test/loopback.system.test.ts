// A person logs in with a real browser, which BROWSER names.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { chromiumFlags } from '../../../.config/chromium.js'
import { beginLogin } from './begin-login.js'
import { type LoginTarget, startEmbedded, startTarget } from './login-target.js'
import { expectFree } from './loopback.js'

/** What the browser's user finds in the end. */
interface Found {
  pid: number
  address: string
  heading: string
  text: string
  title: string
  ground: string
  /** What the browser had to say about the page, e.g. of its policy. */
  complaints: string[]
  history: string[]
}

const command = fileURLToPath(new URL('browser-command.mjs', import.meta.url))
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flyte-js-loopback-'))
  // Nothing but the flags that all tests start Chromium with; the browser has our environment.
  process.env.FLYTE_TEST_CHROMIUM_FLAGS = JSON.stringify(chromiumFlags)
})
afterAll(() => rm(directory, { recursive: true }))

/** Logs in with that browser; there is no terminal here. */
function logIn(browser: string, target: LoginTarget) {
  const file = join(directory, `${browser}-${crypto.randomUUID()}`)
  const BROWSER = [process.execPath, command, browser, file].map((word) => `'${word}'`).join(' ')
  const begun = beginLogin({ endpoint: target.endpoint, browser: undefined, env: { BROWSER, SSH_TTY: 'x' } })
  /** Ends the browser, which is open still. */
  const found = async () => {
    const read = async () => JSON.parse(await readFile(file, 'utf8')) as Found
    const page = await vi.waitFor(read, { timeout: 30_000, interval: 100 })
    process.kill(page.pid)
    return page
  }
  return { ...begun, found }
}

describe.each(['self', 'external'] as const)('a Flyte Admin (%s)', (auth) => {
  let target: LoginTarget
  beforeAll(async () => {
    target = await startTarget(auth)
  })
  afterAll(() => target[Symbol.asyncDispose]())

  test.each(['chromium', 'firefox'])('is logged in to with %s, which keeps nothing of it', async (browser) => {
    const { tokens, events, url, found } = logIn(browser, target)
    const { accessToken } = await tokens
    await expectFree(target.port)
    expect(events).toEqual([{ type: 'login.browser', isStarted: true }])
    const me = await fetch(`${target.endpoint}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(me.status).toBe(200)

    const page = await found()
    expect(page).toMatchObject({
      address: `${target.redirectUri}/done`,
      heading: 'You are logged in',
      title: 'You are logged in · Flyte',
    })
    // Its style was let in; playwright can ask this Firefox for no dark one.
    expect(page.ground).toBe(browser === 'chromium' ? 'rgb(21, 19, 26)' : 'rgb(250, 249, 247)')
    // Firefox looks for an icon, which the policy does not let in.
    expect(page.complaints.filter((text) => !text.includes('/favicon.ico'))).toEqual([])
    expect(page.text).toContain('You may close this window')
    const state = new URL(await url).searchParams.get('state') as string
    expect(JSON.stringify(page)).not.toContain(state)
    expect(JSON.stringify(page)).not.toContain('code=')
    expect(page.history.at(-1)).toBe(browser === 'chromium' ? page.address : undefined)
  })
})

test('a person who refuses sees why, and so does the program', async () => {
  await using target = await startEmbedded('external')
  if (target.provider) target.provider.refuseLogin = true
  const { tokens, found } = logIn('chromium', target)
  await expect(tokens).rejects.toMatchObject({ oauthError: 'access_denied' })
  const page = await found()
  expect(page).toMatchObject({ address: `${target.redirectUri}/done`, heading: 'The login failed', complaints: [] })
  expect(page.text).toContain('access_denied')
})
