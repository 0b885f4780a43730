// Faults as a client sees them that reads nothing but bytes.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.js'
import { type FlyteAdmin, startFlyteAdmin } from './flyte-admin/server.js'

// Node warns of listeners that add up.
const warnings: Error[] = []
const onWarning = (warning: Error) => warnings.push(warning)
process.on('warning', onWarning)
afterAll(() => {
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

const servers = [
  {
    name: 'Flyte Admin',
    start: () => startFlyteAdmin({ auth: 'none' }),
    path: '/api/v1/projects',
    known: 'flytesnacks',
  },
  {
    name: 'the authorization server',
    start: () => startAuthorizationServer(),
    path: '/.well-known/openid-configuration',
    known: 'token_endpoint',
  },
]

describe.each(servers)('$name', ({ start, path, known }) => {
  let server: FlyteAdmin | AuthorizationServer
  let own: Received
  beforeEach(async () => {
    server = await start()
    own = await exchange()
    server.clearRequests()
  })
  afterEach(() => server.close())

  const exchange = async (method = 'GET') => receive(await send(server.port, path, method))
  const kinds = async (count: number) => {
    const ends: string[] = []
    for (let index = 0; index < count; index++) ends.push((await exchange()).status || 'none')
    return ends
  }

  test('the server answers by itself without a fault', () => {
    expect(own).toMatchObject({ status: '200', end: 'closed' })
    expect(own.body).toContain(known)
  })

  test('another status, so many times, each request recorded with it', async () => {
    server.fault(path, { kind: 'status', status: 503, headers: { 'Retry-After': '7' }, body: { message: 'down' } }, 2)
    const down = await exchange()
    expect(down).toMatchObject({ status: '503', body: '{"message":"down"}' })
    expect(down.head).toMatch(/^Retry-After: 7$/im)
    expect(down.head).toMatch(/^Content-Type: application\/json$/im)
    expect(await kinds(2)).toEqual(['503', '200'])
    expect(server.requestsTo(path).map(({ status }) => status)).toEqual([503, 503, 200])
  })

  test('a delayed answer is the own one, late', async () => {
    server.fault(path, { kind: 'delay', milliseconds: 30 })
    const startedAt = performance.now()
    expect((await exchange()).body).toBe(own.body)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(28)
  })

  test('a black hole reads the request and says nothing until the server closes', async () => {
    server.fault(path, { kind: 'black-hole' })
    const socket = await send(server.port, path)
    const received = receive(socket)
    await recorded(server, 1)
    expect(server.requests).toMatchObject([{ path }])
    expect(server.requests[0]?.status).toBeUndefined()
    await server.close()
    expect(await received).toMatchObject({ bytes: '' })
  })

  test('a reset before the answer', async () => {
    server.fault(path, { kind: 'reset' }, 1)
    expect(await exchange()).toMatchObject({ bytes: '', end: 'ECONNRESET' })
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]?.status).toBeUndefined()
    expect(await kinds(1)).toEqual(['200'])
  })

  test.each(['headers', 0, 10, 1_000_000] as const)('a reset after %s of the answer', async (after) => {
    server.fault(path, { kind: 'reset', after })
    const received = await exchange()
    expect(received).toMatchObject({ status: '200', end: 'ECONNRESET' })
    const announced = Number(/^Content-Length: (\d+)$/im.exec(received.head)?.[1])
    expect(received.body).toBe(own.body.slice(0, after === 'headers' ? 0 : after))
    expect(announced).toBe(after === 1_000_000 ? own.body.length + 1 : own.body.length)
    expect(server.requests).toMatchObject([{ status: 200 }])
  })

  test('an answer that drips', async () => {
    server.fault(path, { kind: 'drip', bytes: Math.ceil(own.body.length / 3), every: 15 })
    const socket = await send(server.port, path)
    const pieces: string[] = []
    socket.on('data', (piece) => pieces.push(String(piece)))
    const startedAt = performance.now()
    expect((await receive(socket)).body).toBe(own.body)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(28)
    expect(pieces.length).toBeGreaterThanOrEqual(3)
  })

  test('another content type over the same bytes', async () => {
    server.fault(path, { kind: 'content-type', value: 'text/html; charset=utf-16' })
    const received = await exchange()
    expect(received.head.match(/^Content-Type: .*$/gim)).toEqual(['Content-Type: text/html; charset=utf-16'])
    expect(received).toMatchObject({ status: '200', body: own.body })
  })

  test('a truncated body that looks whole', async () => {
    server.fault(path, { kind: 'truncate', bytes: 20 })
    const received = await exchange()
    expect(received).toMatchObject({ status: '200', body: own.body.slice(0, 20), end: 'closed' })
    expect(received.head).toMatch(/^Content-Length: 20$/im)
  })

  test.each([2, 20_000_001])('a body of %i bytes of JSON', async (size) => {
    server.fault(path, { kind: 'body', size })
    const received = await exchange()
    expect(received.status).toBe('200')
    expect(received.head).not.toMatch(/^Content-Length/im)
    const body = unchunked(received.body)
    expect([body.length, JSON.parse(body)]).toEqual([size, {}])
  })

  test('a redirect', async () => {
    server.fault(path, { kind: 'redirect', location: 'http://elsewhere.example/' }, 1)
    server.fault(path, { kind: 'redirect', location: path, status: 307 }, 1)
    const [first, second] = [await exchange(), await exchange()]
    expect([first.status, second.status]).toEqual(['307', '302'])
    expect(first.head).toContain(`Location: ${path}`)
    expect(second.head).toContain('Location: http://elsewhere.example/')
  })

  test('a path is meant with every method but a preflight, a function decides for itself, and either is taken back', async () => {
    const takeBack = server.fault(path, { kind: 'status', status: 500 })
    expect((await exchange('OPTIONS')).status).not.toBe('500')
    expect((await exchange('DELETE')).status).toBe('500')
    const alsoTakeBack = server.fault(
      ({ headers }) => headers['x-marked'] === 'yes',
      { kind: 'status', status: 501 },
      1,
    )
    expect(await kinds(1)).toEqual(['500'])
    expect((await receive(await send(server.port, path, 'GET', 'X-Marked: yes\r\n'))).status).toBe('501')
    takeBack()
    alsoTakeBack()
    expect(await kinds(1)).toEqual(['200'])
  })

  test("a fault works on a test's own answer too", async () => {
    server.answer(path, { body: 'x'.repeat(50) }, 1)
    server.fault(path, { kind: 'truncate', bytes: 5 }, 1)
    expect((await exchange()).body).toBe('xxxxx')
    expect(await kinds(1)).toEqual(['200'])
  })

  test.each([
    { kind: 'delay', milliseconds: 600_000 },
    { kind: 'drip', bytes: 1, every: 600_000 },
    { kind: 'black-hole' },
    { kind: 'body', size: 100 * 1024 * 1024 },
  ] as const)('a client that leaves frees everything: $kind', async (fault) => {
    const held = resources()
    server.fault(path, fault)
    const socket = await send(server.port, path)
    await recorded(server, 1)
    socket.destroy()
    // What is left after the connection has gone would stay for good.
    while (resources() !== held) await new Promise((resolve) => setImmediate(resolve))
  })
})

