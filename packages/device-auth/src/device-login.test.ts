import { createTokenManager } from '@flyte-js/auth'
import type { FlyteEvent, TokenSet } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import {
  type AuthorizationServer,
  createTestClock,
  type FlyteAdmin,
  startAuthorizationServer,
  startFlyteAdmin,
  type TestClock,
} from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { shownBy } from '../../auth/test/canaries.js'
import { letTimePass } from '../test/time.js'
import { type DeviceLoginOptions, type DevicePrompt, deviceLogin } from './index.js'

// A real authorization server, oidc-provider, behind a Flyte Admin that relays its metadata. What no good server does is in
// polling.test.ts and device-authorization-request.test.ts.

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
const fetch = createNodeFetch()

let issuer: AuthorizationServer
let admin: FlyteAdmin
let clock: TestClock
let prompts: DevicePrompt[]
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
beforeEach(() => {
  clock = createTestClock(Date.now())
  prompts = []
})
afterEach(() => {
  issuer.clearRequests()
  admin.clearRequests()
})

const grant = (options: Partial<DeviceLoginOptions> = {}) =>
  deviceLogin({ endpoint: admin.url, fetch, onPrompt: (prompt) => void prompts.push(prompt), ...options })

/** The prompt of a login that has just begun. */
async function prompted(login: Promise<unknown>, number = 0): Promise<DevicePrompt> {
  await letTimePass(clock, login, { until: clock.monotonic() })
  return prompts[number] ?? expect.unreachable('nobody was prompted')
}

/** The forms that were posted to a path of the authorization server. */
const forms = (path: string) => issuer.requestsTo(path).map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
const statuses = (path: string) => issuer.requestsTo(path).map(({ status }) => status)

const failureOf = (login: Promise<unknown>) =>
  login.then(
    () => expect.unreachable('it brought tokens'),
    (error) => error,
  )

