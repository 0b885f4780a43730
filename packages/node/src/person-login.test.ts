import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent } from '@flyte-js/core'
import {
  type AuthorizationServer,
  createTestClock,
  type FlyteAdmin,
  followRedirects,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { fileStore } from '@flyte-js/token-store/file'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../pkce-auth/test/loopback.js'
import { startExternalAdmin } from '../test/external-admin.js'
import { createFlyteClient, type FlyteClientOptions } from './create-flyte-client.js'
import type { PersonLoginOptions } from './person-login.js'

let issuer: AuthorizationServer
let admin: FlyteAdmin
let external: FlyteAdmin
let directory: string
let undo: (() => unknown)[] = []

beforeAll(async () => {
  issuer = await startAuthorizationServer()
  const redirectUri = `http://localhost:${await freePort()}/callback`
  admin = await startFlyteAdmin({
    identityProvider: issuer,
    clients: [{ id: 'people', redirectUris: [redirectUri] }],
    publicClient: { clientId: 'people', redirectUri },
  })
  external = await startExternalAdmin(issuer)
})
afterAll(async () => {
  await Promise.all([admin, external, issuer].map((each) => each.close()))
})
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flyte-login-'))
})
afterEach(async () => {
  for (const each of undo) await each()
  undo = []
  await rm(directory, { recursive: true })
  for (const each of [admin, external, issuer]) each.clearRequests()
})

/** A browser that logs in by itself, and counts how often it was opened. */
function person() {
  const browser = vi.fn((url: string) => {
    followRedirects(url).catch(() => {})
  })
  return { browser, onUrl: () => {}, pasteFrom: false } satisfies PersonLoginOptions
}

async function connect(
  to: FlyteAdmin,
  login: PersonLoginOptions,
  { env, ...options }: FlyteClientOptions = {},
): Promise<Awaited<ReturnType<typeof createFlyteClient>>> {
  const flyte = await createFlyteClient({
    env: { FLYTE_PLATFORM_URL: to.url, ...env },
    login,
    store: fileStore({ directory }),
    ...options,
  })
  undo.push(() => flyte.close())
  return flyte
}

const tokenRequests = (grantType: string) =>
  [...admin.requestsTo('/oauth2/token'), ...issuer.requestsTo('/token')].filter(
    ({ body, headers }) =>
      headers.authorization === undefined && new URLSearchParams(body).get('grant_type') === grantType,
  ).length

