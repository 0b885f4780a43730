// What is in the headers of a request, over a real connection: who it says that we are, and what it would have us write.
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { toNodeHandler } from '../../src/node/index.js'
import { sendRaw, startServer } from '../upstream.js'
import { ask, comeBack, expectRefused, logIn, origin, type Portal, redirectUri, startScene } from './scene.js'

const scene = await startScene()
afterAll(() => scene[Symbol.asyncDispose]())
afterEach(() => scene.expectNothingTold())

/** A portal behind Node's HTTP server. */
async function serve(portal: Portal, trustForwarded = false) {
  const errors: unknown[] = []
  const handler = toNodeHandler(portal.handle, { trustForwarded, onError: (error) => errors.push(error) })
  return { ...(await startServer(handler)), errors }
}
const raw = (line: string, headers: readonly string[]) =>
  [`${line} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n')
/** A body of one chunk, with nothing in it but a code. */
const refused = /\r\n\r\n[0-9a-f]+\r\n\{"code":"\w+"\}\r\n0\r\n\r\n$/
const headerOf = (answer: string, name: string) =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(answer.slice(0, answer.indexOf('\r\n\r\n')))?.[1]?.trim()

/** Ways to say that we are somebody else. */
const spoofed: [string, readonly string[]][] = [
  ['Host', ['Host: evil.example.com']],
  ['X-Forwarded-Host', ['Host: h', 'X-Forwarded-Host: evil.example.com']],
  ['X-Forwarded-Proto', ['Host: h', 'X-Forwarded-Proto: http']],
  ['Forwarded', ['Host: h', 'Forwarded: host=evil.example.com;proto=http']],
  [
    'all of them',
    [
      'Host: evil.example.com',
      'X-Forwarded-Host: evil.example.com',
      'X-Forwarded-Server: evil.example.com',
      'X-Original-URL: //evil.example.com',
      'X-Rewrite-URL: //evil.example.com',
      'X-Host: evil.example.com',
    ],
  ],
]

describe.each([false, true])(
  'who we are is no matter of the request, though trustForwarded is %s',
  (trustForwarded) => {
    test.each(spoofed)('a login goes to our own redirect URI: %s', async (_, headers) => {
      await using server = await serve(scene.portal(), trustForwarded)
      const answer = await sendRaw(server.port, raw('GET /login?redirect_url=/home', headers))
      expect(answer).toMatch(/^HTTP\/1\.1 303 /)
      const location = new URL(headerOf(answer, 'location') as string)
      expect([location.origin, location.searchParams.get('redirect_uri')]).toEqual([scene.provider.url, redirectUri])
      expect(answer).not.toContain('evil')
      expect(headerOf(answer, 'set-cookie')).toMatch(/^__Host-.*; Secure/)
    })

    test.each(spoofed)('a logout goes to our own page: %s', async (_, headers) => {
      await using server = await serve(scene.portal(), trustForwarded)
      const answer = await sendRaw(server.port, raw('GET /logout', headers))
      expect([answer.slice(9, 12), headerOf(answer, 'location')]).toEqual(['303', '/'])
    })

    test.each(spoofed)('a foreign page stays foreign: %s', async (_, headers) => {
      const portal = scene.portal()
      const { cookie } = await logIn(portal)
      await using server = await serve(portal, trustForwarded)
      scene.admin.clearRequests()
      for (const from of ['https://evil.example.com', 'http://evil.example.com', 'https://h', 'http://h']) {
        const all = [...headers, `Origin: ${from}`, `Cookie: ${cookie}`, 'Content-Length: 0']
        const answer = await sendRaw(server.port, raw('POST /api/v1/projects', all))
        expect(answer).toMatch(/^HTTP\/1\.1 403 /)
        expect(answer).toMatch(refused)
      }
      expect(scene.admin.requests).toEqual([])
    })

    test.each(spoofed)('a callback is exchanged for our own redirect URI: %s', async (_, headers) => {
      const portal = scene.portal()
      const { answer, cookie } = await comeBack(portal)
      await using server = await serve(portal, trustForwarded)
      scene.provider.clearRequests()
      const got = await sendRaw(server.port, raw(`GET /callback${answer.search}`, [...headers, `Cookie: ${cookie}`]))
      expect(got).toMatch(/^HTTP\/1\.1 303 /)
      const [exchange] = scene.provider.requestsTo('/token')
      expect(new URLSearchParams(exchange?.body).get('redirect_uri')).toBe(redirectUri)
    })

    test('Flyte Admin hears nothing of it', async () => {
      const portal = scene.portal()
      const { cookie } = await logIn(portal)
      await using server = await serve(portal, trustForwarded)
      scene.admin.clearRequests()
      for (const [, headers] of spoofed)
        await sendRaw(server.port, raw('GET /api/v1/projects', [...headers, `Cookie: ${cookie}`]))
      expect(scene.admin.requests).toHaveLength(spoofed.length)
      expect(JSON.stringify(scene.admin.requests.map(({ headers }) => headers))).not.toMatch(/evil|forwarded|x-o|x-r/)
    })
  },
)

describe('a line break does not become a header', () => {
  const injected = [
    '%0d%0aSet-Cookie:%20canary=1',
    '%0aSet-Cookie:%20canary=1',
    '%0d%0a%0d%0a<script>canary</script>',
    '%E5%98%8A%E5%98%8DSet-Cookie:canary=1',
  ]

  test.each(injected)('of the address: %s', async (text) => {
    const portal = scene.portal()
    await using server = await serve(portal)
    const paths = [
      `/login?redirect_url=/${text}`,
      `/login?x=${text}`,
      `/logout?redirect_url=/${text}`,
      `/callback?state=${text}&code=${text}&iss=${text}`,
      `/callback?state=x&error=${text}&error_description=${text}&error_uri=${text}`,
      `/api/v1/${text}`,
      `/me/${text}`,
    ]
    for (const path of paths) {
      const answer = await sendRaw(server.port, raw(`GET ${path.replaceAll(' ', '%20')}`, ['Host: h']))
      expect(answer).not.toMatch(/^set-cookie:.*canary/im)
      const [, body = ''] = answer.split('\r\n\r\n')
      expect(body).not.toContain('canary')
      expect(headerOf(answer, 'location') ?? '').not.toMatch(/[\r\n]/)
    }
    expect(server.errors).toEqual([])
  })

  test('of a cookie, whose name is not written back as it came', async () => {
    const portal = scene.portal()
    for (const name of [
      '__Host-flyte-js-login-x\ty',
      '__Host-flyte-js-login-<b>',
      '__Host-flyte-js-login-a,b',
      '__Host-flyte-js-login-"',
    ]) {
      const response = await ask(portal, '/logout', { cookie: `${name}=1` })
      expect(response.status).toBe(303)
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })

  test.each(['X-Request-Id', 'Accept', 'Grpc-Timeout', 'Traceparent'])(
    'of %s, on its way to Flyte Admin',
    async (name) => {
      const portal = scene.portal()
      const { cookie } = await logIn(portal)
      await using server = await serve(portal)
      scene.admin.clearRequests()
      // A bare line feed, and an obsolete folded line, which some take for the beginning of another header.
      for (const value of [
        'a\nAuthorization: Bearer canary',
        'a\r\n Authorization: Bearer canary',
        'a\rAuthorization: canary',
      ]) {
        await sendRaw(server.port, raw('GET /api/v1/projects', ['Host: h', `Cookie: ${cookie}`, `${name}: ${value}`]))
      }
      for (const { headers } of scene.admin.requests) expect(headers.authorization).not.toContain('canary')
    },
  )
})

describe('a request that can be read in two ways (smuggling)', () => {
  test.each<[string, readonly string[]]>([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['an encoding that is none', ['Transfer-Encoding: xchunked']],
    ['a length that is none', ['Content-Length: -1']],
  ])('with %s reaches nobody', async (_, headers) => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    await using server = await serve(portal)
    scene.admin.clearRequests()
    const all = ['Host: h', `Origin: ${origin}`, `Cookie: ${cookie}`, ...headers]
    const answer = await sendRaw(
      server.port,
      `${raw('POST /api/v1/projects', all)}0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(scene.admin.requests).toEqual([])
  })

  test.each([
    '/api/v1/../../oauth2/token',
    '/api/v1/%2e%2e/me',
    '/api/v1/..\\me',
    '/api/v1//projects',
    '/api/v1/%2e%2e%2fme',
    '//api/v1/projects',
    '/api/v1/a%252e%252e%252fme',
    '/api/v1/%00',
    'http://evil.example.com/api/v1/projects',
  ])('for %s does not get past', async (target) => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    await using server = await serve(portal)
    scene.admin.clearRequests()
    const answer = await sendRaw(server.port, raw(`GET ${target}`, ['Host: h', `Cookie: ${cookie}`]))
    // What is not below /api/v1 is a page of the portal's.
    expect(answer).toMatch(target.startsWith('//') ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 40[04] /)
    if (!target.startsWith('//')) expect(answer).toMatch(refused)
    expect(scene.admin.requests).toEqual([])
  })
})

