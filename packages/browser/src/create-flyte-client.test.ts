import { AuthError, type FlyteEvent, type TokenSource } from '@flyte-js/core'
import { createTestClock, createUserAgent, type FlyteAdmin, followRedirects, startFlyteAdmin } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeTab, type FakeTab } from '../test/fake-page.js'
import { createFlyteClient } from './create-flyte-client.js'
import type { FlyteClientOptions, PkceClientOptions } from './flyte-client-options.js'

const app = 'https://app.example.com'
const fails = (code: string) => expect.objectContaining({ code })
let admin: FlyteAdmin
let tab: FakeTab
let events: FlyteEvent[]
let clock: ReturnType<typeof createTestClock>

beforeEach(async () => {
  const redirectUris = [`${app}/`, `${app}/callback`]
  admin = await startFlyteAdmin({ clients: [{ id: 'page', redirectUris }], cors: { allowedOrigins: [app] } })
  tab = createFakeTab(`${app}/board?view=1#top`)
  events = []
  clock = createTestClock(Date.now())
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await admin.close()
})

function open(options: Partial<PkceClientOptions> = {}) {
  const onEvent = (event: FlyteEvent) => void events.push(event)
  return createFlyteClient({ endpoint: admin.url, auth: 'pkce', clientId: 'page', clock, onEvent, ...options })
}

/** Has a page leave for a login, and loads the one that is come back to. */
async function leave(flyte: ReturnType<typeof open>, until = `${app}/`): Promise<URL> {
  const before = tab.left.length
  const ending = new AbortController()
  const login = flyte.auth.login({ signal: ending.signal })
  login.catch(() => {})
  await expect.poll(() => tab.left.length).toBe(before + 1)
  const authorizationUrl = tab.left.at(-1) as URL
  const answer = await followRedirects(authorizationUrl, { until })
  // No page is left to hold a lock, as none is in a browser; what it has stored stays.
  const stored = { ...tab.stored }
  ending.abort()
  await login.catch(() => {})
  Object.assign(tab.stored, stored)
  tab.load(answer.href)
  return authorizationUrl
}

/** A page at which somebody has logged in. */
async function openLoggedIn(options: Partial<PkceClientOptions> = {}) {
  await leave(open(options))
  const flyte = open(options)
  await flyte.auth.handleRedirectCallback()
  return flyte
}

const kept = () => Object.keys(tab.stored).filter((name) => name.includes(':login:'))
const projects = (flyte: ReturnType<typeof open>) => flyte.admin.listProjects({})

