import { getEventListeners, once } from 'node:events'
import type { Agent, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CreateFetchOptions } from '../src/fetch.js'
import type { Fetch } from '../src/fetch-contract.js'
import { closeOf, deferred, rejectionOf, startServer } from './server.js'

/** What a fetch under test is made with. */
export type MakeFetch = (options?: Pick<CreateFetchOptions, 'timeout' | 'maxBytes'>) => Fetch

/** The second server of a redirect, and what it was sent. */
const startPair = async (status: number, body = '') => {
  const other = await startServer((_, response) => response.end('arrived'))
  const first = await startServer((request, response) => {
    if (request.url === '/arrived') response.end('arrived')
    else {
      const location = request.url === '/away' ? `${other.origin}/arrived?of=${status}` : 'arrived'
      response.writeHead(status, { location }).end(body)
    }
  })
  return { first, other }
}

const secretHeaders = {
  Authorization: 'Bearer secret',
  'Flyte-Authorization': 'Bearer secret',
  Cookie: 'session=secret',
  'X-Api-Key': 'secret',
}

/** What every fetch of flyte-js does, whichever library sends the request. */
export function describeFetch(makeFetch: MakeFetch): void {
  describe('an answer', () => {
    test('has status, headers and body, which can be read as text, JSON, bytes, and from a clone', async () => {
      const server = await startServer((_, response) =>
        response
          .writeHead(418, 'Short And Stout', { 'x-kind': 'tea', 'content-type': 'application/json' })
          .end('{"a":"ü"}'),
      )
      const answer = () => makeFetch()(`${server.origin}/pot?x=1`, { headers: { accept: 'application/json' } })
      const response = await answer()
      expect([response.status, response.statusText, response.ok]).toEqual([418, 'Short And Stout', false])
      expect(response.headers.get('X-Kind')).toBe('tea')
      expect(await response.clone().text()).toBe('{"a":"ü"}')
      expect(await response.json()).toEqual({ a: 'ü' })
      expect(new Uint8Array(await (await answer()).arrayBuffer())).toHaveLength(10)
      expect(server.received[0]).toMatchObject({
        method: 'GET',
        url: '/pot?x=1',
        headers: { accept: 'application/json' },
      })
    })

    test.each([204, 205, 304])('with status %i has no body', async (status) => {
      const server = await startServer((_, response) => response.writeHead(status).end())
      const response = await makeFetch()(server.origin)
      expect([response.status, await response.text()]).toEqual([status, ''])
    })

    test('to HEAD has headers and no body', async () => {
      const server = await startServer((_, response) => response.writeHead(200, { 'content-length': 5 }).end())
      const response = await makeFetch()(server.origin, { method: 'HEAD' })
      expect([response.headers.get('content-length'), await response.text()]).toEqual(['5', ''])
    })

    test('that is compressed is decompressed', async () => {
      const server = await startServer((_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain')),
      )
      expect(await (await makeFetch()(server.origin)).text()).toBe('plain')
    })

    test('is read whole before it is handed over', async () => {
      const server = await startServer((_, response) => {
        response.write('whole ')
        setImmediate(() => response.end('body'))
      })
      const response = await makeFetch()(server.origin)
      await server.close()
      expect(await response.text()).toBe('whole body')
    })

    test('is handed over as it comes when there is no limit to it', async () => {
      const rest = deferred<ServerResponse>()
      const server = await startServer((_, response) => {
        response.write('first ')
        rest.resolve(response)
      })
      const response = await makeFetch({ maxBytes: Number.POSITIVE_INFINITY })(server.origin)
      ;(await rest.promise).end('rest')
      expect(await response.text()).toBe('first rest')
    })
  })

  test('a request goes out with method, body and headers, a URL may be an object, headers a list', async () => {
    const server = await startServer((_, response) => response.end())
    const fetch = makeFetch()
    await fetch(new URL('/token', server.origin), { method: 'POST', body: 'a=ü', headers: [['x-a', '1']] })
    await fetch(server.origin, { headers: new Headers({ 'X-B': '2' }) })
    await fetch(server.origin, { method: 'POST', body: new URLSearchParams({ a: 'b c' }) })
    expect(server.received).toMatchObject([
      { method: 'POST', url: '/token', body: 'a=ü', headers: { 'x-a': '1' } },
      { method: 'GET', headers: { 'x-b': '2' } },
      { body: 'a=b+c', headers: { 'content-type': expect.stringContaining('application/x-www-form-urlencoded') } },
    ])
  })

  describe('a timeout', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    })
    afterEach(() => {
      vi.restoreAllMocks()
      vi.useRealTimers()
    })

    test('ends the wait for headers, and the connection', async () => {
      const asked = deferred<Socket>()
      const server = await startServer((request) => asked.resolve(request.socket))
      const failed = rejectionOf(makeFetch({ timeout: 5000 })(`${server.origin}/slow?token=secret`))
      const closed = closeOf(await asked.promise)
      await vi.advanceTimersByTimeAsync(5000)
      expect(await failed).toMatchObject({
        name: 'TransportError',
        code: 'FLYTE_HTTP_TIMEOUT',
        message: `${server.origin}/slow gave no whole answer within 5000 ms`,
        url: `${server.origin}/slow`,
      })
      await closed
    })

    test('ends the wait for the rest of a body, and the connection', async () => {
      const dripping = deferred<Socket>()
      const server = await startServer((request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('drip', () => dripping.resolve(request.socket))
      })
      const failed = rejectionOf(makeFetch({ timeout: 5000 })(server.origin))
      const closed = closeOf(await dripping.promise)
      await vi.advanceTimersByTimeAsync(5000)
      expect(await failed).toMatchObject({ code: 'FLYTE_HTTP_TIMEOUT' })
      await closed
    })

    test('is 15 s unless another is given', async () => {
      const asked = deferred()
      const server = await startServer(() => asked.resolve())
      const ended = vi.fn()
      const failed = rejectionOf(makeFetch()(server.origin)).finally(ended)
      await asked.promise
      await vi.advanceTimersByTimeAsync(14_999)
      expect(ended).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      expect(await failed).toMatchObject({ code: 'FLYTE_HTTP_TIMEOUT' })
    })

    test.each([0, Number.POSITIVE_INFINITY, 2 ** 31])('of %d is none', async (timeout) => {
      const asked = deferred<ServerResponse>()
      const server = await startServer((_, response) => asked.resolve(response))
      const answered = makeFetch({ timeout })(server.origin)
      const response = await asked.promise
      expect(vi.getTimerCount()).toBe(0)
      response.end('at last')
      expect(await (await answered).text()).toBe('at last')
    })

    test('leaves no timer behind, however the request ends', async () => {
      const started = vi.spyOn(globalThis, 'setTimeout')
      const cleared = vi.spyOn(globalThis, 'clearTimeout')
      const server = await startServer((_, response) => response.end('1234'))
      await makeFetch({ timeout: 12_345 })(server.origin)
      await rejectionOf(makeFetch({ timeout: 12_345, maxBytes: 3 })(server.origin))
      await server.close()
      await rejectionOf(makeFetch({ timeout: 12_345 })(server.origin))
      const timers = started.mock.calls.flatMap(([, delay], call) =>
        delay === 12_345 ? [started.mock.results[call]?.value] : [],
      )
      expect(timers).toHaveLength(3)
      expect(cleared.mock.calls.flat()).toEqual(expect.arrayContaining(timers))
    })
  })

  describe('an abort', () => {
    const reason = { any: 'reason, error or not' }

    test('before the request lets none out', async () => {
      const server = await startServer((_, response) => response.end())
      expect(await rejectionOf(makeFetch()(server.origin, { signal: AbortSignal.abort(reason) }))).toBe(reason)
      expect(server.sockets).toHaveLength(0)
    })

    test('while waiting for headers comes through as it is and closes the connection', async () => {
      const asked = deferred<Socket>()
      const server = await startServer((request) => asked.resolve(request.socket))
      const controller = new AbortController()
      const failed = rejectionOf(makeFetch()(server.origin, { signal: controller.signal }))
      const closed = closeOf(await asked.promise)
      controller.abort(reason)
      expect(await failed).toBe(reason)
      await closed
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    })

    test('in the middle of a body comes through as it is and closes the connection', async () => {
      const dripping = deferred<Socket>()
      const server = await startServer((request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('drip', () => dripping.resolve(request.socket))
      })
      const controller = new AbortController()
      const failed = rejectionOf(makeFetch()(server.origin, { signal: controller.signal }))
      const closed = closeOf(await dripping.promise)
      controller.abort(reason)
      expect(await failed).toBe(reason)
      await closed
    })

    test('without a reason is an AbortError', async () => {
      const controller = new AbortController()
      controller.abort()
      expect(await rejectionOf(makeFetch()('http://127.0.0.1:1', { signal: controller.signal }))).toMatchObject({
        name: 'AbortError',
      })
    })

    test('that never comes leaves no listener on the signal', async () => {
      const server = await startServer((_, response) => response.end())
      const { signal } = new AbortController()
      await makeFetch()(server.origin, { signal })
      await rejectionOf(makeFetch({ maxBytes: 1 })('http://127.0.0.1:1', { signal }))
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    })
  })

  describe('a body over the limit', () => {
    const tooLarge = { name: 'TransportError', code: 'FLYTE_HTTP_BODY_TOO_LARGE', sent: 'yes' }

    test('is refused by one byte and not before', async () => {
      const server = await startServer((_, response) => response.end('12345678'))
      expect(await (await makeFetch({ maxBytes: 8 })(server.origin)).text()).toBe('12345678')
      expect(await rejectionOf(makeFetch({ maxBytes: 7 })(`${server.origin}/big?token=secret`))).toMatchObject({
        ...tooLarge,
        message: `${server.origin}/big answered with more than 7 bytes`,
      })
    })

    test.each([
      ['declared', { 'content-length': 4 * 1024 * 1024 }],
      ['chunked', {}],
    ])('that is %s ends the transfer long before its end', async (_, headers) => {
      const ended = deferred<boolean>()
      const server = await startServer((_, response) => {
        response.writeHead(200, headers)
        response.on('close', () => ended.resolve(response.writableFinished))
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(1024))) {}
          response.once('drain', more)
        }
        more()
      })
      expect(await rejectionOf(makeFetch({ maxBytes: 1000 })(server.origin))).toMatchObject(tooLarge)
      // The server sees the connection close with the answer unfinished.
      expect(await ended.promise).toBe(false)
    })

    test('is measured after decompression: a gzip bomb does not go off', async () => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
      const server = await startServer((_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb),
      )
      const before = process.memoryUsage().arrayBuffers
      expect(await rejectionOf(makeFetch({ maxBytes: 100_000 })(server.origin))).toMatchObject(tooLarge)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024)
    })

    test('is one of more than 1 MiB by default', async () => {
      const server = await startServer((request, response) => response.end(Buffer.alloc(Number(request.url?.slice(1)))))
      const fetch = makeFetch()
      expect((await (await fetch(`${server.origin}/1048576`)).arrayBuffer()).byteLength).toBe(1_048_576)
      expect(await rejectionOf(fetch(`${server.origin}/1048577`))).toMatchObject(tooLarge)
    })
  })

  describe('a redirect', () => {
    test.each([301, 302, 303, 307, 308])('%i to the same origin keeps the headers', async (status) => {
      const { first } = await startPair(status)
      const response = await makeFetch()(`${first.origin}/start`, { headers: secretHeaders })
      expect(await response.text()).toBe('arrived')
      expect(first.received[1]).toMatchObject({
        method: 'GET',
        url: '/arrived',
        headers: {
          authorization: 'Bearer secret',
          'flyte-authorization': 'Bearer secret',
          cookie: 'session=secret',
          'x-api-key': 'secret',
        },
      })
    })

    test.each([301, 302, 303, 307, 308])('%i to another origin takes no credentials along', async (status) => {
      const { first, other } = await startPair(status)
      const headers = { ...secretHeaders, Accept: 'text/plain', 'Accept-Language': 'de' }
      const response = await makeFetch()(`${first.origin}/away`, { headers })
      expect(await response.text()).toBe('arrived')
      expect(other.received).toMatchObject([
        { method: 'GET', url: `/arrived?of=${status}`, headers: { accept: 'text/plain', 'accept-language': 'de' } },
      ])
      expect(JSON.stringify(other.received)).not.toContain('secret')
    })

    test.each([301, 302, 303])('%i makes a POST a GET, without body and what describes it', async (status) => {
      const { first, other } = await startPair(status)
      const fetch = makeFetch()
      const post = {
        method: 'POST',
        body: 'client_secret=secret',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '20', 'x-a': '1' },
      }
      expect(await (await fetch(`${first.origin}/start`, post)).text()).toBe('arrived')
      expect(first.received[1]).toMatchObject({ method: 'GET', url: '/arrived', body: '', headers: { 'x-a': '1' } })
      expect(first.received[1]?.headers).not.toHaveProperty('content-type')
      expect(first.received[1]?.headers).not.toHaveProperty('content-length')
      expect(await (await fetch(`${first.origin}/away`, post)).text()).toBe('arrived')
      expect(other.received).toMatchObject([{ method: 'GET', body: '' }])
      expect(JSON.stringify(other.received)).not.toContain('secret')
    })

    test.each([307, 308])(
      '%i keeps method and body for the same origin, and refuses the body to another',
      async (status) => {
        const { first, other } = await startPair(status)
        const fetch = makeFetch()
        const post = { method: 'POST', body: 'client_secret=secret' }
        expect(await (await fetch(`${first.origin}/start`, post)).text()).toBe('arrived')
        expect(first.received[1]).toMatchObject({ method: 'POST', url: '/arrived', body: 'client_secret=secret' })
        expect(await rejectionOf(fetch(`${first.origin}/away`, post))).toMatchObject({
          code: 'FLYTE_HTTP_REDIRECT_REFUSED',
          sent: 'yes',
          message: `${first.origin}/away answered with a redirect that is not followed: it would send the body to another origin, ${other.origin}`,
        })
        expect(other.received).toHaveLength(0)
      },
    )

    test.each([
      ['PUT', 301, 'PUT'],
      ['PUT', 302, 'PUT'],
      ['PUT', 303, 'GET'],
      ['DELETE', 302, 'DELETE'],
      ['HEAD', 303, 'HEAD'],
    ])('of %s with %i asks with %s', async (method, status, then) => {
      const { first } = await startPair(status)
      await makeFetch()(`${first.origin}/start`, { method })
      expect(first.received.map((each) => each.method)).toEqual([method, then])
    })

    test('is followed five times and not a sixth', async () => {
      const server = await startServer((request, response) => {
        const left = Number(request.url?.slice(1))
        if (left === 0) response.end('arrived')
        else response.writeHead(302, { location: `/${left - 1}` }).end()
      })
      expect(await (await makeFetch()(`${server.origin}/5`)).text()).toBe('arrived')
      expect(server.received).toHaveLength(6)
      expect(await rejectionOf(makeFetch()(`${server.origin}/100`))).toMatchObject({
        code: 'FLYTE_HTTP_REDIRECT_REFUSED',
        message: expect.stringContaining('more than 5 redirects in a row'),
      })
      expect(server.received).toHaveLength(12)
    })

    test('without a Location is an answer like another', async () => {
      const server = await startServer((_, response) => response.writeHead(302).end('where to?'))
      const response = await makeFetch()(server.origin)
      expect([response.status, await response.text()]).toEqual([302, 'where to?'])
    })

    test('to what is no URL is refused without repeating it', async () => {
      const server = await startServer((_, response) => response.writeHead(302, { location: 'http://[secret' }).end())
      expect(await rejectionOf(makeFetch()(`${server.origin}/a?b=secret`))).toMatchObject({
        code: 'FLYTE_HTTP_REDIRECT_REFUSED',
        message: `${server.origin}/a answered with a redirect that is not followed: its Location is no URL`,
      })
    })

    test('away from http to anything but https is refused', async () => {
      const server = await startServer((_, response) => response.writeHead(302, { location: 'ftp://h/' }).end())
      expect(await rejectionOf(makeFetch()(server.origin))).toMatchObject({
        code: 'FLYTE_HTTP_REDIRECT_REFUSED',
        message: expect.stringContaining('it leaves http'),
      })
    })

    test.each([300, 304, 305])('is not what status %i is', async (status) => {
      const server = await startServer((_, response) => response.writeHead(status, { location: '/other' }).end())
      expect((await makeFetch()(server.origin)).status).toBe(status)
      expect(server.received).toHaveLength(1)
    })

    test("with redirect: 'manual' is handed over", async () => {
      const { first } = await startPair(302, 'Moved')
      const response = await makeFetch()(`${first.origin}/away`, { redirect: 'manual' })
      expect([response.status, await response.text()]).toEqual([302, 'Moved'])
      expect(response.headers.get('location')).toMatch(/arrived\?of=302$/)
      expect(first.received).toHaveLength(1)
    })

    test("with redirect: 'error' is refused", async () => {
      const { first } = await startPair(302)
      expect(await rejectionOf(makeFetch()(`${first.origin}/start`, { redirect: 'error' }))).toMatchObject({
        code: 'FLYTE_HTTP_REDIRECT_REFUSED',
        message: expect.stringContaining('redirects were not wanted'),
      })
      expect(first.received).toHaveLength(1)
    })

    test('leaves no connection busy with its own body', async () => {
      const closed = deferred()
      const server = await startServer((request, response) => {
        if (request.url === '/arrived') return response.end('arrived')
        response.on('close', () => closed.resolve())
        return response.writeHead(302, { location: '/arrived' }).write(Buffer.alloc(4 * 1024 * 1024))
      })
      expect(await (await makeFetch()(server.origin)).text()).toBe('arrived')
      await closed.promise
    })
  })

  describe('a failure of the network', () => {
    test('names the refused address, and neither query nor user', async () => {
      const server = await startServer(() => undefined)
      await server.close()
      const error = await rejectionOf(makeFetch()(`${server.origin}/a?token=secret#secret`))
      expect(error).toMatchObject({
        name: 'TransportError',
        code: 'FLYTE_HTTP_UNREACHABLE',
        url: `${server.origin}/a`,
        cause: expect.any(Error),
      })
      const { host } = new URL(server.origin)
      expect((error as Error).message).toBe(`${server.origin}/a cannot be reached: connect ECONNREFUSED ${host}`)
      expect(JSON.stringify(error)).not.toContain('secret')
    })

    test('of localhost, which has two addresses, says ECONNREFUSED', async () => {
      const server = await startServer(() => undefined)
      await server.close()
      const url = server.origin.replace('127.0.0.1', 'localhost')
      const error = (await rejectionOf(makeFetch()(url))) as Error
      expect(error.message).toMatch(/^http:\/\/localhost:\d+\/ cannot be reached: .*ECONNREFUSED/)
    })

    test('to find a host says which', async () => {
      const error = (await rejectionOf(makeFetch()('http://no-such-host.invalid/a?token=secret'))) as Error
      expect(error.message).toMatch(
        /^http:\/\/no-such-host\.invalid\/a cannot be reached: getaddrinfo (ENOTFOUND|EAI_AGAIN) no-such-host\.invalid$/,
      )
    })

    test('to trust a certificate says why', async () => {
      const server = await startServer((_, response) => response.end(), { tls: true })
      const error = (await rejectionOf(makeFetch()(`${server.origin}/a?token=secret`))) as Error
      expect(error.message).toBe(
        `${server.origin}/a cannot be reached: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      )
      expect(server.received).toHaveLength(0)
    })

    test.each(['end', 'resetAndDestroy'] as const)('in the middle of a body (%s) is no whole answer', async (cut) => {
      const server = await startServer((request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('half', () => request.socket[cut]())
      })
      expect(await rejectionOf(makeFetch({ timeout: 0 })(server.origin))).toMatchObject({
        code: 'FLYTE_HTTP_UNREACHABLE',
      })
    })

    test('to speak HTTP is one of the network as well', async () => {
      const server = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH_9.2\r\n'))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      try {
        expect(await rejectionOf(makeFetch()(`http://127.0.0.1:${port}/`))).toMatchObject({
          code: 'FLYTE_HTTP_UNREACHABLE',
        })
      } finally {
        server.close()
      }
    })

    test.each(['no URL?token=secret', 'http://h:99999/?token=secret', 'ftp://h/?token=secret'])(
      'is what %s gives, and it is not repeated',
      async (url) => {
        const error = await rejectionOf(makeFetch()(url))
        expect(error).toMatchObject({ name: 'TransportError', code: 'FLYTE_HTTP_UNREACHABLE' })
        expect(`${error} ${JSON.stringify(error)}`).not.toContain('secret')
      },
    )
  })
}

/** Counts the sockets that an agent keeps for later. */
export function idleSockets(agent: Agent): number {
  return Object.values(agent.freeSockets).reduce((sum, sockets = []) => sum + sockets.length, 0)
}