describe('a login', () => {
  it('asks for a code, shows it, polls, and brings the tokens that Flyte Admin takes', async () => {
    const { type, interactive, acquire } = grant()
    expect({ type, interactive }).toEqual({ type: grantType, interactive: true })
    const login = acquire({ clock })
    const prompt = await prompted(login)
    expect(forms('/device/auth')).toEqual([{ client_id: 'flytectl', scope: 'all offline' }])
    expect(issuer.requestsTo('/device/auth')[0]?.headers).not.toHaveProperty('authorization')
    expect(prompt).toEqual({
      verificationUri: `${issuer.url}/device`,
      verificationUriComplete: `${issuer.url}/device?user_code=${prompt.userCode}`,
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      expiresAt: clock.now() + 600_000,
    })

    await letTimePass(clock, login, { until: 10_000 })
    expect(statuses('/token')).toEqual([400, 400])
    await issuer.approveDevice(prompt.userCode)
    const tokenSet = (await letTimePass(clock, login)) as TokenSet
    expect(tokenSet).toMatchObject({
      tokenType: 'bearer',
      issuer: issuer.issuer,
      refreshToken: expect.any(String),
      expiresAt: clock.now() + 3600_000,
    })
    expect(statuses('/token')).toEqual([400, 400, 200])
    const [first, ...others] = forms('/token')
    expect(first).toEqual({ grant_type: grantType, client_id: 'flytectl', device_code: expect.any(String) })
    expect(others).toEqual([first, first])
    for (const { headers } of issuer.requestsTo('/token')) expect(headers).not.toHaveProperty('authorization')
    expect(clock.monotonic()).toBe(15_000)
    expect(clock.sleeping).toBe(0)
    expect(prompts).toHaveLength(1)

    const headers = { authorization: `Bearer ${tokenSet.accessToken}`, accept: 'application/json' }
    expect((await fetch(`${admin.url}/me`, { headers })).status).toBe(200)
  })

  it('asks for the scopes, the client and the audience that it was given', async () => {
    const login = grant({
      clientId: 'flytectl',
      scopes: ['openid', 'all,offline'],
      audience: 'https://flyte.example.com',
    }).acquire({ clock })
    const prompt = await prompted(login)
    const asked = { client_id: 'flytectl', scope: 'openid all offline', audience: 'https://flyte.example.com' }
    expect(forms('/device/auth')).toEqual([asked])
    await issuer.approveDevice(prompt.userCode)
    expect(await letTimePass(clock, login)).toMatchObject({ idToken: expect.any(String) })
    expect(forms('/token')[0]).not.toHaveProperty('audience')
    expect(forms('/token')[0]).not.toHaveProperty('scope')
  })

  it('asks for the audience that Flyte Admin advertises, and for no scope where there is none', async () => {
    await using other = await startFlyteAdmin({
      auth: 'external',
      externalAuthServer: issuer.issuer,
      publicClient: { audience: 'https://advertised.example.com', scopes: [] },
    })
    const controller = new AbortController()
    const login = grant({ endpoint: other.url }).acquire({ clock, signal: controller.signal })
    await prompted(login)
    expect(forms('/device/auth')).toEqual([{ client_id: 'flytectl', audience: 'https://advertised.example.com' }])
    controller.abort('enough')
    expect(await failureOf(login)).toBe('enough')
  })

  it('ends where the person says no, with what to do', async () => {
    const login = grant().acquire({ clock })
    const prompt = await prompted(login)
    await issuer.denyDevice(prompt.userCode)
    const error = await failureOf(letTimePass(clock, login))
    expect(error).toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      grant: grantType,
      oauthError: 'access_denied',
      status: 400,
      endpoint: `${issuer.url}/token`,
      message: expect.stringMatching(/refused in the browser \(access_denied.*Log in again and allow it/),
    })
    expect(statuses('/token')).toEqual([400])
    expect(clock.sleeping).toBe(0)
  })

  it('ends where the code has, by the word of the server', async () => {
    const login = grant().acquire({ clock })
    const { userCode } = await prompted(login)
    await expireCode(userCode)
    expect(await failureOf(letTimePass(clock, login))).toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
      oauthError: 'expired_token',
      message: expect.stringContaining('Log in again and confirm it sooner'),
    })
    expect(statuses('/token')).toEqual([400])
  })

  it('ends where the code has, by our own clock, and asks no more then', async () => {
    const login = grant().acquire({ clock })
    const error = await failureOf(letTimePass(clock, login))
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT', grant: grantType })
    expect(error.message).toBe(
      'Nobody confirmed the login within 600 s, when its code ended. Log in again and confirm it sooner',
    )
    // Every five seconds, but not when it is over.
    expect(statuses('/token')).toHaveLength(119)
    expect(clock.monotonic()).toBe(600_000)
    expect(clock.sleeping).toBe(0)
  })

  it('may be given less time than the code has', async () => {
    const login = grant({ timeout: 12_000 }).acquire({ clock })
    const { expiresAt } = await prompted(login)
    expect(expiresAt).toBe(clock.now() + 12_000)
    expect(await failureOf(letTimePass(clock, login))).toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
      message: expect.stringMatching(/within 12 s, the timeout .* or give it a longer timeout/),
    })
    expect(statuses('/token')).toHaveLength(2)
    expect(clock.monotonic()).toBe(12_000)
  })

  it.each([Number.POSITIVE_INFINITY, 2 ** 31, 1e300])(
    'has the life of its code with a timeout of %s',
    async (timeout) => {
      const { sleep } = clock
      clock.sleep = (milliseconds, options) => {
        // A timer that is told to wait longer goes off at once.
        expect(milliseconds).toBeLessThan(2 ** 31)
        return sleep(milliseconds, options)
      }
      const login = grant({ timeout }).acquire({ clock })
      const { expiresAt } = await prompted(login)
      expect(expiresAt).toBe(clock.now() + 600_000)
      await expect(letTimePass(clock, login, { step: 100_000 })).rejects.toThrow('within 600 s')
    },
  )

  it.each([0, -1, Number.NaN])('cannot have a timeout of %s', (timeout) => {
    expect(() => grant({ timeout })).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
  })
})