describe('with PKCE', () => {
  it('does nothing before it is used', async () => {
    const flyte = open()
    expect(await flyte.auth.handleRedirectCallback()).toBeUndefined()
    expect(flyte.endpoint).toBe(admin.url)
    expect(admin.requests).toEqual([])
    expect(tab.left).toEqual([])
    expect(tab.stored).toEqual({})
    flyte.close()
  })

  it('logs a person in by a redirect, and calls Flyte Admin with the token', async () => {
    const authorizationUrl = await leave(open({ parameters: { prompt: 'select_account' }, scopes: ['all'] }))
    expect(Object.fromEntries(authorizationUrl.searchParams)).toMatchObject({
      client_id: 'page',
      redirect_uri: `${app}/`,
      scope: 'all',
      code_challenge_method: 'S256',
      prompt: 'select_account',
    })
    const flyte = open({ scopes: ['all'] })
    // By two, as React's StrictMode does.
    const [back, again] = await Promise.all([flyte.auth.handleRedirectCallback(), flyte.auth.handleRedirectCallback()])
    expect(back).toEqual({ returnTo: '/board?view=1#top' })
    expect(again).toEqual(back)
    expect(await flyte.auth.handleRedirectCallback()).toEqual(back)
    expect(tab.address).toBe(`${app}/`)
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)

    expect((await projects(flyte)).projects).toHaveLength(3)
    expect(await flyte.auth.user()).toMatchObject({ subject: 'user-1', name: 'Test User', claims: { sub: 'user-1' } })
    const { accessToken } = await flyte.auth.getToken()
    // A page of another origin is not let through with `authorization`.
    for (const { headers } of admin.requestsTo('/api/v1/projects')) {
      expect(headers).toMatchObject({ 'flyte-authorization': `Bearer ${accessToken}` })
      expect(headers).not.toHaveProperty('authorization')
      expect(headers).not.toHaveProperty('cookie')
    }
    flyte.close()
  })

  it('keeps the login in the tab, for this endpoint, client, scopes and audience', async () => {
    await openLoggedIn()
    expect(kept()).toHaveLength(1)
    tab.load(`${app}/board`)
    const reloaded = open()
    expect(await reloaded.auth.handleRedirectCallback()).toBeUndefined()
    expect((await projects(reloaded)).projects).toHaveLength(3)
    for (const other of [{ clientId: 'other' }, { scopes: ['all'] }, { audience: 'other' }])
      await expect(projects(open(other))).rejects.toEqual(fails('FLYTE_AUTH_LOGGED_OUT'))
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
  })

  it('keeps it in memory alone, or in a store that was given', async () => {
    const inMemory = await openLoggedIn({ storage: 'memory' })
    expect(kept()).toEqual([])
    expect((await projects(inMemory)).projects).toHaveLength(3)
    const get = vi.fn(async () => ({ accessToken: 'of the store', tokenType: 'bearer' }))
    const store = { get, set: vi.fn(), delete: vi.fn(), withLock: vi.fn() }
    expect(await open({ storage: store }).auth.getToken()).toMatchObject({ accessToken: 'of the store' })
    expect(get).toHaveBeenCalledWith(expect.stringMatching(/^localhost_\d+-page-[0-9a-f]{32}$/))
  })

  it('asks nobody to log in unasked: no call leaves the page', async () => {
    const flyte = open()
    expect(await flyte.auth.user()).toBeNull()
    expect(admin.requests).toEqual([])
    expect(events).toEqual([])
    for (const call of [projects(flyte), flyte.auth.getToken()])
      await expect(call).rejects.toEqual(fails('FLYTE_AUTH_LOGGED_OUT'))
    // Not even after a refusal, where a new login would be refused as well: a page would go round for ever.
    const loggedIn = await openLoggedIn()
    admin.answer('/api/v1/projects', { status: 401 })
    for (const _ of [1, 2]) await expect(projects(loggedIn)).rejects.toEqual(fails('FLYTE_ADMIN_UNAUTHENTICATED'))
    expect(tab.left).toHaveLength(1)
  })

  it('tries the other header with a token that was refused in the advertised one', async () => {
    await admin.close()
    const clients = [{ id: 'page', redirectUris: [`${app}/`] }]
    admin = await startFlyteAdmin({ clients, cors: { allowedOrigins: [app] }, httpAuthorizationHeader: 'x-elsewhere' })
    const flyte = await openLoggedIn()
    expect((await projects(flyte)).projects).toHaveLength(3)
    expect((await projects(flyte)).projects).toHaveLength(3)
    const headers = admin
      .requestsTo('/api/v1/projects')
      .map((request) => [request.status, Object.keys(request.headers)])
    expect(headers).toEqual([
      [401, expect.arrayContaining(['flyte-authorization'])],
      [200, expect.arrayContaining(['authorization'])],
      [200, expect.arrayContaining(['authorization'])],
    ])
  })

  it('says that nobody is logged in once the token has ended, and renews it where it may', async () => {
    const [online, offline] = [await openLoggedIn(), await openLoggedIn({ offline: true, scopes: ['all', 'offline'] })]
    await clock.advance(1_800_000)
    expect(await online.auth.user()).toBeNull()
    await expect(projects(online)).rejects.toEqual(fails('FLYTE_AUTH_LOGGED_OUT'))
    expect((await projects(offline)).projects).toHaveLength(3)
    const grantTypes = admin.requestsTo('/oauth2/token').map(({ body }) => new URLSearchParams(body).get('grant_type'))
    expect(grantTypes).toEqual(['authorization_code', 'authorization_code', 'refresh_token'])
  })

  it('forgets the login at a logout, and what was asked with it', async () => {
    const flyte = await openLoggedIn()
    const body = JSON.stringify({ id: { name: 'train' }, closure: null, short_description: '' })
    admin.answer('/api/v1/tasks/p/d/train/v1', { status: 200, headers: { 'content-type': 'application/json' }, body })
    const task = () => flyte.admin.getTask({ id: { project: 'p', domain: 'd', name: 'train', version: 'v1' } })
    for (const _ of [1, 2]) expect(await task()).toMatchObject({ id: { name: 'train' } })
    expect(admin.requestsTo('/api/v1/tasks/p/d/train/v1')).toHaveLength(1)
    expect(await flyte.auth.logout()).toEqual({ revoked: false })
    expect(kept()).toEqual([])
    expect(await flyte.auth.user()).toBeNull()
    await expect(task()).rejects.toEqual(fails('FLYTE_AUTH_LOGGED_OUT'))
    // And a login is possible again.
    await leave(flyte)
    expect(await open().auth.handleRedirectCallback()).toEqual({ returnTo: '/' })
  })

  it('refuses an answer to no login of this tab, and keeps what is in it to itself', async () => {
    tab.load(`${app}/?code=canary-code&state=canary-state`)
    const error = await open()
      .auth.handleRedirectCallback()
      .catch((reason) => reason)
    expect(error).toEqual(fails('FLYTE_AUTH_STATE_MISMATCH'))
    expect(`${error.stack}${JSON.stringify([error, error.cause, events])}`).not.toContain('canary')
  })

  it('sends everything by the fetch that it is given', async () => {
    const asked: string[] = []
    const fetch: PkceClientOptions['fetch'] = (url, init) => {
      asked.push(new URL(url).pathname)
      return globalThis.fetch(url, init as RequestInit)
    }
    const flyte = await openLoggedIn({ fetch })
    await projects(flyte)
    // The login is a browser's, and not the page's.
    const paths = admin.requests.map(({ path }) => path)
    expect(asked).toEqual(paths.filter((path) => !/^\/(login|callback|oauth2\/authorize(_callback)?)$/.test(path)))
    expect(asked).toEqual(expect.arrayContaining(['/oauth2/token', '/api/v1/projects']))
  })

  it('waits for an execution', async () => {
    const flyte = await openLoggedIn()
    const id = { project: 'flytesnacks', domain: 'development', name: 'none' }
    await expect(flyte.waitForExecution(id)).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  })

  it('takes an aborted signal as it is', async () => {
    const reason = new Error('no longer wanted')
    const flyte = await openLoggedIn()
    for (const run of [flyte.auth.login, flyte.auth.user, flyte.auth.getToken])
      await expect(run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(tab.left).toHaveLength(1)
  })
})

