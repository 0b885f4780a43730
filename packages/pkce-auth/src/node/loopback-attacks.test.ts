// Who else may come to the redirect URI, and what they get: an answer, and nothing else. The honest login still succeeds.
import { createTestClock, followRedirects, startAuthorizationServer } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type BegunLogin, beginLogin } from '../../test/begin-login.js'
import { type EmbeddedTarget, startEmbedded } from '../../test/login-target.js'
import { expectFree, get, send } from '../../test/loopback.js'

let target: EmbeddedTarget
let login: BegunLogin
/** The honest answer, which nobody has taken yet. */
let callback: URL

async function begin(): Promise<void> {
  login = beginLogin({ endpoint: target.endpoint })
  callback = await followRedirects(await login.url, { until: target.redirectUri })
  target.admin.clearRequests()
  target.provider?.clearRequests()
}
/** The answer, with other parameters. */
function forged(parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(callback)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.href
}
/** Nothing of what came has been sent anywhere, and whoever logs in honestly is logged in. */
async function expectHonestLogin(): Promise<void> {
  expect(target.tokenRequests()).toEqual([])
  const page = await (await fetch(callback)).text()
  expect(page).toContain('You are logged in')
  const { accessToken } = await login.tokens
  const me = await fetch(`${target.endpoint}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
  expect(me.status).toBe(200)
  expect(target.tokenRequests()).toHaveLength(1)
  await expectFree(target.port)
}

beforeAll(async () => {
  target = await startEmbedded('external')
})
afterAll(() => target[Symbol.asyncDispose]())
beforeEach(begin)
// However the login ended.
afterEach(() => expectFree(target.port))

describe('a callback is refused, and the login goes on', () => {
  test.each<[string, Record<string, string | undefined>, RegExp]>([
    ['with a forged state', { state: 'f'.repeat(43) }, /another state/],
    ['with a state that is cut', { state: 'f' }, /another state/],
    ['without a state', { state: undefined }, /another state, or none/],
    [
      'with a foreign code and no state (code injection)',
      { code: 'canary', state: undefined },
      /another state, or none/,
    ],
    ["with another server's name (mix-up)", { iss: 'https://evil.example.com', code: 'canary' }, /RFC 9207/],
    ['with the right state and nothing else', { code: undefined }, /neither a code nor an error/],
    ['that does not say who answers, where the server always does', { iss: undefined }, /RFC 9207/],
    ['with an empty code', { code: '' }, /neither a code nor an error/],
    ['with an error of somebody who does not know the state', { error: 'access_denied', state: 'x' }, /another state/],
    ['with an error of another server', { error: 'access_denied', iss: 'https://evil.example.com' }, /RFC 9207/],
    [
      'that is answered in the implicit flow',
      { response: 'canary', code: undefined, id_token: 'x' },
      /JARM|id_token|no authorization response|neither/,
    ],
  ])('%s', async (_, parameters, reason) => {
    const response = await fetch(forged(parameters), { redirect: 'manual' })
    expect(response.status).toBe(400)
    const page = await response.text()
    expect(page).toContain('Nothing was done here')
    expect(login.refusals()).toEqual([expect.stringMatching(reason)])
    expect(page + login.refusals()).not.toMatch(/canary|evil/)
    await expectHonestLogin()
  })

  test('with two states or two codes', async () => {
    for (const twice of [`&state=${callback.searchParams.get('state')}`, '&code=x', '&iss=https://evil.example.com']) {
      expect((await fetch(`${callback.href}${twice}`)).status).toBe(400)
    }
    expect(login.refusals()).toHaveLength(3)
    await expectHonestLogin()
  })

  test('that answers the login before, whose port this one has', async () => {
    const { redirectUri, endpoint } = target
    await expectHonestLogin()
    const next = beginLogin({ endpoint })
    await next.url
    expect((await fetch(callback)).status).toBe(400)
    expect(next.refusals()).toEqual([expect.stringContaining('another state')])
    expect((await followRedirects(await next.url)).href).toBe(`${redirectUri}/done`)
    await next.tokens
    expect(target.tokenRequests()).toHaveLength(2)
  })

  test('before anybody has begun to log in', async () => {
    await fetch(callback)
    await login.tokens
    const { endpoint, redirectUri } = target
    const next = beginLogin({ endpoint })
    // As soon as the port is taken, and before anybody has the URL.
    const early = await vi.waitFor(() => fetch(`${redirectUri}?code=canary&state=canary`), { interval: 1 })
    expect(early.status).toBe(400)
    await followRedirects(await next.url)
    await next.tokens
    expect(target.tokenRequests()).toHaveLength(2)
  })
})

test("Flyte Admin's own server, which names nobody in its answers (RFC 9207), is told apart by the state alone", async () => {
  await fetch(callback)
  await login.tokens
  await using self = await startEmbedded('self')
  const { url, tokens, refusals } = beginLogin({ endpoint: self.endpoint })
  const honest = await followRedirects(await url, { until: self.redirectUri })
  expect(honest.searchParams.has('iss')).toBe(false)
  for (const [name, value] of [
    ['state', 'x'.repeat(43)],
    ['iss', 'https://evil.example.com'],
  ] as const) {
    const url = new URL(honest)
    url.searchParams.set(name, value)
    expect((await fetch(url)).status).toBe(400)
  }
  expect(self.tokenRequests()).toEqual([])
  expect(await (await fetch(honest)).text()).toContain('You are logged in')
  await tokens
  expect(refusals()).toHaveLength(2)
})

describe('a server says no', () => {
  test('and only whoever knows the state can say so', async () => {
    const { tokens, events } = login
    const denied = forged({ code: undefined, error: 'access_denied', error_description: '<script>alert(1)</script>' })
    const page = await (await fetch(denied)).text()
    await expect(tokens).rejects.toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
    expect(page).toContain('&#60;script&#62;')
    expect(page).not.toContain('<script')
    expect(target.tokenRequests()).toEqual([])
    expect(events).toHaveLength(1)
    await expectFree(target.port)
  })
})

describe('a callback that comes twice', () => {
  test('counts once, even at the same time, and both are answered', async () => {
    const pages = await Promise.all([callback, callback, callback].map(async (url) => (await fetch(url)).text()))
    for (const page of pages) expect(page).toContain('You are logged in')
    await login.tokens
    expect(target.tokenRequests()).toHaveLength(1)
    expect(login.refusals()).toEqual([expect.stringContaining('came before'), expect.stringContaining('came before')])
  })

  test('with another code the second time, has the first count', async () => {
    const first = await fetch(callback, { redirect: 'manual' })
    expect(first.status).toBe(303)
    const urls = [forged({ code: 'canary' }), `${target.redirectUri}/done`]
    const pages = await Promise.all(urls.map(async (url) => (await fetch(url)).text()))
    for (const page of pages) expect(page).toContain('You are logged in')
    await login.tokens
    expect(target.tokenRequests().map(({ body }) => new URLSearchParams(body).get('code'))).toEqual([
      callback.searchParams.get('code'),
    ])
  })
})

describe('a request is refused, and the login goes on', () => {
  const honest = () => `localhost:${target.port}`
  const query = () => callback.search

  test.each<[string, () => string, number]>([
    ['for another path', () => get(`/callback/${query()}`, honest()), 404],
    ['for the same path in another case', () => get(`/Callback${query()}`, honest()), 404],
    ['for the same path in another encoding', () => get(`/%63allback${query()}`, honest()), 404],
    ['for a path with dots', () => get(`/x/../callback${query()}`, honest()), 404],
    ['for a path with two slashes', () => get(`//callback${query()}`, honest()), 404],
    ['for the whole URL, as proxies are asked', () => get(callback.href, honest()), 404],
    ['for the page at the end, which is not there yet', () => get('/callback/done', honest()), 404],
    ['for the root', () => get('/', honest()), 404],
    ['by POST', () => get(`/callback${query()}`, honest(), { method: 'POST', headers: 'content-length: 0\r\n' }), 405],
    ['by HEAD', () => get(`/callback${query()}`, honest(), { method: 'HEAD' }), 405],
    ['by OPTIONS', () => get(`/callback${query()}`, honest(), { method: 'OPTIONS' }), 405],
    ['by a method that only proxies have', () => get(`/callback${query()}`, honest(), { method: 'TRACE' }), 405],
    ['under a foreign name (DNS rebinding)', () => get(`/callback${query()}`, `evil.example.com:${target.port}`), 421],
    [
      'under a foreign name that begins like ours',
      () => get(`/callback${query()}`, `localhost.evil.example.com:${target.port}`),
      421,
    ],
    ['under our name without the port', () => get(`/callback${query()}`, 'localhost'), 421],
    ['under our name with another port', () => get(`/callback${query()}`, 'localhost:1'), 421],
    ['under no name', () => get(`/callback${query()}`, ''), 421],
    ['for a favicon under a foreign name', () => get('/favicon.ico', 'evil.example.com'), 421],
    ['of old that has no name', () => `GET /callback${query()} HTTP/1.0\r\n\r\n`, 421],
    ['that is garbage', () => `\u0000\u0001\u0002${query()}\r\n\r\n`, 400],
    ['of 1 MiB', () => get(`/callback${query()}&x=${'x'.repeat(1024 * 1024)}`, honest()), 431],
  ])('%s', async (_, request, status) => {
    const answer = await send(target.port, request())
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer.toLowerCase()).toContain('connection: close')
    expect(answer).not.toContain(callback.searchParams.get('state'))
    expect(answer).not.toContain(callback.searchParams.get('code'))
    expect(login.refusals()).toEqual([expect.stringMatching(/^A request was refused: /)])
    await expectHonestLogin()
  })

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('but not under the name %s', async (name) => {
    const answer = await send(target.port, get(`/callback${query()}`, `${name}:${target.port}`), '::1')
    expect(answer).toMatch(/^HTTP\/1\.1 303 /)
    expect(await send(target.port, get('/callback/done', `${name}:${target.port}`))).toMatch(/^HTTP\/1\.1 200 /)
    await login.tokens
    expect(login.refusals()).toEqual([])
  })

  test('a favicon is asked for by every browser, and refused to none', async () => {
    const answer = await send(target.port, get('/favicon.ico', honest()))
    expect(answer).toMatch(/^HTTP\/1\.1 204 /)
    expect(login.refusals()).toEqual([])
    await expectHonestLogin()
  })
})

