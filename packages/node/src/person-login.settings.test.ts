// What the configuration and the environment say of a person's login arrives there.
import { loadConfig } from '@flyte-js/config/node'
import type { Fetch, FlyteEvent } from '@flyte-js/core'
import {
  type AuthorizationServer,
  createTestClock,
  type FlyteAdmin,
  followRedirects,
  startAuthorizationServer,
} from '@flyte-js/testing'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startExternalAdmin } from '../test/external-admin.js'
import { createFlyteClient, type FlyteClientOptions } from './create-flyte-client.js'
import { personLogin } from './person-login.js'

let issuer: AuthorizationServer
let admin: FlyteAdmin
beforeAll(async () => {
  issuer = await startAuthorizationServer()
  admin = await startExternalAdmin(issuer)
})
afterAll(() => Promise.all([admin.close(), issuer.close()]))
beforeEach(() => issuer.clearRequests())

async function connect({
  env,
  ...options
}: FlyteClientOptions): Promise<AsyncDisposable & { login(): Promise<unknown> }> {
  const flyte = await createFlyteClient({
    env: { FLYTE_PLATFORM_URL: admin.url, FLYTE_JS_TOKEN_STORE: 'memory', ...env },
    ...options,
  })
  return { login: () => flyte.auth.login(), [Symbol.asyncDispose]: async () => flyte.close() }
}

it.each([
  ['standard', 'FLYTE_ADMIN_PKCE_TIMEOUT', 'Nobody finished the login within 3 s'],
  [
    'deviceflow',
    'FLYTE_ADMIN_DEVICE_FLOW_TIMEOUT',
    'Nobody confirmed the login within 3 s, the timeout that was given',
  ],
])('the mode %s: how long it may take', async (mode, variable, message) => {
  const clock = createTestClock(Date.now())
  const shown = vi.fn()
  await using flyte = await connect({
    env: { FLYTE_CREDENTIALS_AUTH_MODE: mode, [variable]: '3s' },
    login: { browser: () => {}, onUrl: shown, onPrompt: shown, pasteFrom: false },
    clock,
  })
  const login = flyte.login()
  const ended = vi.fn()
  login.catch(ended)
  await vi.waitFor(() => expect(shown).toHaveBeenCalledOnce())
  await clock.advance(2_999)
  expect(ended).not.toHaveBeenCalled()
  await clock.advance(1)
  await expect(login).rejects.toMatchObject({
    code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
    message: expect.stringContaining(message),
  })
})

it('the audience', async () => {
  await using flyte = await connect({
    env: { FLYTE_CREDENTIALS_AUDIENCE: 'https://flyte.example.com' },
    login: { browser: (url) => void followRedirects(url), onUrl() {}, pasteFrom: false },
  })
  await flyte.login()
  expect(issuer.requestsTo('/auth')[0]?.query.get('audience')).toBe('https://flyte.example.com')
})

it('the browser that BROWSER names in the environment of the client, which needs no terminal', async () => {
  const script = `import('@flyte-js/testing').then(({ followRedirects }) => followRedirects(process.argv[1]))`
  const events: FlyteEvent[] = []
  await using flyte = await connect({
    env: { BROWSER: `"${process.execPath}" --eval "${script}" %s` },
    login: { onUrl() {}, pasteFrom: false, isTerminal: false },
    onEvent: (event) => events.push(event),
  })
  expect(await flyte.login()).toHaveProperty('accessToken')
  expect(events).toContainEqual({ type: 'login.browser', isStarted: true })
  expect(events.find(({ type }) => type === 'login.chosen')).toMatchObject({
    flow: 'pkce',
    reasons: expect.arrayContaining(['BROWSER names one', expect.stringContaining('there is no terminal')]),
  })
})

it('where the URL is printed', async () => {
  const lines: string[] = []
  await using flyte = await connect({
    login: {
      browser: (url) => void followRedirects(url),
      pasteFrom: false,
      print: (line) => lines.push(line),
    },
  })
  await flyte.login()
  expect(lines).toEqual([expect.stringMatching(/^A browser opens to log in to .+ http:\S+\/auth\?\S+$/)])
})

it('that plain HTTP is meant', async () => {
  const fetch = vi.fn<Fetch>(async () => new Response('{}', { status: 503 }))
  const env = { FLYTE_PLATFORM_URL: 'http://flyte.example.com', FLYTE_PLATFORM_INSECURE: 'true' }
  for (const FLYTE_CREDENTIALS_AUTH_MODE of ['standard', 'deviceflow']) {
    const resolution = await loadConfig({ env: { ...env, FLYTE_CREDENTIALS_AUTH_MODE } })
    const grant = personLogin(resolution, { env, fetch, login: { browser: false, isTerminal: true } })
    await expect(grant.acquire({ clock: createTestClock() })).rejects.not.toMatchObject({
      code: 'FLYTE_AUTH_INSECURE_ENDPOINT',
    })
    expect(fetch).toHaveBeenCalled()
    for (const [url] of fetch.mock.calls) expect(String(url)).toMatch(/^http:\/\/flyte\.example\.com\//)
    fetch.mockClear()
  }
})
