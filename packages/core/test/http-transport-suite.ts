import { getEventListeners, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { HttpRequest, HttpResponse, HttpTransport } from '../src/http-transport.js'
import { closeOf, deferred, rejectionOf, startServer } from './server.js'

/**
 * What every HttpTransport does.
 *
 * @param createTransport - makes one with nothing open yet
 * @param knowsWhatWasSent - whether it can tell a request that went out from one that did not
 */
export function describeHttpTransport(createTransport: () => HttpTransport, knowsWhatWasSent: boolean): void {
  const sentIf = (known: 'yes' | 'no') => (knowsWhatWasSent ? known : 'unknown')

  /** Sends a request on a transport of its own. */
  const send = (url: string, request: Partial<HttpRequest> = {}): Promise<HttpResponse> => {
    const transport = createTransport()
    onTestFinished(() => transport.close?.())
    return transport.request({ method: 'GET', headers: {}, ...request, url })
  }

  describe('a request', () => {
    test('goes out with method, URL, headers and body', async () => {
      const server = await startServer((_, response) => response.end())
      await send(`${server.origin}/a%2Fb?c=d&c=%C3%BC`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
        body: '{"a":"ü"}',
      })
      expect(server.received).toMatchObject([
        {
          method: 'POST',
          url: '/a%2Fb?c=d&c=%C3%BC',
          body: '{"a":"ü"}',
          headers: { 'content-type': 'application/json', authorization: 'Bearer token', 'content-length': '10' },
        },
      ])
    })

    test.each(['PUT', 'DELETE', 'PATCH'])('%s takes a body and says its length in bytes', async (method) => {
      const server = await startServer((_, response) => response.end())
      await send(server.origin, { method, body: '{"cause":"ü"}' })
      expect(server.received).toMatchObject([{ method, body: '{"cause":"ü"}', headers: { 'content-length': '14' } }])
      expect(server.received[0]?.headers).not.toHaveProperty('transfer-encoding')
    })

    test.each(['GET', 'PUT', 'DELETE', 'POST'])('%s needs no body', async (method) => {
      const server = await startServer((_, response) => response.end('ok'))
      expect((await send(server.origin, { method })).body).toBe('ok')
      expect(server.received).toMatchObject([{ method, body: '' }])
    })

    test('that follows others goes out on a socket of theirs', async () => {
      const server = await startServer((_, response) => response.end('ok'))
      const transport = createTransport()
      onTestFinished(() => transport.close?.())
      for (let call = 0; call < 5; call += 1)
        await transport.request({ method: 'GET', url: server.origin, headers: {} })
      expect(server.received).toHaveLength(5)
      // Node's own fetch opens a second one while the first is not yet free again.
      expect(server.sockets.length).toBeLessThan(knowsWhatWasSent ? 2 : 3)
    })
  })

  describe('an answer', () => {
    test('has status, body and headers by their lower-case names', async () => {
      const server = await startServer((_, response) =>
        response
          .writeHead(404, {
            'Content-Type': 'application/json',
            'Retry-After': '7',
            'X-A': ['1', '2'],
            'Set-Cookie': ['a=1', 'b=2'],
          })
          .end('{}'),
      )
      const { status, header, body } = await send(server.origin)
      expect([status, body]).toEqual([404, '{}'])
      expect([header('content-type'), header('retry-after'), header('x-a')]).toEqual(['application/json', '7', '1, 2'])
      expect(header('set-cookie')).toBe('a=1, b=2')
      expect(header('x-b')).toBeUndefined()
    })

    test('is decoded as UTF-8 even where a character is cut in two', async () => {
      const text = 'aü€😀'
      const server = await startServer(async (_, response) => {
        for (const byte of Buffer.from(text)) await new Promise((next) => response.write(Buffer.of(byte), next))
        response.end()
      })
      expect((await send(server.origin)).body).toBe(text)
    })

    test.each([204, 304])('with status %i has an empty body', async (status) => {
      const server = await startServer((_, response) => response.writeHead(status).end())
      expect(await send(server.origin)).toMatchObject({ status, body: '' })
    })

    test.each([301, 302, 307, 308])('that is a redirect (%i) is not followed', async (status) => {
      const server = await startServer((_, response) =>
        response.writeHead(status, { location: '/elsewhere' }).end('Moved'),
      )
      const answer = await send(server.origin, { headers: { authorization: 'Bearer token' } })
      expect([answer.status, answer.header('location'), answer.body]).toEqual([status, '/elsewhere', 'Moved'])
      expect(server.received).toHaveLength(1)
    })
  })

  describe('a body over the limit', () => {
    test('is refused by one byte and not before', async () => {
      const server = await startServer((_, response) => response.end('12345678'))
      expect((await send(server.origin, { maxBytes: 8 })).body).toBe('12345678')
      expect(await rejectionOf(send(`${server.origin}/a?token=secret`, { maxBytes: 7 }))).toMatchObject({
        name: 'TransportError',
        code: 'FLYTE_HTTP_BODY_TOO_LARGE',
        message: `${server.origin}/a answered with more than 7 bytes`,
        sent: 'yes',
      })
    })

    test.each([
      ['declared', { 'content-length': 16 * 1024 * 1024 }],
      ['chunked', {}],
    ])('that is %s ends the transfer and frees the socket', async (_, headers) => {
      const gone = deferred<Promise<void>>()
      const server = await startServer((request, response) => {
        gone.resolve(closeOf(request.socket))
        response.writeHead(200, headers)
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(1024))) {}
          response.once('drain', more)
        }
        more()
      })
      expect(await rejectionOf(send(server.origin, { maxBytes: 10_000 }))).toMatchObject({
        code: 'FLYTE_HTTP_BODY_TOO_LARGE',
      })
      await await gone.promise
    })
  })

  describe('a timeout', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    })
    afterEach(() => {
      vi.restoreAllMocks()
      vi.useRealTimers()
    })

    test('while connecting says that nothing was sent, where that can be told', async () => {
      // It takes the connection and never answers the TLS handshake.
      const silent = createServer()
      silent.listen(0, '127.0.0.1')
      await once(silent, 'listening')
      onTestFinished(() => void silent.close())
      const connected = once(silent, 'connection') as Promise<[Socket]>
      const { port } = silent.address() as AddressInfo
      const failed = rejectionOf(send(`https://127.0.0.1:${port}/a?b=secret`, { timeout: 5000 }))
      const [socket] = await connected
      socket.on('error', () => undefined).resume()
      await vi.advanceTimersByTimeAsync(5000)
      expect(await failed).toMatchObject({ code: 'FLYTE_HTTP_TIMEOUT', sent: sentIf('no') })
      // Node's own fetch goes on connecting for its next request, whoever that may be.
      if (knowsWhatWasSent) await closeOf(socket)
      socket.destroy()
    })

    test('while waiting for headers says that the request was sent, where that can be told', async () => {
      const asked = deferred<Socket>()
      const server = await startServer((request) => asked.resolve(request.socket))
      const failed = rejectionOf(send(`${server.origin}/a?token=secret`, { timeout: 5000 }))
      const gone = closeOf(await asked.promise)
      await vi.advanceTimersByTimeAsync(5000)
      expect(await failed).toMatchObject({
        name: 'TransportError',
        code: 'FLYTE_HTTP_TIMEOUT',
        message: `${server.origin}/a gave no whole answer within 5000 ms`,
        url: `${server.origin}/a`,
        sent: sentIf('yes'),
      })
      await gone
    })

    test('while a body drips ends the transfer', async () => {
      const dripping = deferred<Socket>()
      const server = await startServer((request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('drip', () => dripping.resolve(request.socket))
      })
      const failed = rejectionOf(send(server.origin, { timeout: 5000 }))
      const gone = closeOf(await dripping.promise)
      await vi.advanceTimersByTimeAsync(5000)
      expect(await failed).toMatchObject({ code: 'FLYTE_HTTP_TIMEOUT', sent: sentIf('yes') })
      await gone
    })

    test('leaves no timer behind, however the request ends', async () => {
      const started = vi.spyOn(globalThis, 'setTimeout')
      const cleared = vi.spyOn(globalThis, 'clearTimeout')
      const server = await startServer((_, response) => response.end('1234'))
      await send(server.origin, { timeout: 12_345 })
      await rejectionOf(send(server.origin, { timeout: 12_345, maxBytes: 3 }))
      await server.close()
      await rejectionOf(send(server.origin, { timeout: 12_345 }))
      const timers = started.mock.calls.flatMap(([, delay], call) =>
        delay === 12_345 ? [started.mock.results[call]?.value] : [],
      )
      expect(timers).toHaveLength(3)
      expect(cleared.mock.calls.flat()).toEqual(expect.arrayContaining(timers))
    })

    test.each([undefined, 0, Number.POSITIVE_INFINITY, 2 ** 31])('of %s is none', async (timeout) => {
      const asked = deferred<ServerResponse>()
      const server = await startServer((_, response) => asked.resolve(response))
      const answered = send(server.origin, timeout === undefined ? {} : { timeout })
      const response = await asked.promise
      expect(vi.getTimerCount()).toBe(0)
      response.end('at last')
      expect((await answered).body).toBe('at last')
    })
  })

  describe('an abort', () => {
    const reason = { any: 'reason, error or not' }

    test('before the request lets none out', async () => {
      const server = await startServer((_, response) => response.end())
      expect(await rejectionOf(send(server.origin, { signal: AbortSignal.abort(reason) }))).toBe(reason)
      expect(server.sockets).toHaveLength(0)
    })

    test.each([
      ['while waiting for headers', false],
      ['in the middle of a body', true],
    ])('%s comes through as it is, frees the socket and leaves no listener', async (_, begins) => {
      const waiting = deferred<Socket>()
      const server = await startServer((request, response) => {
        if (begins) response.writeHead(200).write('half', () => waiting.resolve(request.socket))
        else waiting.resolve(request.socket)
      })
      const controller = new AbortController()
      const failed = rejectionOf(send(server.origin, { signal: controller.signal }))
      const gone = closeOf(await waiting.promise)
      controller.abort(reason)
      expect(await failed).toBe(reason)
      await gone
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    })

    test('that never comes leaves no listener, whether the request succeeds or fails', async () => {
      const server = await startServer((_, response) => response.end('1234'))
      const { signal } = new AbortController()
      await send(server.origin, { signal, timeout: 5000 })
      await rejectionOf(send(server.origin, { signal, maxBytes: 3 }))
      await server.close()
      await rejectionOf(send(server.origin, { signal }))
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    })

    test('after the end changes nothing', async () => {
      const server = await startServer((_, response) => response.end('1234'))
      const controller = new AbortController()
      const { body } = await send(server.origin, { signal: controller.signal })
      controller.abort(reason)
      expect(body).toBe('1234')
      expect((await send(server.origin)).body).toBe('1234')
    })
  })

  describe('a failure of the network', () => {
    test('to connect says that nothing was sent, where that can be told', async () => {
      const server = await startServer(() => undefined)
      await server.close()
      const { host } = new URL(server.origin)
      const error = await rejectionOf(send(`${server.origin}/a?token=secret`))
      expect(error).toMatchObject({
        name: 'TransportError',
        code: 'FLYTE_HTTP_UNREACHABLE',
        message: `${server.origin}/a cannot be reached: connect ECONNREFUSED ${host}`,
        sent: sentIf('no'),
        reusedSocket: false,
        isTemporary: true,
      })
      expect(inspect(error, { depth: 9 })).not.toContain('secret')
    })

    test('to trust a certificate says why, and that nothing was sent, where that can be told', async () => {
      const server = await startServer((_, response) => response.end(), { tls: true })
      expect(await rejectionOf(send(server.origin))).toMatchObject({
        message: `${server.origin}/ cannot be reached: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`,
        sent: sentIf('no'),
        isTemporary: false,
      })
    })

    test('after the request went out leaves open whether it was seen', async () => {
      const server = await startServer((request) => request.socket.destroy())
      expect(await rejectionOf(send(server.origin, { method: 'POST', body: 'x' }))).toMatchObject({
        code: 'FLYTE_HTTP_UNREACHABLE',
        sent: 'unknown',
        reusedSocket: false,
      })
      expect(server.received).toHaveLength(1)
    })

    test.each(['end', 'resetAndDestroy'] as const)('in the middle of a body (%s) says that it was', async (cut) => {
      const server = await startServer((request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('half', () => request.socket[cut]())
      })
      expect(await rejectionOf(send(server.origin))).toMatchObject({
        code: 'FLYTE_HTTP_UNREACHABLE',
        sent: sentIf('yes'),
      })
      expect(server.received).toHaveLength(1)
    })

    test.each([
      ['a URL that is none', { url: 'h/?token=secret' }],
      ['a scheme that is not spoken', { url: 'ftp://h/?token=secret' }],
      ['a header that cannot be sent', { url: 'http://127.0.0.1:1/', headers: { authorization: 'Bearer secret\n' } }],
      ['a header name that is none', { url: 'http://127.0.0.1:1/', headers: { 'a b': 'secret' } }],
    ])('is what %s gives, and it is not repeated', async (_, { url, ...request }) => {
      const error = await rejectionOf(send(url, request))
      expect(error).toMatchObject({ name: 'TransportError', code: 'FLYTE_HTTP_UNREACHABLE', sent: sentIf('no') })
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret')
    })
  })
}
