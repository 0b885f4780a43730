import { gzipSync } from 'node:zlib'
import { AuthError, defined, type FlyteEvent, type TokenSource } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deferred, startServer, textOf } from '../test/upstream.js'
import { createProxy, type ProxyOptions } from './proxy.js'

const origin = 'https://portal.example.com'
let admin: FlyteAdmin
let accessToken: string
let events: FlyteEvent[]

beforeAll(async () => {
  admin = await startFlyteAdmin()
  const response = await fetch(`${admin.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('flytepropeller:short-secret')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
  })
  accessToken = (await response.json()).access_token
})
afterAll(() => admin.close())
beforeEach(() => {
  admin.clearRequests()
  events = []
})

/** A session that hands out tokens, one after the other, and keeps what it was asked. */
function session(...tokens: string[]) {
  const rejected: (string | undefined)[] = []
  const tokenSource: TokenSource = {
    getToken: async (options = {}) => {
      rejected.push(options.rejected)
      return { accessToken: tokens[Math.min(rejected.length, tokens.length) - 1] as string, tokenType: 'bearer' }
    },
  }
  return { tokenSource, rejected }
}

const proxyTo = (endpoint: string, options: Partial<ProxyOptions> = {}) =>
  createProxy({
    endpoint,
    origin,
    proxyPath: '/api/v1',
    header: 'authorization',
    onEvent: (event) => events.push(event),
    ...options,
  })

/** A request of a page of ours. */
const own = (path: string, init: RequestInit & { duplex?: 'half' } = {}) => {
  const request = new Request(`${origin}${path}`, init)
  if (!request.headers.has('origin')) request.headers.set('origin', origin)
  return request
}

const codeOf = async (response: Response) => {
  const body = await response.text()
  expect(Object.keys(JSON.parse(body))).toEqual(['code'])
  return JSON.parse(body).code
}

describe('a request goes on to Flyte Admin', () => {
  test('with the token of the session, and its query as it is', async () => {
    const response = await proxyTo(admin.url)(own('/api/v1/projects?limit=1&x=a%2Bb'), session(accessToken))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ projects: [{}] })
    expect(admin.requests).toMatchObject([
      { url: '/api/v1/projects?limit=1&x=a%2Bb', headers: { authorization: `Bearer ${accessToken}` } },
    ])
    expect(events).toEqual([])
  })

  test('from a path of our own to an Admin behind a path of its own', async () => {
    await using server = await startServer((incoming, outgoing) => outgoing.end(incoming.url))
    const proxy = proxyTo(`${server.origin}/flyte/`, { proxyPath: '/backend' })
    expect(await (await proxy(own('/backend/projects?x'), session('a'))).text()).toBe('/flyte/api/v1/projects?x')
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('with the body of a %s', async (method) => {
    await using server = await startServer(async (incoming, outgoing) => {
      outgoing.end(`${incoming.method} ${incoming.headers['content-type']} ${await textOf(incoming)}`)
    })
    const headers = { 'content-type': 'application/json' }
    const response = await proxyTo(server.origin)(own('/api/v1/x', { method, headers, body: '{"ü":1}' }), session('a'))
    expect(await response.text()).toBe(`${method} application/json {"ü":1}`)
  })

  test('as HEAD, whose answer has no body', async () => {
    const response = await proxyTo(admin.url)(own('/api/v1/projects', { method: 'HEAD' }), session(accessToken))
    expect([response.status, await response.text()]).toEqual([501, ''])
  })

  test('with the token in the header that Flyte Admin is set up for, and in no other', async () => {
    await using other = await startFlyteAdmin({
      httpAuthorizationHeader: 'x-token',
      secrets: admin.secrets,
      authorizedUris: [admin.url],
    })
    const request = own('/api/v1/projects', { headers: { authorization: 'Basic x', 'x-token': 'Bearer mine' } })
    await proxyTo(other.url, { header: 'x-token' })(request, session(accessToken))
    expect(other.requests[0]?.headers).toMatchObject({ 'x-token': `Bearer ${accessToken}` })
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
  })
})

describe('what a browser says of itself stays here', () => {
  test('who it is, where it comes from, and what is of its connection', async () => {
    const canary = 'canary'
    const headers = {
      authorization: canary,
      'flyte-authorization': canary,
      cookie: `flyte_at_1=${canary}`,
      'proxy-authorization': canary,
      'grpc-metadata-authorization': canary,
      'grpc-metadata-flyte-authorization': canary,
      forwarded: `for=${canary}`,
      'x-forwarded-for': canary,
      'x-forwarded-host': canary,
      'x-forwarded-proto': canary,
      'x-forwarded-user': canary,
      'x-real-ip': canary,
      'x-auth-request-email': canary,
      'x-http-method-override': canary,
      host: canary,
      connection: 'close, TraceParent ,x-request-id',
      'keep-alive': canary,
      'proxy-connection': canary,
      te: canary,
      trailer: canary,
      'transfer-encoding': canary,
      upgrade: canary,
      expect: canary,
      traceparent: canary,
      baggage: `tenant=${canary}`,
      'x-request-id': canary,
      'accept-encoding': canary,
      referer: `${origin}/${canary}`,
    }
    await proxyTo(admin.url)(own('/api/v1/projects', { headers }), session(accessToken))
    const sent = admin.requests[0]?.headers
    expect(JSON.stringify(sent)).not.toContain(canary)
    expect(sent).toMatchObject({ host: new URL(admin.url).host, 'accept-encoding': 'identity' })
    expect(sent).not.toHaveProperty('origin')
    expect(sent).not.toHaveProperty('cookie')
  })

  test('but what its call is about goes on', async () => {
    const headers = {
      accept: 'application/json',
      'accept-language': 'de',
      'content-type': 'application/json',
      'grpc-timeout': '5S',
      'x-request-id': 'r1',
      traceparent: '00-1-2-01',
      tracestate: 'a=b',
    }
    await proxyTo(admin.url)(own('/api/v1/projects', { headers }), session(accessToken))
    expect(admin.requests[0]?.headers).toMatchObject(headers)
  })
})

describe('an answer comes back', () => {
  test('without what is about another origin or a connection, as data', async () => {
    await using server = await startServer((_, outgoing) => {
      outgoing.setHeader('set-cookie', ['flyte_at_1=canary', 'b=canary'])
      outgoing.setHeader('access-control-allow-origin', '*')
      outgoing.setHeader('strict-transport-security', 'canary')
      outgoing.setHeader('www-authenticate', 'Basic realm="canary"')
      outgoing.setHeader('clear-site-data', '"canary"')
      outgoing.setHeader('content-security-policy', 'canary')
      outgoing.setHeader('location', 'canary')
      outgoing.setHeader('refresh', 'canary')
      outgoing.setHeader('connection', 'keep-alive, etag')
      outgoing.setHeader('etag', '"canary"')
      outgoing.setHeader('retry-after', '3')
      outgoing.writeHead(429, { 'content-type': 'text/html', 'content-length': '8' }).end('<script>')
    })
    const response = await proxyTo(server.origin)(own('/api/v1/x'), session('a'))
    expect(response.status).toBe(429)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-length': '8',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'text/html',
      'cross-origin-resource-policy': 'same-origin',
      'retry-after': '3',
      'x-content-type-options': 'nosniff',
    })
  })

  test.each([
    ['public, max-age=3600', 'private, no-store'],
    ['max-age=3600', 'private, no-store'],
    ['private, max-age=5', 'private, max-age=5'],
  ])('for nobody else, though Flyte Admin says %s: its caches go by Authorization', async (said, expected) => {
    await using server = await startServer((_, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': said, 'cdn-cache-control': 'max-age=60' }).end('x')
    })
    const { headers } = await proxyTo(server.origin)(own('/api/v1/x'), session('a'))
    expect([headers.get('cache-control'), headers.get('cdn-cache-control')]).toEqual([expected, null])
  })

  test('unpacked, and without the length that it had when it was packed', async () => {
    const packed = gzipSync('x'.repeat(1_000))
    await using server = await startServer((_, outgoing) => {
      outgoing.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed)
    })
    const response = await proxyTo(server.origin)(own('/api/v1/x'), session('a'))
    expect([...response.headers.keys()]).not.toContain('content-length')
    expect([...response.headers.keys()]).not.toContain('content-encoding')
    expect(await response.text()).toBe('x'.repeat(1_000))
  })

  test.each([204, 304])('with the status %i, which has no body', async (status) => {
    await using server = await startServer((_, outgoing) => outgoing.writeHead(status, { etag: '"1"' }).end())
    const response = await proxyTo(server.origin)(own('/api/v1/x'), session('a'))
    expect([response.status, response.body, response.headers.get('etag')]).toEqual([status, null, '"1"'])
  })

  test('with the error that Flyte Admin gives', async () => {
    const response = await proxyTo(admin.url)(own('/api/v1/projects/none'), session(accessToken))
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 5 })
  })

  test('as it comes, before it has ended', async () => {
    const seen = deferred()
    await using server = await startServer(async (_, outgoing) => {
      outgoing.write('first')
      await seen.promise
      outgoing.end('second')
    })
    const response = await proxyTo(server.origin)(own('/api/v1/x'), session('a'))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first')
    seen.resolve()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('second')
  })

  test("of Node's other fetch, which has a body of Node's, just as well", async () => {
    const proxy = proxyTo(admin.url, { fetch: createNodeFetch({ maxBytes: Number.POSITIVE_INFINITY }) })
    const response = await proxy(own('/api/v1/projects'), session(accessToken))
    expect(await response.json()).toHaveProperty('projects')
  })
})

describe('a request is refused before Flyte Admin sees it', () => {
  const foreign = { origin: 'https://evil.example.com' }

  test.each<[string, Request, number, string]>([
    [
      'a POST of a foreign page',
      own('/api/v1/x', { method: 'POST', headers: foreign }),
      403,
      'FLYTE_AUTH_ORIGIN_REFUSED',
    ],
    [
      'a DELETE of a foreign page',
      own('/api/v1/x', { method: 'DELETE', headers: foreign }),
      403,
      'FLYTE_AUTH_ORIGIN_REFUSED',
    ],
    ['a method that Flyte Admin has not', own('/api/v1/x', { method: 'OPTIONS' }), 405, 'FLYTE_ADMIN_REQUEST_INVALID'],
    ['two slashes', own('/api/v1//projects'), 400, 'FLYTE_ADMIN_REQUEST_INVALID'],
    ['an encoded slash', own('/api/v1/a%2fb'), 400, 'FLYTE_ADMIN_REQUEST_INVALID'],
    ['an encoded dot', own('/api/v1/a%2e'), 400, 'FLYTE_ADMIN_REQUEST_INVALID'],
    ['a path that leads out', own('/api/v1/../oauth2/token'), 404, 'FLYTE_ADMIN_REQUEST_INVALID'],
    ['an encoded path that leads out', own('/api/v1/%2e%2e/%2e%2e/me'), 404, 'FLYTE_ADMIN_REQUEST_INVALID'],
    ['another path', own('/me'), 404, 'FLYTE_ADMIN_REQUEST_INVALID'],
  ])('%s', async (_, request, status, code) => {
    const { tokenSource, rejected } = session(accessToken)
    const response = await proxyTo(admin.url)(request, { tokenSource })
    expect([response.status, await codeOf(response)]).toEqual([status, code])
    expect({ asked: rejected, requests: admin.requests }).toEqual({ asked: [], requests: [] })
    expect(events).toMatchObject([{ type: 'session.refused', status, code }])
  })

  test('when nobody is logged in, whatever cookies of Flyte Admin the browser has', async () => {
    const headers = { cookie: 'flyte_at_1=x; flyte_at_2=y', authorization: `Bearer ${accessToken}` }
    const response = await proxyTo(admin.url)(own('/api/v1/projects', { headers }), null)
    expect([response.status, await codeOf(response)]).toEqual([401, 'FLYTE_AUTH_LOGGED_OUT'])
    expect(admin.requests).toEqual([])
  })

  test('when its session ends as a token is wanted', async () => {
    const getToken = () => Promise.reject(new AuthError('FLYTE_AUTH_LOGGED_OUT', 'canary'))
    const response = await proxyTo(admin.url)(own('/api/v1/projects'), { tokenSource: { getToken } })
    expect([response.status, await codeOf(response)]).toEqual([401, 'FLYTE_AUTH_LOGGED_OUT'])
    expect(JSON.stringify(events)).not.toContain('canary')
  })

  test.each([
    ['FLYTE_AUTH_SERVER_UNREACHABLE', 503, undefined],
    ['FLYTE_AUTH_GRANT_REFUSED', 503, 'temporarily_unavailable'],
    ['FLYTE_AUTH_GRANT_REFUSED', 502, 'invalid_client'],
    ['FLYTE_STORE_READ_FAILED', 503, undefined],
  ] as const)('when no token can be had: %s', async (code, status, oauthError) => {
    const getToken = () => Promise.reject(new AuthError(code, 'canary', defined({ oauthError })))
    const response = await proxyTo(admin.url)(own('/api/v1/projects'), { tokenSource: { getToken } })
    expect([response.status, await codeOf(response)]).toEqual([status, code])
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '5' : null)
    expect(JSON.stringify(events)).not.toContain('canary')
  })

  test('an error that is not of this house passes through', async () => {
    const error = new TypeError('a mistake')
    const tokenSource = { getToken: () => Promise.reject(error) }
    await expect(proxyTo(admin.url)(own('/api/v1/projects'), { tokenSource })).rejects.toBe(error)
  })
})

describe('a token that Flyte Admin refuses', () => {
  const post = (body: BodyInit) => own('/api/v1/workflows', { method: 'POST', body, duplex: 'half' })

  test('is replaced once, and the request sent again with its body', async () => {
    const { tokenSource, rejected } = session('old', accessToken)
    const response = await proxyTo(admin.url)(post('{"a":1}'), { tokenSource })
    expect(response.status).toBe(400)
    expect(rejected).toEqual([undefined, 'old'])
    expect(admin.requests.map(({ body, status }) => [body, status])).toEqual([
      ['{"a":1}', 401],
      ['{"a":1}', 400],
    ])
  })

  test('is not sent twice where there is no other', async () => {
    const response = await proxyTo(admin.url)(own('/api/v1/projects'), session('old'))
    expect([response.status, await codeOf(response)]).toEqual([401, 'FLYTE_ADMIN_UNAUTHENTICATED'])
    expect(admin.requests).toHaveLength(1)
  })

  test('is not replaced more than once', async () => {
    const { tokenSource, rejected } = session('a', 'b', 'c')
    const response = await proxyTo(admin.url)(own('/api/v1/projects'), { tokenSource })
    expect([response.status, await codeOf(response)]).toEqual([401, 'FLYTE_ADMIN_UNAUTHENTICATED'])
    expect([admin.requests.length, rejected.length]).toEqual([2, 2])
  })

  test('is replaced for the next request where the body is gone', async () => {
    const { tokenSource, rejected } = session('old', accessToken)
    const response = await proxyTo(admin.url)(post(JSON.stringify({ id: { name: 'x'.repeat(100_000) } })), {
      tokenSource,
    })
    expect(response.status).toBe(401)
    expect(rejected).toEqual([undefined, 'old'])
    expect(admin.requests).toHaveLength(1)
  })
})

describe('a body', () => {
  test('that is large goes on as it comes', async () => {
    const arrived = deferred<number>()
    await using server = await startServer(async (incoming, outgoing) => {
      let length = 0
      for await (const chunk of incoming) {
        length += chunk.length
        if (length >= 100_000) arrived.resolve(length)
      }
      outgoing.end(String(length))
    })
    const { readable: body, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const answer = proxyTo(server.origin)(own('/api/v1/x', { method: 'POST', body, duplex: 'half' }), session('a'))
    writer.write(new Uint8Array(60_000))
    writer.write(new Uint8Array(40_000))
    // It has not ended, and Flyte Admin has it.
    expect(await arrived.promise).toBe(100_000)
    writer.write(new Uint8Array(5))
    writer.close()
    expect(await (await answer).text()).toBe('100005')
  })

  test('that nobody takes is not read', async () => {
    await using server = await startServer(() => undefined)
    let pulled = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1
          controller.enqueue(new Uint8Array(1024 * 1024))
        },
      },
      { highWaterMark: 0 },
    )
    const request = own('/api/v1/x', { method: 'POST', body, duplex: 'half' })
    const response = await proxyTo(server.origin, { timeout: 500 })(request, session('a'))
    expect(response.status).toBe(504)
    // What the sockets' buffers take, and no more.
    expect(pulled).toBeLessThan(30)
  })

  test('that breaks off ends the request', async () => {
    const closed = deferred<boolean>()
    await using server = await startServer((incoming) => {
      incoming.resume().once('close', () => closed.resolve(incoming.complete))
    })
    let isFirst = true
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (!isFirst) controller.error(new Error('canary'))
          else controller.enqueue(new Uint8Array(100_000))
          isFirst = false
        },
      },
      { highWaterMark: 0 },
    )
    const request = own('/api/v1/x', { method: 'POST', body, duplex: 'half' })
    const response = await proxyTo(server.origin)(request, session('a'))
    expect(response.status).toBe(502)
    expect((await response.text()) + JSON.stringify(events)).not.toContain('canary')
    expect(await closed.promise).toBe(false)
  })
})

describe('Flyte Admin', () => {
  test.each([301, 302, 303, 307, 308])('that answers with a %i is not followed', async (status) => {
    await using elsewhere = await startServer((_, outgoing) => outgoing.end('canary'))
    const take = admin.fault('/api/v1/projects', { kind: 'redirect', status, location: `${elsewhere.origin}/canary` })
    const response = await proxyTo(admin.url)(own('/api/v1/projects'), session(accessToken))
    take()
    expect([response.status, await codeOf(response)]).toEqual([502, 'FLYTE_ADMIN_RESPONSE_INVALID'])
    expect(JSON.stringify([...response.headers, events])).not.toContain('canary')
    expect(admin.requests).toHaveLength(1)
  })

  test('that cannot be reached', async () => {
    const server = await startServer(() => undefined)
    await server[Symbol.asyncDispose]()
    const response = await proxyTo(server.origin)(own('/api/v1/canary?token=canary'), session('canary'))
    expect([response.status, await codeOf(response)]).toEqual([502, 'FLYTE_ADMIN_UNREACHABLE'])
    expect(events).toMatchObject([{ reason: expect.stringContaining('ECONNREFUSED') }])
    expect(JSON.stringify(events)).not.toContain('canary')
  })

  test('that cuts the connection', async () => {
    const take = admin.fault('/api/v1/projects', { kind: 'reset' })
    const response = await proxyTo(admin.url)(own('/api/v1/projects'), session(accessToken))
    take()
    expect([response.status, await codeOf(response)]).toEqual([502, 'FLYTE_ADMIN_UNREACHABLE'])
  })

  test('that does not answer in time', async () => {
    const take = admin.fault('/api/v1/projects', { kind: 'black-hole' })
    const response = await proxyTo(admin.url, { timeout: 50 })(own('/api/v1/projects'), session(accessToken))
    take()
    expect([response.status, await codeOf(response)]).toEqual([504, 'FLYTE_ADMIN_TIMEOUT'])
  })

  test('that has begun to answer may take longer', async () => {
    const take = admin.fault('/api/v1/projects', { kind: 'drip', bytes: 200, every: 60 })
    const response = await proxyTo(admin.url, { timeout: 50 })(own('/api/v1/projects'), session(accessToken))
    take()
    expect(await response.json()).toHaveProperty('projects')
  })

  test('hears when the browser has left, before the answer', async () => {
    const [arrived, closed] = [deferred(), deferred()]
    await using server = await startServer((incoming) => {
      incoming.once('close', () => closed.resolve())
      arrived.resolve()
    })
    const controller = new AbortController()
    const answer = proxyTo(server.origin)(own('/api/v1/x', { signal: controller.signal }), session('a'))
    await arrived.promise
    controller.abort()
    await closed.promise
    expect((await answer).status).toBe(499)
    expect(events).toEqual([])
  })

  test.each(['abort', 'cancel'])('hears when the browser has left, within the answer: %s', async (how) => {
    const closed = deferred()
    await using server = await startServer((_, outgoing) => {
      outgoing.once('close', () => closed.resolve())
      outgoing.write('first')
    })
    const controller = new AbortController()
    const response = await proxyTo(server.origin)(own('/api/v1/x', { signal: controller.signal }), session('a'))
    if (how === 'abort') controller.abort()
    else await response.body?.cancel()
    await closed.promise
  })
})