test('many who never end their requests do not keep the honest one out, nor the port taken', async () => {
  const slow = Array.from({ length: 100 }, (_, at) =>
    send(target.port, at % 2 ? 'GET /callback?code=' : 'GET / HTTP/1.1\r\nHost: localhost\r\nX-').catch(() => 'cut'),
  )
  await expectHonestLogin()
  await Promise.all(slow)
})

test("two logins in one process never have each other's answer", async () => {
  const clients = ['one', 'two']
  await using provider = await startAuthorizationServer({
    clients: [{ id: 'flytectl', redirectUris: ['http://127.0.0.1/callback'] }],
  })
  const options = {
    endpoint: target.endpoint,
    authorizationServer: async () =>
      (await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()) as never,
    redirectUri: 'http://127.0.0.1/callback',
  }
  const logins = clients.map(() => beginLogin(options))
  const callbacks = await Promise.all(
    logins.map(async ({ url }) => {
      const until = new URL(await url).searchParams.get('redirect_uri') ?? ''
      return followRedirects(await url, { until })
    }),
  )
  const [first, second] = callbacks as [URL, URL]
  // Each one's answer at the other's port, under the other's name.
  for (const [from, to] of [
    [first, second],
    [second, first],
  ] as const) {
    expect((await fetch(`${to.origin}${from.pathname}${from.search}`)).status).toBe(400)
  }
  expect(provider.requestsTo('/token')).toEqual([])
  await Promise.all(callbacks.map((url) => fetch(url)))
  const tokenSets = await Promise.all(logins.map(({ tokens }) => tokens))
  expect(new Set(tokenSets.map(({ accessToken }) => accessToken)).size).toBe(2)
  for (const { refusals } of logins) expect(refusals()).toEqual([expect.stringContaining('another state')])
  await expectHonestLogin()
})

test('a second login on the same port has an error of its own, and leaves the first alone', async () => {
  const second = beginLogin({ endpoint: target.endpoint })
  await expect(second.tokens).rejects.toMatchObject({
    code: 'FLYTE_AUTH_PORT_TAKEN',
    message: expect.stringContaining('this process itself, in which another login may be under way'),
  })
  await expectHonestLogin()
})

test('an answer that comes when the time is over finds nobody', async () => {
  const clock = createTestClock()
  await expectHonestLogin()
  login = beginLogin({ endpoint: target.endpoint }, { clock })
  const late = await followRedirects(await login.url, { until: target.redirectUri })
  await clock.advance(120_000)
  await expect(login.tokens).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
  await expect(fetch(late)).rejects.toThrow()
  expect(target.tokenRequests()).toHaveLength(1)
})