describe('a connection that is to become another one', () => {
  test.each([
    ['websocket', ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13']],
    ['h2c', ['HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA']],
  ])('stays one of HTTP/1.1, here and at Flyte Admin: %s', async (name, more) => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    await using server = await serve(portal)
    scene.admin.clearRequests()
    const all = ['Host: h', `Cookie: ${cookie}`, 'Connection: Upgrade, HTTP2-Settings', `Upgrade: ${name}`, ...more]
    const answer = await sendRaw(server.port, raw('GET /api/v1/projects', all))
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    const [{ headers = {} } = {}] = scene.admin.requests
    expect(Object.keys(headers).filter((each) => /upgrade|websocket|http2/.test(each))).toEqual([])
    expect(headers.connection).not.toMatch(/upgrade/i)
  })

  test('has no headers after a body that go on', async () => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    await using server = await serve(portal)
    scene.admin.clearRequests()
    const all = [
      'Host: h',
      `Origin: ${origin}`,
      `Cookie: ${cookie}`,
      'Trailer: Authorization',
      'Transfer-Encoding: chunked',
    ]
    await sendRaw(server.port, `${raw('POST /api/v1/projects', all)}2\r\n{}\r\n0\r\nAuthorization: canary\r\n\r\n`)
    expect(scene.admin.requests).toMatchObject([{ body: '{}' }])
    expect(JSON.stringify(scene.admin.requests)).not.toContain('canary')
  })
})