describe('with the session of Flyte Admin', () => {
  it('calls it with cookies, and leaves for its login and logout', async () => {
    const browser = createUserAgent()
    const fetch = vi.fn((url: string | URL, init?: object) => browser.request(url, init as RequestInit))
    const flyte = createFlyteClient({ endpoint: admin.url, auth: 'admin-session', fetch })
    expect(await flyte.auth.handleRedirectCallback()).toBeUndefined()
    expect(await flyte.auth.user()).toBeNull()
    await flyte.auth.login({ returnTo: '/after' })
    expect(tab.left.at(-1)?.href).toContain(`${admin.url}/login?redirect_url=`)
    await browser.followRedirects(`${admin.url}/login?redirect_url=/healthcheck`)
    expect(await flyte.auth.user()).toMatchObject({ subject: 'user-1' })
    expect((await flyte.admin.listProjects({})).projects).toHaveLength(3)
    for (const [, init] of fetch.mock.calls) expect(init).toMatchObject({ credentials: 'include' })
    for (const { headers } of admin.requests) expect(headers).not.toHaveProperty('flyte-authorization')
    await flyte.auth.logout()
    expect(tab.left.at(-1)?.href).toContain(`${admin.url}/logout?redirect_url=`)
    await expect(flyte.auth.login({ returnTo: 'https://evil.example' })).rejects.toEqual(
      fails('FLYTE_INVALID_ARGUMENT'),
    )
    flyte.close()
  })
})

