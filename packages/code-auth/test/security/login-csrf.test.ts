// Logging a victim in as somebody else, or out, from a page of an attacker.
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { ask, comeBack, createBrowser, expectRefused, logIn, origin, startScene } from './scene.js'

const scene = await startScene()
const twice = (query: URLSearchParams, name: string) => {
  for (const value of ['x', 'y']) query.append(name, value)
}
afterAll(() => scene[Symbol.asyncDispose]())
afterEach(() => scene.expectNothingTold())

describe("the attacker's callback in the victim's browser", () => {
  test('that has never begun a login is refused, and its code sent nowhere', async () => {
    const portal = scene.portal()
    const { answer } = await comeBack(portal)
    scene.provider.clearRequests()
    await expectRefused(await ask(portal, answer.href), 400, 'FLYTE_AUTH_STATE_MISMATCH')
    expect(scene.provider.requests).toEqual([])
  })

  test('that is logging in itself is refused, and its own login goes on', async () => {
    const portal = scene.portal()
    const [attacker, victim] = [await comeBack(portal), await comeBack(portal)]
    await expectRefused(
      await ask(portal, attacker.answer.href, { cookie: victim.cookie }),
      400,
      'FLYTE_AUTH_STATE_MISMATCH',
    )
    expect((await victim.browser.request(victim.answer)).status).toBe(303)
  })

  test("with the victim's state is refused by the provider: code and verifier belong together", async () => {
    const portal = scene.portal()
    const [attacker, victim] = [await comeBack(portal), await comeBack(portal)]
    const mixed = new URL(victim.answer)
    mixed.searchParams.set('code', attacker.answer.searchParams.get('code') as string)
    await expectRefused(await ask(portal, mixed.href, { cookie: victim.cookie }), 400, 'FLYTE_AUTH_GRANT_REFUSED')
    expect(await victim.browser.me()).toBeNull()
  })

  test('without PKCE is found out by the nonce', async () => {
    const portal = scene.portal({ pkce: false })
    const [attacker, victim] = [await comeBack(portal), await comeBack(portal)]
    const mixed = new URL(victim.answer)
    mixed.searchParams.set('code', attacker.answer.searchParams.get('code') as string)
    await expectRefused(await ask(portal, mixed.href, { cookie: victim.cookie }), 502, 'FLYTE_AUTH_RESPONSE_INVALID')
    expect(await victim.browser.me()).toBeNull()
  })

  test.each<[string, (query: URLSearchParams) => void]>([
    ['no state', (query) => query.delete('state')],
    ['an empty state', (query) => query.set('state', '')],
    ['a state that is cut', (query) => query.set('state', (query.get('state') as string).slice(0, 20))],
    ['a state that is longer', (query) => query.set('state', `${query.get('state')}x`)],
    ['a state of which the end is another', (query) => query.set('state', `${query.get('state')?.slice(0, 42)}~`)],
    ['two states', (query) => query.append('state', 'x')],
    ['the same state twice', (query) => query.append('state', query.get('state') as string)],
    ['__proto__ as its state', (query) => query.set('state', '__proto__')],
    ['a state that holds a line break', (query) => query.set('state', 'x\r\nSet-Cookie: a=b')],
  ])('with %s is refused', async (_, change) => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    change(answer.searchParams)
    await expectRefused(await ask(portal, answer.href, { cookie }), 400, 'FLYTE_AUTH_STATE_MISMATCH')
  })

  test.each<[string, (query: URLSearchParams) => void, number, string]>([
    [
      "another server's name",
      (query) => query.set('iss', 'https://evil.example.com'),
      400,
      'FLYTE_AUTH_ISSUER_MISMATCH',
    ],
    ['no name, where the server always gives one', (query) => query.delete('iss'), 400, 'FLYTE_AUTH_ISSUER_MISMATCH'],
    ['two codes', (query) => query.append('code', 'x'), 400, 'FLYTE_AUTH_RESPONSE_INVALID'],
    [
      'the same code twice',
      (query) => query.append('code', query.get('code') ?? ''),
      400,
      'FLYTE_AUTH_RESPONSE_INVALID',
    ],
    ["two servers' names", (query) => query.append('iss', 'https://x.example'), 400, 'FLYTE_AUTH_ISSUER_MISMATCH'],
    ['a code and two errors', (query) => twice(query, 'error'), 400, 'FLYTE_AUTH_RESPONSE_INVALID'],
    ['no code', (query) => query.delete('code'), 400, 'FLYTE_AUTH_RESPONSE_INVALID'],
    ['an ID token of the implicit flow', (query) => query.set('id_token', 'x'), 400, 'FLYTE_AUTH_RESPONSE_INVALID'],
  ])('with %s is refused (mix-up)', async (_, change, status, code) => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    change(answer.searchParams)
    scene.provider.clearRequests()
    await expectRefused(await ask(portal, answer.href, { cookie }), status, code)
    expect(scene.provider.requestsTo('/token')).toEqual([])
  })

  test('by POST, as in response_mode=form_post, is refused', async () => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    const init = { method: 'POST', body: answer.searchParams }
    await expectRefused(await ask(portal, answer.href, { cookie }, init), 400, 'FLYTE_AUTH_STATE_MISMATCH')
  })
})

