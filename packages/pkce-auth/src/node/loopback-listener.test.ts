import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { expectFree, freePort, get, giveBack, send, take } from '../../test/loopback.js'
import { type LoopbackListener, listenOnLoopback } from './loopback-listener.js'

const open: LoopbackListener[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close()))
})

let garbage = 0
async function listen(port = 0): Promise<LoopbackListener | undefined> {
  garbage = 0
  const listener = await listenOnLoopback(port, () => {
    garbage += 1
  })
  if (listener !== undefined) open.push(listener)
  return listener
}
/** One that answers all requests. */
async function answering(port = 0): Promise<LoopbackListener> {
  const listener = await listen(port)
  if (listener === undefined) throw new Error('the port is taken')
  listener.answer((_, response) => response.end('here'))
  return listener
}

describe('a port of both loopback addresses', () => {
  test('is listened at by one server, and is free after its end', async () => {
    const { port, addresses, close } = await answering()
    expect(addresses).toEqual(['127.0.0.1', '::1'])
    for (const host of ['127.0.0.1', '::1'] as const) expect(await send(port, get('/', 'x'), host)).toMatch(/here$/)
    await expect(expectFree(port)).rejects.toThrow('EADDRINUSE')
    await close()
    await expectFree(port)
  })

  test('is one that was asked for', async () => {
    const port = await freePort()
    expect((await answering(port)).port).toBe(port)
  })

  test.each(['127.0.0.1', '::1', '0.0.0.0', '::'] as const)(
    'is taken where another has it on %s, and then nothing is left',
    async (host) => {
      const port = await freePort()
      const other = await take(port, host)
      try {
        expect(await listen(port)).toBeUndefined()
      } finally {
        await giveBack(other)
      }
      await expectFree(port)
    },
  )

  test('any free one is looked for until both addresses have it', async () => {
    // Every port that 127.0.0.1 gives away next would have to be taken on ::1, which is hard to arrange: fifty find theirs.
    const listeners = await Promise.all(Array.from({ length: 50 }, () => answering()))
    expect(new Set(listeners.map(({ port }) => port)).size).toBe(50)
  })
})

describe('a request', () => {
  test('that came before anybody could answer waits until somebody can', async () => {
    const listener = await listen()
    const answer = send(listener?.port ?? 0, get('/', 'x'))
    await new Promise((resolve) => setImmediate(resolve))
    listener?.answer((_, response) => response.end('late'))
    expect(await answer).toMatch(/late$/)
  })

  test('of 1 MiB is answered, and so is the next', async () => {
    const { port } = await answering()
    expect(await send(port, get(`/callback?${'x'.repeat(1024 * 1024)}`, 'x'))).toMatch(/^HTTP\/1\.1 431 /)
    expect(garbage).toBe(1)
    expect(await send(port, get('/', 'x'))).toMatch(/here$/)
  })

  test('that is too much is let come to its end, so that whoever sends it can read the answer', async () => {
    const { port } = await answering()
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.write(`GET /${'x'.repeat(70 * 1024)}`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(String(answer)).toMatch(/^HTTP\/1\.1 431 /)
    // Whoever had been cut off would hear so now.
    for (let piece = 0; piece < 8; piece++)
      await new Promise<void>((sent) => socket.write('x'.repeat(64 * 1024), () => sent()))
    socket.end()
    await once(socket, 'close')
    expect(socket.errored).toBeNull()
    expect(garbage).toBe(1)
  })

  test('with the cookies that localhost may have comes through', async () => {
    const { port } = await answering()
    const headers = `cookie: ${'x'.repeat(48 * 1024)}\r\n`
    expect(await send(port, get('/', 'x', { headers }))).toMatch(/here$/)
    expect(garbage).toBe(0)
  })

  test.each([
    'hello\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    'GET /\u0000 HTTP/1.1\r\n\r\n',
  ])('that is none (%j) is answered', async (bytes) => {
    const { port } = await answering()
    expect(await send(port, bytes)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await send(port, get('/', 'x'))).toMatch(/here$/)
  })
})

test('slow and idle connections, and those that never end, do not keep it from closing', async () => {
  const { port, close } = await answering()
  const starts = ['\r', 'GET / HT', 'GET / HTTP/1.1\r\nHost: x\r\nX-', 'garbage\r\n\r\n', get('/', 'x')]
  const sockets = await Promise.all(
    starts.map(async (start) => {
      // It hears that the other side has ended, and does not end.
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      const end = new Promise<void>((resolve) => {
        socket.once('end', resolve).once('error', () => resolve())
      })
      socket.resume()
      await new Promise<void>((resolve) => socket.once('connect', resolve))
      await new Promise<void>((resolve) => socket.write(start, () => resolve()))
      return { socket, end }
    }),
  )
  await close()
  await expectFree(port)
  await Promise.all(sockets.map(({ end }) => end))
  for (const { socket } of sockets) socket.destroy()
})

test('a port that the system gives to nobody counts as taken, so that the next one is tried', async () => {
  // As root every port may be had; as anybody else none below 1024.
  if (process.getuid?.() === 0) return
  expect(await listen(1)).toBeUndefined()
})