describe('an abort', () => {
  it('between two polls ends the login at once, with its reason', async () => {
    const controller = new AbortController()
    const login = grant().acquire({ clock, signal: controller.signal })
    await letTimePass(clock, login, { until: 7_000 })
    const reason = new Error('the person left')
    controller.abort(reason)
    expect(await failureOf(login)).toBe(reason)
    await clock.advance(600_000)
    expect(statuses('/token')).toEqual([400])
    expect(clock.sleeping).toBe(0)
  })

  it.each(['/device/auth', '/token'])('in the middle of a request to %s ends it and the request', async (path) => {
    const controller = new AbortController()
    const signals: AbortSignal[] = []
    const held = grant({
      fetch: (url, init) => {
        if (!String(url).endsWith(path)) return fetch(url, init)
        signals.push(init?.signal as AbortSignal)
        // Nothing comes, and nothing hears of the signal either.
        return new Promise(() => {})
      },
    })
    const login = held.acquire({ clock, signal: controller.signal })
    if (path === '/token') await letTimePass(clock, login, { until: 4_000 })
    while (signals.length === 0) await clock.advance(1_000)
    controller.abort('enough')
    expect(await failureOf(login)).toBe('enough')
    expect(signals.map(({ aborted, reason }) => ({ aborted, reason }))).toEqual([{ aborted: true, reason: 'enough' }])
    expect(clock.sleeping).toBe(0)
  })
})

describe('an authorization server without a device flow', () => {
  const ways = [
    'FLYTE_CREDENTIALS_AUTH_MODE=standard',
    'FLYTE_CREDENTIALS_AUTH_MODE=basic',
    'FLYTE_CREDENTIALS_CLIENT_ID',
    'FLYTE_CREDENTIALS_CLIENT_SECRET',
  ]

  it("is Flyte Admin's own: the error says so, and how to log in", async () => {
    await using own = await startFlyteAdmin()
    const error = await failureOf(grant({ endpoint: own.url }).acquire({ clock }))
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE', grant: grantType, endpoint: `${own.url}/` })
    expect(error.message).toContain("Flyte Admin's own authorization server")
    for (const way of ways) expect(error.message).toContain(way)
    expect(prompts).toEqual([])
  })

  it.each([undefined, ''])('may be another: its endpoint is %j', async (endpoint) => {
    const server = { issuer: issuer.issuer, token_endpoint: `${issuer.url}/token` }
    const authorizationServer = {
      ...server,
      ...(endpoint !== undefined && { device_authorization_endpoint: endpoint }),
    }
    const error = await failureOf(grant({ authorizationServer }).acquire({ clock }))
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE', endpoint: `${issuer.url}/` })
    for (const way of [...ways, 'device_authorization_endpoint', "Flyte Admin's own"])
      expect(error.message).toContain(way)
    expect(issuer.requests).toEqual([])
  })

  it('may have none for this client', async () => {
    await using other = await startAuthorizationServer({
      clients: [{ id: 'pages', grantTypes: ['authorization_code'], redirectUris: ['http://localhost/callback'] }],
    })
    await using relaying = await startFlyteAdmin({ auth: 'external', externalAuthServer: other.issuer })
    const login = grant({ endpoint: relaying.url, clientId: 'pages' }).acquire({ clock })
    expect(await failureOf(login)).toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'invalid_request',
      endpoint: `${other.url}/device/auth`,
      message: expect.stringMatching(
        /^The device authorization endpoint .* refused .*not allowed for this client.*FLYTE_CREDENTIALS_CLIENT_ID/,
      ),
    })
    expect(prompts).toEqual([])
  })
})

describe('two logins of one grant at the same time', () => {
  it('have a code each, and each gets the tokens of its own', async () => {
    const { acquire } = grant()
    const clocks = [clock, createTestClock(Date.now())] as const
    const first = acquire({ clock: clocks[0] })
    await prompted(first)
    const second = acquire({ clock: clocks[1] })
    await letTimePass(clocks[1], second, { until: 0 })
    const [one, two] = prompts as [DevicePrompt, DevicePrompt]
    expect(one.userCode).not.toBe(two.userCode)

    await issuer.approveDevice(two.userCode)
    await issuer.denyDevice(one.userCode)
    const tokenSet = await letTimePass(clocks[1], second)
    expect(tokenSet).toHaveProperty('accessToken')
    expect(await failureOf(letTimePass(clocks[0], first))).toMatchObject({ oauthError: 'access_denied' })
    const codes = forms('/token').map(({ device_code }) => device_code)
    expect(new Set(codes).size).toBe(2)
  })
})