describe('with tokens from elsewhere', () => {
  it('sends them, and says whose they are', async () => {
    const { accessToken } = await (await openLoggedIn()).auth.getToken()
    const tokenSource: TokenSource = { getToken: vi.fn(async () => ({ accessToken, tokenType: 'bearer' })) }
    const flyte = createFlyteClient({ endpoint: admin.url, auth: tokenSource, authorizationHeader: 'authorization' })
    expect((await flyte.admin.listProjects({})).projects).toHaveLength(3)
    expect(admin.requestsTo('/api/v1/projects')[0]?.headers).toMatchObject({ authorization: `Bearer ${accessToken}` })
    expect(await flyte.auth.user()).toMatchObject({ subject: 'user-1' })
    expect(await flyte.auth.getToken()).toMatchObject({ accessToken })
    expect(flyte.auth).not.toHaveProperty('login')
    const failing = createFlyteClient({
      endpoint: admin.url,
      auth: { getToken: () => Promise.reject(new Error('no')) },
    })
    await expect(failing.auth.user()).rejects.toThrow('no')
  })
})

describe('on a server that renders', () => {
  beforeEach(() => void vi.unstubAllGlobals())

  it.each(['/', 'https://flyte.example.com'])('is made without harm for %s', async (endpoint) => {
    const flyte = open({ endpoint })
    expect(await flyte.auth.handleRedirectCallback()).toBeUndefined()
    await expect(flyte.auth.login()).rejects.toEqual(fails('FLYTE_AUTH_LOGIN_UNAVAILABLE'))
    flyte.close()
  })

  it('knows its endpoint where that is no path of a page', () => {
    expect(open({ endpoint: 'https://flyte.example.com/base/' }).endpoint).toBe('https://flyte.example.com/base')
    expect(() => open({ endpoint: '/base' }).endpoint).toThrow(fails('FLYTE_AUTH_LOGIN_UNAVAILABLE'))
    createFakeTab(`${app}/x`)
    expect(open({ endpoint: '/base/' }).endpoint).toBe(`${app}/base`)
    expect(open({ endpoint: '/' }).endpoint).toBe(app)
  })
})

describe('refuses', () => {
  it.each(['', 'flyte.example.com', '//flyte.example.com', 'ftp://flyte.example.com', 'javascript:x', 'https://'])(
    'the endpoint %j',
    (endpoint) => {
      expect(() => open({ endpoint })).toThrow(fails('FLYTE_INVALID_ARGUMENT'))
    },
  )

  it.each(['PKCE', 'redirect', undefined, null, {}, () => {}])('a login that there is not: %s', (auth) => {
    const options = { endpoint: admin.url, auth } as unknown as FlyteClientOptions
    expect(() => createFlyteClient(options)).toThrow(/auth must be 'pkce', 'admin-session', or a token source/)
  })

  it('a client secret, wherever it is, and says where it may be', () => {
    const options = { endpoint: admin.url, auth: 'pkce' } as const
    const attempts = [
      // @ts-expect-error: a page cannot keep it
      () => createFlyteClient({ ...options, clientSecret: 'canary' }),
      // @ts-expect-error: nor where it is a parameter
      () => createFlyteClient({ ...options, parameters: { client_secret: 'canary' } }),
      // @ts-expect-error: nor with cookies
      () => createFlyteClient({ endpoint: admin.url, auth: 'admin-session', clientSecret: 'canary' }),
      () => createFlyteClient({ ...options, ...{ client_secret: 'canary' } }),
    ]
    for (const attempt of attempts) {
      expect(attempt).toThrow(AuthError)
      expect(attempt).toThrow(fails('FLYTE_INVALID_ARGUMENT'))
      expect(attempt).toThrow(/public client.*@flyte-js\/code-auth/)
      expect(attempt).not.toThrow(/canary/)
    }
    expect(() => createFlyteClient({ ...options, parameters: { prompt: 'login' } })).not.toThrow()
  })
})
