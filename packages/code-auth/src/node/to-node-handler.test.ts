import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { deferred, sendRaw, startServer, textOf } from '../../test/upstream.js'
import { type NodeHandlerOptions, toNodeHandler } from './to-node-handler.js'

type Handler = Parameters<typeof toNodeHandler>[0]

/** A server with the handler, what it threw, and the requests that it was done with. */
async function start(handler: Handler, options: NodeHandlerOptions = {}) {
  const errors: unknown[] = []
  const done: Promise<void>[] = []
  const requests: IncomingMessage[] = []
  const handle = toNodeHandler(handler, { onError: (error) => errors.push(error), ...options })
  const server = await startServer((incoming, outgoing) => {
    requests.push(incoming)
    done.push(handle(incoming, outgoing))
  })
  return { ...server, errors, done, requests }
}

/** Sends a request with Node's own client, whose body and answer are streams. */
function open(origin: string, init: { method?: string; headers?: Record<string, string> } = {}) {
  const outgoing = httpRequest(origin, init)
  const answer = new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.once('response', resolve).once('error', reject),
  )
  answer.catch(() => undefined)
  return { outgoing, answer }
}

/** A request as bytes, after whose answer the connection ends. */
const raw = (line: string, headers: readonly string[]) =>
  [`${line} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n')

/** Waits until a count has not moved while the event loop went round a thousand times: nothing is on its way any more. */
async function untilStill(count: () => number): Promise<void> {
  for (let still = 0, last = count(); still < 1_000; still += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    if (count() !== last) [still, last] = [0, count()]
  }
}

describe('a request', () => {
  test('comes with its method, URL, headers and body', async () => {
    await using server = await start(async (request) => {
      const { method, url, headers } = request
      return Response.json([method, url, headers.get('x-a'), headers.get('cookie'), await request.text()])
    })
    const { outgoing, answer } = open(`${server.origin}/a/b?c=%2F`, { method: 'POST' })
    outgoing.setHeader('x-a', ['1', '2'])
    outgoing.setHeader('cookie', ['a=1', 'b=2'])
    outgoing.end('ü')
    const expected = ['POST', `${server.origin}/a/b?c=%2F`, '1, 2', 'a=1; b=2', 'ü']
    expect(JSON.parse(await textOf(await answer))).toEqual(expected)
  })

  test('of GET has no body, whatever was sent', async () => {
    await using server = await start((request) => new Response(String(request.body)))
    const answer = await sendRaw(server.port, `${raw('GET /', ['Host: h', 'Content-Length: 3'])}abc`)
    expect(answer).toMatch(/null/)
  })

  test('has a body that is read at the pace of who reads it', async () => {
    const mayRead = deferred()
    await using server = await start(async (request) => {
      const reader = (request.body as ReadableStream<Uint8Array>).getReader()
      let length = 0
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return new Response(String(length))
        length += value.byteLength
        await mayRead.promise
      }
    })
    const { outgoing, answer } = open(server.origin, { method: 'POST' })
    const [pieces, piece] = [64, Buffer.alloc(1024 * 1024)]
    let sent = 0
    const whole = (async () => {
      for (; sent < pieces; sent += 1) if (!outgoing.write(piece)) await once(outgoing, 'drain')
      outgoing.end()
    })()
    await untilStill(() => sent)
    // What the sockets' buffers take, and no more.
    expect(sent).toBeLessThan(30)
    mayRead.resolve()
    await whole
    expect(Number(await textOf(await answer))).toBe(pieces * piece.length)
    expect(server.errors).toEqual([])
  })

  test('whose body nobody read does not hold up the next one on its connection', async () => {
    await using server = await start((request) => new Response(new URL(request.url).pathname))
    const body = 'x'.repeat(300_000)
    const first = `POST /first HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const answer = await sendRaw(server.port, first + raw('GET /second', ['Host: h']))
    expect(answer).toMatch(/\/first(.|\s)*\/second/)
  })

  test('whose body was read in part does not either', async () => {
    await using server = await start(async (request) => {
      await request.body?.getReader().read()
      return new Response(new URL(request.url).pathname)
    })
    const body = 'x'.repeat(300_000)
    const first = `POST /first HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const answer = await sendRaw(server.port, first + raw('GET /second', ['Host: h']))
    expect(answer).toMatch(/\/first(.|\s)*\/second/)
  })

  test('whose body was cancelled is answered all the same', async () => {
    await using server = await start(async (request) => {
      await request.body?.cancel()
      return new Response('ok')
    })
    const response = await fetch(server.origin, { method: 'POST', body: 'x'.repeat(300_000) })
    expect(await response.text()).toBe('ok')
  })

  test('whose body was cancelled while a piece of it was awaited is served', async () => {
    const [cancelled, ended] = [deferred(), deferred()]
    await using server = await start(async (request) => {
      const reader = (request.body as ReadableStream<Uint8Array>).getReader()
      await reader.read()
      reader.read()
      await reader.cancel()
      cancelled.resolve()
      await ended.promise
      return new Response('ok')
    })
    const { outgoing, answer } = open(server.origin, { method: 'POST' })
    outgoing.write('x')
    await cancelled.promise
    // The piece comes, and nobody wants it any more.
    server.requests[0]?.once('end', ended.resolve)
    outgoing.end('y')
    expect(await textOf(await answer)).toBe('ok')
  })

  test.each(['before it has sent its body', 'before it has an answer', 'within the answer'])(
    'is aborted when the client leaves %s',
    async (when) => {
      const [arrived, aborted] = [deferred(), deferred()]
      const bodyEnd = deferred<string>()
      await using server = await start(async (request) => {
        request.signal.addEventListener('abort', () => aborted.resolve())
        arrived.resolve()
        if (when === 'before it has sent its body') {
          return request.text().then(
            () => new Response('never'),
            (error) => {
              bodyEnd.resolve('broken')
              throw error
            },
          )
        }
        bodyEnd.resolve('broken')
        if (when === 'before it has an answer') return new Promise<Response>(() => undefined)
        return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) }))
      })
      const method = when === 'before it has sent its body' ? 'POST' : 'GET'
      const { outgoing, answer } = open(server.origin, { method })
      if (method === 'POST') outgoing.write('x')
      else outgoing.end()
      await arrived.promise
      if (when === 'within the answer') await answer
      outgoing.destroy()
      await aborted.promise
      expect(await bodyEnd.promise).toBe('broken')
      // Nobody is told of an error: there is none.
      if (when !== 'before it has an answer') await server.done[0]
      expect(server.errors).toEqual([])
    },
  )

  test.each([true, false])(
    'is let go of when its client has left before there is an answer; with a body: %s',
    async (hasBody) => {
      const [arrived, mayAnswer, cancelled] = [deferred(), deferred(), deferred()]
      if (!hasBody) cancelled.resolve()
      await using server = await start(async (request) => {
        request.signal.addEventListener('abort', () => mayAnswer.resolve())
        arrived.resolve()
        await mayAnswer.promise
        return new Response(hasBody ? new ReadableStream({ cancel: () => cancelled.resolve() }) : null)
      })
      const { outgoing } = open(server.origin)
      outgoing.end()
      await arrived.promise
      outgoing.destroy()
      await cancelled.promise
      await server.done[0]
      expect(server.errors).toEqual([])
    },
  )
})

describe('an answer', () => {
  test('has its status and headers, with each cookie on a line of its own, beside those of others', async () => {
    const handler = toNodeHandler(() => {
      const response = new Response('ü', { status: 418, headers: { 'x-a': '1' } })
      response.headers.append('set-cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT')
      response.headers.append('set-cookie', 'b=2')
      return response
    })
    await using server = await startServer((incoming, outgoing) => {
      outgoing.setHeader('set-cookie', 'other=1')
      handler(incoming, outgoing)
    })
    const response = await fetch(server.origin)
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([418, '1', 'ü'])
    expect(response.headers.getSetCookie()).toEqual(['other=1', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'])
  })

  test('to HEAD has the headers and no body', async () => {
    let isCancelled = false
    await using server = await start(() => {
      const body = new ReadableStream({
        cancel: () => {
          isCancelled = true
        },
      })
      return new Response(body, { headers: { 'content-length': '5' } })
    })
    const answer = await sendRaw(server.port, raw('HEAD /', ['Host: h']))
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toMatch(/content-length: 5\r\n/)
    expect(answer.endsWith('\r\n\r\n')).toBe(true)
    expect(isCancelled).toBe(true)
  })

  test.each([204, 304])('with the status %i has no body', async (status) => {
    await using server = await start(() => new Response(null, { status }))
    expect(await sendRaw(server.port, raw('GET /', ['Host: h']))).toMatch(/\r\n\r\n$/)
  })

  test('is made no faster than the client takes it', async () => {
    let made = 0
    await using server = await start(() => {
      const pull = (controller: ReadableStreamDefaultController) => {
        made += 1
        if (made > 64) controller.close()
        else controller.enqueue(new Uint8Array(1024 * 1024))
      }
      return new Response(new ReadableStream({ pull }))
    })
    const { outgoing, answer } = open(server.origin)
    outgoing.end()
    const incoming = await answer
    incoming.pause()
    await untilStill(() => made)
    expect(made).toBeLessThan(30)
    let length = 0
    for await (const chunk of incoming) length += chunk.length
    expect(length).toBe(64 * 1024 * 1024)
  })

  test('begins before its body does', async () => {
    const seen = deferred()
    await using server = await start(() => {
      const start = async (controller: ReadableStreamDefaultController) => {
        await seen.promise
        controller.enqueue(new TextEncoder().encode('late'))
        controller.close()
      }
      return new Response(new ReadableStream({ start }))
    })
    const response = await fetch(server.origin)
    seen.resolve()
    expect(await response.text()).toBe('late')
  })

  test('whose body breaks is cut, so that nobody takes it for whole', async () => {
    const error = new Error('canary')
    await using server = await start(() => {
      let isFirst = true
      const pull = (controller: ReadableStreamDefaultController) => {
        if (isFirst) controller.enqueue(new TextEncoder().encode('part'))
        else controller.error(error)
        isFirst = false
      }
      return new Response(new ReadableStream({ pull }))
    })
    await expect(fetch(server.origin).then((response) => response.text())).rejects.toThrow(/terminated|fetch failed/)
    expect(server.errors).toEqual([error])
  })
})

test('an answer whose body somebody else reads is cut, and the mistake is told', async () => {
  await using server = await start(() => {
    const response = new Response('canary')
    response.body?.getReader()
    return response
  })
  await expect(fetch(server.origin).then((response) => response.text())).rejects.toThrow(/terminated|fetch failed/)
  expect(server.errors).toMatchObject([{ code: 'ERR_INVALID_STATE' }])
})

describe('an error of the handler', () => {
  test.each<[string, Handler]>([
    [
      'thrown',
      () => {
        throw new Error('canary')
      },
    ],
    ['rejected', () => Promise.reject(new Error('canary'))],
  ])('that was %s becomes a 500 with nothing but a code', async (_, handler) => {
    await using server = await start(handler)
    const response = await fetch(server.origin)
    expect([response.status, await response.text()]).toEqual([500, '{"code":"UNKNOWN"}'])
    expect(server.errors).toMatchObject([{ message: 'canary' }])
  })

  test('does not end the connection', async () => {
    await using server = await start(() => Promise.reject(new Error('canary')))
    const requests = `GET / HTTP/1.1\r\nHost: h\r\n\r\n${raw('GET /', ['Host: h'])}`
    expect((await sendRaw(server.port, requests)).match(/UNKNOWN/g)).toHaveLength(2)
  })
})

describe('a request that is malformed is refused', () => {
  test.each([
    '/..',
    '/api/v1/../../oauth2/token',
    '/a/./b',
    '/a/.',
    '/a/%2e%2e/b',
    '/a/%2E%2e',
    '/a/.%2e/b',
    '/a/%2e/b',
    '/a\\b',
    '/a\\..\\b',
    '\\a',
    '/#/x',
    '/x?y#z',
    '/\u00e9',
    'http://h/x',
    'https://evil.example.com/x',
    'evil.example.com',
    '*',
    '',
  ])('for its target: %j', async (target) => {
    await using server = await start(() => new Response('served'))
    const answer = await sendRaw(server.port, raw(`GET ${target}`, ['Host: h']))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toContain('served')
  })

  test.each(['/?x=/../%2e%2e/\\', '/a..b/...', '/%2e%2ea', '/a//b', '/%2f', '/"<>^`{|}'])(
    'but not for what only looks like it: %s',
    async (target) => {
      await using server = await start(() => new Response('served'))
      expect(await sendRaw(server.port, raw(`GET ${target}`, ['Host: h']))).toContain('served')
    },
  )

  test.each([
    [['Host: evil.example.com/x']],
    [['Host: evil.example.com?x']],
    [['Host: evil.example.com#x']],
    [['Host: h@evil.example.com']],
    [['Host: h evil']],
    [['Host: h\\evil']],
    [['Host: h:port']],
    [['Host: h:999999']],
    [['Host: h:99999']],
    [['Host: <script>']],
    [['Host: h%00']],
    [['Host: \u00e9']],
    [['Host: [::1']],
    [['Host: [x]']],
    [['Host: 1.2.3.4.5.6']],
    [['Host: ']],
    [['Host: h', 'Host: evil.example.com']],
    [[]],
  ])('for its host: %j', async (headers) => {
    await using server = await start(() => new Response('served'))
    const answer = await sendRaw(server.port, raw('GET /', headers))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toContain('served')
  })

  test.each(['TRACE', 'TRACK'])('for a method that would show cookies to a page: %s', async (method) => {
    await using server = await start(() => new Response('served'))
    // Node's parser knows no TRACK.
    expect(await sendRaw(server.port, raw(`${method} /`, ['Host: h']))).toMatch(/^HTTP\/1\.1 40[05] /)
    expect(server.errors).toEqual([])
  })

  test.each(['h', 'h:8080', '127.0.0.1:1', '[::1]', '[::1]:8080', 'a-b.example.com'])(
    'but not a good host: %s',
    async (host) => {
      await using server = await start((request) => new Response(request.url))
      expect(await sendRaw(server.port, raw('GET /x', [`Host: ${host}`]))).toContain(`http://${host}/x`)
    },
  )
})