test('the server has done what it was asked before an answer is cut, and nothing where the request was', async () => {
  await using admin = await startFlyteAdmin({ auth: 'none' })
  const register = (id: string) =>
    fetch(`${admin.url}/api/v1/projects`, { method: 'POST', body: JSON.stringify({ project: { id, name: id } }) })
  const isThere = async (id: string) => (await fetch(`${admin.url}/api/v1/projects/${id}`)).ok
  admin.fault('/api/v1/projects', { kind: 'reset', after: 'headers' }, 1)
  await register('cut-late')
    .then((response) => response.text())
    .catch(() => {})
  admin.fault('/api/v1/projects', { kind: 'reset', after: 'request' }, 1)
  await expect(register('cut-early')).rejects.toThrow()
  expect([await isThere('cut-late'), await isThere('cut-early')]).toEqual([true, false])
})

test('a page may read what a fault answers', async () => {
  const origin = 'http://localhost:3000'
  await using admin = await startFlyteAdmin({ auth: 'none', cors: { allowedOrigins: [origin] } })
  await using issuer = await startAuthorizationServer()
  for (const { url, fault } of [admin, issuer]) {
    fault('/any', { kind: 'status', status: 503 })
    const response = await fetch(`${url}/any`, { headers: { origin } })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([503, origin])
  }
})

interface Received {
  bytes: string
  head: string
  status: string
  body: string
  /** `closed`, or the code of the socket's error. */
  end: string
}

async function send(port: number, path: string, method = 'GET', headers = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n${headers}\r\n`)
  return socket
}

function receive(socket: Socket): Promise<Received> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let end = 'closed'
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end = error.code ?? error.message
    })
    socket.on('close', () => {
      const bytes = Buffer.concat(chunks).toString('latin1')
      const [head = '', ...rest] = bytes.split('\r\n\r\n')
      resolve({ bytes, head, status: head.split(' ')[1] ?? '', body: rest.join('\r\n\r\n'), end })
    })
  })
}

/** Waits until the server has read so many requests. */
async function recorded(server: FlyteAdmin | AuthorizationServer, count: number): Promise<void> {
  while (server.requests.length < count) await new Promise((resolve) => setImmediate(resolve))
}

function unchunked(body: string): string {
  let [rest, text] = [body, '']
  for (;;) {
    const lineEnd = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.slice(0, lineEnd), 16)
    if (length === 0) return text
    text += rest.slice(lineEnd + 2, lineEnd + 2 + length)
    rest = rest.slice(lineEnd + 2 + length + 2)
  }
}

/** What keeps the process from ending: timers and sockets. */
function resources(): string {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name === 'Timeout' || name.startsWith('TCPSocket'))
    .sort()
    .join()
}