describe.each([
  ['its own server', () => admin],
  ['an external server', () => external],
])('the mode standard, at a Flyte Admin with %s', (_, target) => {
  it('asks a person after the first 401, and no second process', async () => {
    const login = person()
    const first = await connect(target(), login)
    expect((await first.admin.listProjects()).projects).not.toEqual([])
    expect(login.browser).toHaveBeenCalledTimes(1)
    const second = await connect(target(), login, { env: { FLYTE_PLATFORM_AUTH: 'true' } })
    expect((await second.identity.userInfo()).subject).toBe('user-1')
    expect(login.browser).toHaveBeenCalledTimes(1)
    expect(tokenRequests('authorization_code')).toBe(1)
  })

  it('asks one person once, however many calls wait', async () => {
    const login = person()
    const flyte = await connect(target(), login)
    await Promise.all(Array.from({ length: 20 }, () => flyte.admin.listProjects()))
    expect(login.browser).toHaveBeenCalledTimes(1)
  })

  it('asks nobody while the refresh token is good', async () => {
    const login = person()
    const clock = createTestClock(Date.now())
    const { expiresAt = 0 } = await (await connect(target(), login, { clock })).auth.login()
    await clock.advance(expiresAt - clock.now() + 1)
    const later = await connect(target(), login, { clock })
    await later.auth.getToken()
    expect(tokenRequests('refresh_token')).toBe(1)
    expect(login.browser).toHaveBeenCalledTimes(1)
  })

  it('begins a new login at login(), whatever login there is', async () => {
    const login = person()
    const flyte = await connect(target(), login)
    const first = await flyte.auth.login()
    const second = await flyte.auth.login()
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(login.browser).toHaveBeenCalledTimes(2)
    expect((await flyte.auth.getToken()).accessToken).toBe(second.accessToken)
  })

  it('forgets the login at logout(), and asks nobody again unasked', async () => {
    const login = person()
    const flyte = await connect(target(), login)
    await flyte.auth.login()
    expect(await readdir(directory)).toContainEqual(expect.stringMatching(/\.json$/))
    // Flyte Admin's own server cannot be told.
    expect(await flyte.auth.logout()).toEqual({ revoked: target() === external })
    expect((await readdir(directory)).filter((name) => name.endsWith('.json'))).toEqual([])
    await expect(flyte.auth.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    expect(login.browser).toHaveBeenCalledTimes(1)
    await flyte.auth.login()
    expect(login.browser).toHaveBeenCalledTimes(2)
  })
})

describe('how a person is asked', () => {
  const chosen = (events: FlyteEvent[]) => events.find((event) => event.type === 'login.chosen')

  it('is told in an event, with the reasons', async () => {
    const events: FlyteEvent[] = []
    const flyte = await connect(admin, person(), { onEvent: (event) => events.push(event) })
    await flyte.auth.login()
    expect(chosen(events)).toMatchObject({
      flow: 'pkce',
      reasons: expect.arrayContaining(['the program starts a browser']),
    })
    const { accessToken, refreshToken } = await flyte.auth.getToken()
    for (const secret of [accessToken, refreshToken]) expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('is by a printed URL at a terminal without a browser', async () => {
    const onUrl = vi.fn((url: string) => {
      followRedirects(url).catch(() => {})
    })
    const events: FlyteEvent[] = []
    const login = { browser: false, isTerminal: true, onUrl, pasteFrom: false } as const
    const flyte = await connect(admin, login, { onEvent: (event) => events.push(event) })
    await flyte.auth.login()
    expect(onUrl).toHaveBeenCalledTimes(1)
    expect(chosen(events)).toMatchObject({ flow: 'pkce-printed' })
  })

  it('is by device at a terminal without a browser, where the server has that', async () => {
    const onPrompt = vi.fn(({ userCode }: { userCode: string }) => issuer.approveDevice(userCode))
    const clock = createTestClock(Date.now())
    const events: FlyteEvent[] = []
    const login = { browser: false, isTerminal: true, onPrompt, pasteFrom: false } as const
    const flyte = await connect(external, login, { clock, onEvent: (event) => events.push(event) })
    const loggingIn = flyte.auth.login()
    await vi.waitFor(() => expect(onPrompt).toHaveBeenCalled())
    await onPrompt.mock.results[0]?.value
    await clock.advance(5000)
    await loggingIn
    expect(chosen(events)).toMatchObject({ flow: 'device' })
    expect(onPrompt).toHaveBeenCalledTimes(1)
    expect((await flyte.identity.userInfo()).subject).toBe('user-1')
  })

  it('is by a printed URL where the server has the device flow, but not for this client', async () => {
    const redirectUri = 'http://127.0.0.1/callback'
    const grantTypes = ['authorization_code', 'refresh_token']
    await using strict = await startAuthorizationServer({
      clients: [{ id: 'flytectl', redirectUris: [redirectUri], grantTypes }],
    })
    await using relay = await startFlyteAdmin({
      auth: 'external',
      externalAuthServer: strict.issuer,
      allowedAudience: [strict.issuer],
      publicClient: { redirectUri },
    })
    const events: FlyteEvent[] = []
    const onPrompt = vi.fn()
    const onUrl = vi.fn((url: string) => {
      followRedirects(url).catch(() => {})
    })
    const login = { browser: false, isTerminal: true, onUrl, onPrompt, pasteFrom: false } as const
    const flyte = await connect(relay, login, { onEvent: (event) => events.push(event) })
    expect(await flyte.auth.login()).toHaveProperty('accessToken')
    expect(events.flatMap((event) => (event.type === 'login.chosen' ? [event.flow] : []))).toEqual([
      'device',
      'pkce-printed',
    ])
    expect(events.findLast((event) => event.type === 'login.chosen')).toMatchObject({
      reasons: expect.arrayContaining([expect.stringMatching(/refuses the device flow to this client: \w+/)]),
    })
    expect(onPrompt).not.toHaveBeenCalled()
    expect(strict.requestsTo('/device/auth')).toHaveLength(1)
  })

  it('is no other way where the person has refused the device flow', async () => {
    const onPrompt = vi.fn(({ userCode }: { userCode: string }) => issuer.denyDevice(userCode))
    const onUrl = vi.fn()
    const clock = createTestClock(Date.now())
    const login = { browser: false, isTerminal: true, onUrl, onPrompt, pasteFrom: false } as const
    const flyte = await connect(external, login, { clock })
    const outcome = flyte.auth.login().catch((error: unknown) => error)
    await vi.waitFor(() => expect(onPrompt).toHaveBeenCalled())
    await onPrompt.mock.results[0]?.value
    await clock.advance(5000)
    expect(await outcome).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
    expect(onUrl).not.toHaveBeenCalled()
  })

  it('is an error that names client credentials where nobody is there', async () => {
    const events: FlyteEvent[] = []
    const login = { browser: false, isTerminal: false, pasteFrom: false } as const
    const flyte = await connect(admin, login, { onEvent: (event) => events.push(event) })
    await expect(flyte.admin.listProjects()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
      message: expect.stringMatching(
        /the program wants no browser.*FLYTE_CREDENTIALS_AUTH_MODE=basic.*FLYTE_CREDENTIALS_CLIENT_SECRET/,
      ),
    })
    expect(chosen(events)).toMatchObject({ flow: 'none' })
    expect(admin.requestsTo('/oauth2/authorize')).toEqual([])
  })

  it.each(['true', '1'])('is an error in CI=%s, whatever terminal there seems to be', async (CI) => {
    // Without a terminal, as in these tests, the answer is the same: what counts is that BROWSER would be another one.
    const flyte = await connect(admin, { pasteFrom: false }, { env: { CI } })
    await expect(flyte.auth.login()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE' })
  })

  it('is by device where the mode says so, and an error where the server has no device flow', async () => {
    const login = { ...person(), isTerminal: false }
    const flyte = await connect(admin, login, { env: { FLYTE_CREDENTIALS_AUTH_MODE: 'DeviceFlow' } })
    await expect(flyte.auth.login()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
      message: expect.stringContaining('FLYTE_CREDENTIALS_AUTH_MODE=standard'),
    })
    expect(login.browser).not.toHaveBeenCalled()
  })

  it('takes what the configuration says of client, scopes and redirect URI', async () => {
    const redirectUri = 'http://127.0.0.1:0/callback'
    const env = {
      FLYTE_CREDENTIALS_CLIENT_ID: 'flytectl',
      FLYTE_CREDENTIALS_SCOPES: 'all',
      FLYTE_CREDENTIALS_REDIRECT_URI: redirectUri,
    }
    const flyte = await connect(external, person(), { env })
    expect(await flyte.auth.login()).not.toHaveProperty('refreshToken')
    const { query } = issuer.requestsTo('/auth')[0] ?? {}
    expect(query?.get('scope')).toBe('all')
    expect(query?.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/callback$/)
  })
})

describe('the redirect URI of the configuration', () => {
  it('is tried where the port of the advertised one is taken', async () => {
    const [advertised, configured] = await Promise.all([freePort(), freePort()])
    const uris = [advertised, configured].map((port) => `http://localhost:${port}/callback`) as [string, string]
    await using own = await startFlyteAdmin({
      clients: [{ id: 'people', redirectUris: uris }],
      publicClient: { clientId: 'people', redirectUri: uris[0] },
      identityProvider: issuer,
    })
    const squatter = createServer().listen(advertised, '127.0.0.1')
    undo.push(() => squatter.close())
    const flyte = await connect(own, person(), { env: { FLYTE_CREDENTIALS_REDIRECT_URI: uris[1] } })
    await flyte.auth.login()
    expect(own.requestsTo('/oauth2/authorize').map(({ query }) => query.get('redirect_uri'))).toEqual([uris[1]])
  })
})

describe('where the login of a person lives', () => {
  it.each([
    ['memory', 2],
    ['file', 1],
    ['', 1],
  ])('is as FLYTE_JS_TOKEN_STORE=%s says', async (word, logins) => {
    vi.stubEnv('XDG_DATA_HOME', directory)
    undo.push(() => vi.unstubAllEnvs())
    const login = person()
    for (let process = 0; process < 2; process += 1) {
      const flyte = await createFlyteClient({
        env: { FLYTE_PLATFORM_URL: external.url, FLYTE_PLATFORM_AUTH: 'true', FLYTE_JS_TOKEN_STORE: word },
        login,
      })
      undo.push(() => flyte.close())
      await flyte.admin.listProjects()
    }
    expect(login.browser).toHaveBeenCalledTimes(logins)
  })

  it('is an error for any other word', async () => {
    await expect(
      createFlyteClient({ env: { FLYTE_PLATFORM_URL: admin.url, FLYTE_JS_TOKEN_STORE: 'cloud' } }),
    ).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_INVALID',
      message: expect.stringMatching(/FLYTE_JS_TOKEN_STORE.*file.*memory/),
    })
  })
})