describe('a Cookie header that is huge', () => {
  test('is refused by Node, before anybody reads it', async () => {
    await using server = await serve(scene.portal())
    const answer = await sendRaw(
      server.port,
      raw('GET /api/v1/projects', ['Host: h', `Cookie: a=${'x'.repeat(20_000)}`]),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('is nobody where it gets through, and what comes after it is served', async () => {
    const portal = scene.portal()
    const { browser, cookie } = await logIn(portal)
    const huge = `${Array.from({ length: 50_000 }, (_, index) => `a${index}=x`).join('; ')}; ${cookie}`
    await expectRefused(await ask(portal, '/api/v1/projects', { cookie: huge }), 401, 'FLYTE_AUTH_LOGGED_OUT')
    const logins = Array.from({ length: 1_000 }, (_, index) => `__Host-flyte-js-login-${index}=x`).join('; ')
    const began = performance.now()
    const response = await ask(portal, '/login', { cookie: logins })
    expect(response.status).toBe(303)
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(await browser.me()).not.toBeNull()
  })
})

test('nothing of a session may be kept by anybody between', async () => {
  const portal = scene.portal()
  const { answer, cookie } = await comeBack(portal)
  const responses = [
    await ask(portal, '/login'),
    await ask(portal, answer.href, { cookie }),
    await ask(portal, '/logout', { cookie }),
    await ask(portal, '/callback'),
    await ask(portal, '/api/v1/projects'),
  ]
  for (const { headers } of responses) expect(headers.get('cache-control')).toContain('no-store')
  const { cookie: session } = await logIn(portal)
  const proxied = await ask(portal, '/api/v1/projects', { cookie: session })
  expect(proxied.headers.get('cache-control')).toContain('no-store')
})

test.each(['memory', 'cookie'] as const)(
  'every cookie is for no script, no other site, no other host and https alone; tokens are in: %s',
  async (kind) => {
    const portal = scene.portal(kind === 'cookie' ? { store: 'cookie' } : {})
    const { answer, cookie } = await comeBack(portal)
    const { cookie: session } = await logIn(portal)
    const responses = [
      await ask(portal, '/login'),
      await ask(portal, answer.href, { cookie }),
      await ask(portal, '/logout', { cookie: session }),
    ]
    for (const { headers } of responses) {
      expect(headers.getSetCookie()).not.toEqual([])
      for (const line of headers.getSetCookie()) {
        expect(line).toMatch(/^__Host-flyte-js-[\w-]+=[\w.~-]*; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=\d+$/)
      }
    }
  },
)
