import { createAdminClient } from '@flyte-js/admin'
import { type FlyteEvent, fetchTransport } from '@flyte-js/core'
import { createUserAgent, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeTab, type FakeTab } from '../test/fake-page.js'
import { type AdminSessionOptions, createAdminSession } from './create-admin-session.js'

const app = 'https://app.example.com'
const fails = (code: string) => expect.objectContaining({ code })
let admin: FlyteAdmin
let tab: FakeTab
let browser: ReturnType<typeof createUserAgent>
let events: FlyteEvent[]

beforeEach(async () => {
  admin = await startFlyteAdmin()
  tab = createFakeTab(`${app}/board?view=canary-query`)
  browser = createUserAgent()
  events = []
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await admin.close()
})

function open(options: Partial<AdminSessionOptions> = {}) {
  const fetch: AdminSessionOptions['fetch'] = (url, init) => browser.request(url, init as RequestInit)
  return createAdminSession({ endpoint: admin.url, fetch, onEvent: (event) => void events.push(event), ...options })
}

/** What a browser does at Flyte Admin's login. */
const logIn = () => browser.followRedirects(`${admin.url}/login?redirect_url=/healthcheck`)

describe('user', () => {
  it('is the person of the session, and null without one', async () => {
    const { user } = open()
    expect(await user()).toBeNull()
    await logIn()
    expect(await user()).toMatchObject({ subject: 'user-1', name: 'Test User', claims: { aud: 'flyteadmin' } })
    const [first] = admin.requestsTo('/me')
    expect(first?.headers.accept).toBe('application/json')
    expect(first?.headers).not.toHaveProperty('authorization')
    expect(events).toEqual([])
  })

  it('sends the cookies, and follows no redirect', async () => {
    const fetch = vi.fn(async () => new Response('{"subject":"a"}'))
    await open({ fetch }).user()
    expect(fetch).toHaveBeenCalledExactlyOnceWith(
      `${admin.url}/me`,
      expect.objectContaining({ credentials: 'include', redirect: 'manual' }),
    )
  })

  it('throws where the page has come back from a login without one, but not for ever', async () => {
    const { login, user } = open()
    login()
    expect(await user()).toBeNull()
    tab.load(`${app}/board?view=canary-query`)
    const error = await open()
      .user()
      .catch((error) => error)
    expect(error).toEqual(fails('FLYTE_AUTH_COOKIES_BLOCKED'))
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('canary')
    await logIn()
    expect(await user()).toMatchObject({ subject: 'user-1' })
    await browser.request(`${admin.url}/logout`)
    expect(await user()).toBeNull()
  })

  it.each([
    [{ status: 501, body: {} }, 'FLYTE_AUTH_LOGIN_UNAVAILABLE', /useAuth/],
    [{ status: 200, body: '<html>' }, 'FLYTE_AUTH_RESPONSE_INVALID', /HTTP 200/],
    [{ status: 302, headers: { location: 'https://proxy.example/canary' } }, 'FLYTE_AUTH_RESPONSE_INVALID', /HTTP 302/],
    [{ status: 503, body: 'canary' }, 'FLYTE_AUTH_RESPONSE_INVALID', /HTTP 503/],
  ])('throws for %j', async (answer, code, message) => {
    admin.answer('/me', answer)
    const error = await open()
      .user()
      .catch((error) => error)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), endpoint: `${admin.url}/me` })
    expect(JSON.stringify(error)).not.toContain('canary')
  })

  it('throws for a redirect that the browser hides', async () => {
    const hidden = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
    await expect(open({ fetch: async () => hidden }).user()).rejects.toThrow(/answered with a redirect/)
  })

  it('is not to be had from a Flyte Admin without logins', async () => {
    await admin.close()
    admin = await startFlyteAdmin({ auth: 'none' })
    await expect(open().user()).rejects.toEqual(fails('FLYTE_AUTH_LOGIN_UNAVAILABLE'))
  })

  it('throws where nobody answers, in time, or at all; and the reason of an abort', async () => {
    const session = open({ timeout: 20 })
    admin.fault('/me', { kind: 'black-hole' }, 2)
    await expect(session.user()).rejects.toEqual(fails('FLYTE_HTTP_TIMEOUT'))
    const reason = new Error('no longer wanted')
    const aborting = new AbortController()
    const aborted = open().user({ signal: aborting.signal })
    aborting.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    await admin.close()
    await expect(open().user()).rejects.toEqual(fails('FLYTE_HTTP_UNREACHABLE'))
  })
})