/** What a browser says of a page of an attacker's. */
const foreign: [string, Record<string, string>][] = [
  ['another site', { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' }],
  ['another host of our site', { origin: 'https://evil.portal.example.com', 'sec-fetch-site': 'same-site' }],
  ['our host over http', { origin: 'http://portal.example.com' }],
  ['another port', { origin: `${origin}:8443` }],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a page that sends no origin', { referer: 'https://evil.example.com/' }],
  ['nowhere', {}],
]

describe.each(foreign)('a page of %s', (_, headers) => {
  test('cannot log a person in by a form', async () => {
    await expectRefused(
      await ask(scene.portal(), '/login', headers, { method: 'POST' }),
      403,
      'FLYTE_AUTH_ORIGIN_REFUSED',
    )
  })

  test('cannot log a person out by a form', async () => {
    const portal = scene.portal()
    const { browser, cookie } = await logIn(portal)
    const response = await ask(portal, '/logout', { ...headers, cookie }, { method: 'POST' })
    await expectRefused(response, 403, 'FLYTE_AUTH_ORIGIN_REFUSED')
    expect(await browser.me()).not.toBeNull()
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('cannot change anything at Flyte Admin by %s', async (method) => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    scene.admin.clearRequests()
    const init = { method, body: '{}' }
    const response = await ask(portal, '/api/v1/projects', { ...headers, cookie }, init)
    await expectRefused(response, 403, 'FLYTE_AUTH_ORIGIN_REFUSED')
    expect(scene.admin.requests).toEqual([])
  })

  test('cannot have a handler of ours change anything', async () => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    await expectRefused(
      await ask(portal, '/me', { ...headers, cookie }, { method: 'POST' }),
      403,
      'FLYTE_AUTH_ORIGIN_REFUSED',
    )
  })
})

test.each(['/login', '/logout'])('where POST is asked for, a link of an attacker does nothing at %s', async (path) => {
  const portal = scene.portal({ requirePost: true })
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await ask(portal, path, { origin }, { method })
    const { status } = response
    expect([status, response.headers.getSetCookie(), response.headers.get('allow')]).toEqual([405, [], 'POST'])
    if (method !== 'HEAD') expect(await response.text()).toBe('{"code":"FLYTE_AUTH_POST_REQUIRED"}')
  }
  expect((await ask(portal, path, { origin }, { method: 'POST' })).status).toBe(303)
})

test("what a browser's own pages send is served", async () => {
  const portal = scene.portal()
  const browser = createBrowser(portal)
  await browser.logIn()
  const response = await browser.request(`${origin}/api/v1/projects`, {
    method: 'POST',
    headers: { origin },
    body: '{}',
  })
  // Flyte Admin has heard it, and does not like it.
  expect(response.status).toBe(400)
  expect((await browser.request(`${origin}/logout`, { method: 'POST', headers: { origin } })).status).toBe(303)
  expect(await browser.me()).toBeNull()
})