describe('in a token manager', () => {
  async function loggedIn() {
    const events: FlyteEvent[] = []
    const manager = createTokenManager({ grant: grant(), clock, onEvent: (event) => void events.push(event) })
    const login = manager.login()
    await issuer.approveDevice((await prompted(login)).userCode)
    const tokenSet = (await letTimePass(clock, login)) as TokenSet
    return { manager, tokenSet, events }
  }

  it('one login serves all, renews by its refresh token, which rotates, and asks nobody again', async () => {
    const { manager, tokenSet, events } = await loggedIn()
    expect(await manager.getToken()).toEqual(tokenSet)
    issuer.clearRequests()
    let current = tokenSet
    for (let round = 0; round < 2; round += 1) {
      const { refreshToken = '', accessToken } = current
      current = await manager.getToken({ rejected: accessToken })
      expect(current.accessToken).not.toBe(accessToken)
      expect(current.refreshToken).not.toBe(refreshToken)
      expect(forms('/token').at(-1)).toEqual({
        grant_type: 'refresh_token',
        client_id: 'flytectl',
        refresh_token: refreshToken,
      })
      await clock.advance(60_000)
    }
    expect(statuses('/token')).toEqual([200, 200])
    expect(prompts).toHaveLength(1)
    expect(events.map(({ type }) => type)).toEqual([
      'token.acquired',
      'token.rejected',
      'token.refreshed',
      'token.rejected',
      'token.refreshed',
    ])
  })

  it('a logout revokes the login, and nobody is asked again unasked', async () => {
    const { manager, tokenSet } = await loggedIn()
    const { refreshToken = '' } = tokenSet
    expect(await manager.logout()).toEqual({ revoked: true })
    expect(forms('/token/revocation')).toEqual([
      { client_id: 'flytectl', token: refreshToken, token_type_hint: 'refresh_token' },
    ])
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    const refresh = grant().refresh?.(tokenSet, { clock })
    expect(await failureOf(refresh ?? expect.unreachable())).toMatchObject({ oauthError: 'invalid_grant' })
    expect(prompts).toHaveLength(1)
  })

  it('a logout ends a login that is under way', async () => {
    const manager = createTokenManager({ grant: grant(), clock })
    const login = manager.login()
    login.catch(() => {})
    await prompted(login)
    await manager.logout()
    await expect(login).rejects.toMatchObject({ name: 'AbortError' })
    expect(clock.sleeping).toBe(0)
  })

  it('no event and no error holds the device code', async () => {
    const { events } = await loggedIn()
    const manager = createTokenManager({ grant: grant(), clock, onEvent: (event) => void events.push(event) })
    const login = manager.login()
    await issuer.denyDevice((await prompted(login, 1)).userCode)
    const error = await failureOf(letTimePass(clock, login))
    const codes = [...new Set(forms('/token').map(({ device_code = '' }) => device_code))]
    expect(codes).toHaveLength(2)
    expect(shownBy([error, events, prompts], codes)).toEqual([])
  })
})

/** Where oidc-provider keeps its device codes. */
interface DeviceCodes {
  find(id: string): Promise<object>
  upsert(id: string, code: object, seconds: number): Promise<void>
}

/** Has a code end at the server, which keeps it for a while, so as to be able to say so. */
async function expireCode(userCode: string): Promise<void> {
  const { DeviceCode } = issuer.provider
  const { jti } = (await DeviceCode.findByUserCode(userCode.replace('-', ''))) ?? expect.unreachable('no such code')
  const { adapter } = DeviceCode as unknown as { adapter: DeviceCodes }
  await adapter.upsert(jti, { ...(await adapter.find(jti)), exp: 1 }, 60)
}