describe.each(['login', 'logout'] as const)('%s', (page) => {
  it('leaves for Flyte Admin, which is told where to come back to', () => {
    const session = open({ allowedRedirects: ['https://other.example.com'] })
    session[page]()
    session[page]({ returnTo: '/x' })
    session[page]({ returnTo: 'https://other.example.com/y' })
    expect(tab.left.map(({ origin, pathname }) => origin + pathname)).toEqual(Array(3).fill(`${admin.url}/${page}`))
    expect(tab.left.map(({ searchParams }) => searchParams.get('redirect_url'))).toEqual([
      `${app}/board?view=canary-query`,
      `${app}/x`,
      'https://other.example.com/y',
    ])
  })

  it('stays for a place that is not allowed', () => {
    expect(() => open()[page]({ returnTo: 'https://evil.example' })).toThrow(fails('FLYTE_INVALID_ARGUMENT'))
    expect(tab.left).toEqual([])
    expect(tab.stored).toEqual({})
  })

  it('knows a Flyte Admin under a path, and on the origin of the page', () => {
    open({ endpoint: '/flyte' })[page]()
    expect(tab.left[0]?.href).toBe(`${app}/flyte/${page}?redirect_url=%2Fboard%3Fview%3Dcanary-query`)
  })
})

describe('fetch', () => {
  it('is a fetch for Flyte Admin, with cookies whatever is said', async () => {
    const fetch = vi.fn(async () => new Response())
    const session = open({ endpoint: 'https://flyte.example.com/base', fetch })
    await session.fetch('/api/v1/projects?limit=1', { method: 'POST', credentials: 'omit' })
    await session.fetch(new URL('https://flyte.example.com/base/me'))
    expect(fetch.mock.calls).toEqual([
      ['https://flyte.example.com/base/api/v1/projects?limit=1', { method: 'POST', credentials: 'include' }],
      ['https://flyte.example.com/base/me', { credentials: 'include' }],
    ])
  })

  it.each([
    'https://evil.example/',
    'https://flyte.example.com/other',
    'https://flyte.example.com/based',
    'https://flyte.example.com.evil.example/base/',
    'https://user@flyte.example.com/base/',
    'http://flyte.example.com/base/',
    '/../other',
    'api/v1/projects',
    '',
  ])('refuses %s', async (url) => {
    const fetch = vi.fn()
    const session = open({ endpoint: 'https://flyte.example.com/base', fetch })
    await expect(session.fetch(`${url}?canary`)).rejects.toEqual(fails('FLYTE_INVALID_ARGUMENT'))
    await expect(session.fetch(`${url}?canary`)).rejects.not.toThrow('canary')
    expect(fetch).not.toHaveBeenCalled()
  })

  it('is the transport of an admin client, without a token; 50 refusals are one event, until somebody is signed in again', async () => {
    const session = open()
    const transport = fetchTransport({ fetch: session.fetch, credentials: 'include' })
    const client = createAdminClient({ endpoint: admin.url, transport })
    const list = () => client.admin.listProjects({})
    const listMany = () =>
      Promise.allSettled(Array.from({ length: 50 }, (_, index) => client.admin.listProjects({ limit: index + 1 })))
    await logIn()
    expect((await list()).projects).toHaveLength(3)
    expect(await session.user()).toMatchObject({ subject: 'user-1' })
    await browser.request(`${admin.url}/logout`)
    for (const outcome of await listMany()) {
      expect(outcome).toMatchObject({ reason: fails('FLYTE_ADMIN_UNAUTHENTICATED') })
    }
    const event = { type: 'session.expired', endpoint: `${admin.url}/` }
    expect(events).toEqual([event])
    await logIn()
    await session.user()
    await list()
    await browser.request(`${admin.url}/logout`)
    await listMany()
    expect(events).toEqual([event, event])
    for (const { headers } of admin.requestsTo('/api/v1/projects')) {
      expect(Object.keys(headers)).not.toContain('authorization')
    }
  })

  it('takes no other status for the end of the session', async () => {
    const session = open()
    admin.answer('/api/v1/projects', { status: 403 })
    expect((await session.fetch('/api/v1/projects')).status).toBe(403)
    expect(events).toEqual([])
    expect((await session.fetch('/me')).status).toBe(401)
    expect(events).toHaveLength(1)
  })

  it('hands on what the browser throws', async () => {
    const failure = new TypeError('Failed to fetch')
    await expect(open({ fetch: () => Promise.reject(failure) }).fetch('/me')).rejects.toBe(failure)
  })
})

describe('on a server that renders', () => {
  it('a session is made without harm, and says what is missing when it is asked', async () => {
    vi.unstubAllGlobals()
    const session = open()
    for (const run of [session.login, session.logout]) {
      expect(() => run()).toThrow(fails('FLYTE_AUTH_LOGIN_UNAVAILABLE'))
    }
    await expect(session.user()).rejects.toEqual(fails('FLYTE_AUTH_LOGIN_UNAVAILABLE'))
    await expect(session.fetch('/me')).rejects.toEqual(fails('FLYTE_AUTH_LOGIN_UNAVAILABLE'))
    expect(admin.requests).toEqual([])
  })
})

it.each(['', 'ftp://flyte.example.com', 'javascript:x', 'https://'])('no endpoint is %j', async (endpoint) => {
  await expect(open({ endpoint }).user()).rejects.toEqual(fails('FLYTE_INVALID_ARGUMENT'))
})