it('tells a person once where their login lies unencrypted, and prints to nowhere else', async () => {
  vi.stubEnv('XDG_DATA_HOME', directory)
  undo.push(() => vi.unstubAllEnvs())
  const lines: string[] = []
  const login = { ...person(), print: (line: string) => lines.push(line) }
  for (let process = 0; process < 2; process += 1) {
    const flyte = await createFlyteClient({ env: { FLYTE_PLATFORM_URL: external.url }, login })
    undo.push(() => flyte.close())
    await flyte.admin.listProjects()
  }
  expect(lines).toEqual([
    expect.stringMatching(/^The login is kept, unencrypted, in .*tokens.*FLYTE_JS_TOKEN_STORE=memory/),
  ])
  const flyte = await createFlyteClient({
    env: { FLYTE_PLATFORM_URL: external.url, FLYTE_JS_TOKEN_STORE: 'memory' },
    login,
  })
  await flyte.auth.login()
  expect(lines).toHaveLength(1)
})

it('tells a person the code of the device flow', async () => {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const flyte = await connect(external, { browser: false, isTerminal: true, pasteFrom: false, print })
  const ending = new AbortController()
  const loggingIn = flyte.auth.login({ signal: ending.signal }).catch(() => {})
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(lines[0]).toMatch(
    /^To log in, open http:\/\/localhost:\d+\/device\?user_code=(\S+) on any device, and check or type in the code \1$/,
  )
  ending.abort()
  await loggingIn
})

describe('a client without a login of its own', () => {
  it.each([
    ['mode none', { env: { FLYTE_CREDENTIALS_AUTH_MODE: 'none' } }, /FLYTE_CREDENTIALS_AUTH_MODE/],
    [
      'a token source',
      { tokenSource: { getToken: async () => ({ accessToken: 'x', tokenType: 'bearer' }) } },
      /tokenSource/,
    ],
  ])('with %s refuses login() and logout()', async (_, options, message) => {
    const flyte = await connect(admin, {}, options)
    for (const call of [flyte.auth.login, flyte.auth.logout])
      await expect(call()).rejects.toMatchObject({
        code: 'FLYTE_CONFIG_INVALID',
        message: expect.stringMatching(message),
      })
  })
})