describe('what a proxy says of the URL', () => {
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'portal.example.com',
    forwarded: 'host=c;proto=d',
  }
  const ask = async (options: NodeHandlerOptions, headers: Record<string, string>) => {
    await using server = await start((request) => new Response(request.url), options)
    const response = await fetch(`${server.origin}/x`, { headers })
    return [response.status, (await response.text()).replace(server.origin, 'ours')]
  }

  test('is not believed by default', async () => {
    expect(await ask({}, forwarded)).toEqual([200, 'ours/x'])
    expect(await ask({}, { 'x-forwarded-host': '/evil', 'x-forwarded-proto': 'x' })).toEqual([200, 'ours/x'])
  })

  test('is believed where that is wanted, the last where there are several', async () => {
    expect(await ask({ trustForwarded: true }, forwarded)).toEqual([200, 'https://portal.example.com/x'])
    expect(await ask({ trustForwarded: true }, {})).toEqual([200, 'ours/x'])
    const several = { 'x-forwarded-proto': 'http, HTTPS', 'x-forwarded-host': 'evil.example.com , portal.example.com' }
    expect(await ask({ trustForwarded: true }, several)).toEqual([200, 'https://portal.example.com/x'])
  })

  test.each([
    { 'x-forwarded-proto': 'javascript' },
    { 'x-forwarded-proto': '' },
    { 'x-forwarded-host': 'h@evil.example.com' },
    { 'x-forwarded-host': 'h/evil' },
    { 'x-forwarded-host': 'portal.example.com,' },
  ])('is refused where it is nonsense: %j', async (headers) => {
    expect((await ask({ trustForwarded: true }, headers))[0]).toBe(400)
  })
})

describe('in Express', () => {
  test('it sees the whole path below a mount point, and bodies', async () => {
    const app = express()
    const handler = async (request: Request) => new Response(`${new URL(request.url).pathname} ${await request.text()}`)
    app.use('/api/v1', toNodeHandler(handler))
    await using server = await startServer(app)
    const response = await fetch(`${server.origin}/api/v1/projects`, { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('/api/v1/projects x')
  })

  test('it says what is wrong when a parser has read the body before', async () => {
    const errors: unknown[] = []
    const app = express()
    app.use(express.json())
    app.use(
      toNodeHandler(async (request) => new Response(await request.text()), { onError: (error) => errors.push(error) }),
    )
    await using server = await startServer(app)
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(server.origin, { method: 'POST', headers, body: '{"canary":1}' })
    expect([response.status, await response.text()]).toEqual([500, '{"code":"FLYTE_INVALID_ARGUMENT"}'])
    expect(errors).toMatchObject([
      { message: expect.stringContaining('Mount the handler of toNodeHandler before the parser') },
    ])
    // What the parser leaves alone is as good as new.
    const other = await fetch(server.origin, { method: 'POST', body: 'text' })
    expect(await other.text()).toBe('text')
    expect(await (await fetch(server.origin)).text()).toBe('')
  })
})
