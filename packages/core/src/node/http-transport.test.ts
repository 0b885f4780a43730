import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { idleSockets } from '../../test/fetch-suite.js'
import { describeHttpTransport } from '../../test/http-transport-suite.js'
import { closeOf, rejectionOf, startServer } from '../../test/server.js'
import { createAgents } from './agents.js'
import { nodeHttpTransport } from './http-transport.js'

describe('nodeHttpTransport', () => {
  describeHttpTransport(nodeHttpTransport, true)
})

test.each(['POST', 'PUT', 'PATCH'])('%s without a body says so, and to whom it goes', async (method) => {
  const server = await startServer((_, response) => response.end())
  const transport = nodeHttpTransport()
  await transport.request({ method, url: server.origin, headers: { accept: 'text/plain' } })
  expect(server.received).toMatchObject([
    { method, headers: { host: new URL(server.origin).host, accept: 'text/plain', 'content-length': '0' } },
  ])
  transport.close?.()
})

/**
 * A server that answers the first request of a connection and cuts the connection at the second, as one does whose idle
 * time is over just when a request arrives. It counts both.
 */
async function startForgetfulServer(answersOnFirst = true) {
  const seen: string[] = []
  const server = createServer((socket: Socket) => {
    let isFirst = true
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      seen.push(`${data}`.split(' ')[0] ?? '')
      if (isFirst && answersOnFirst) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      else socket.destroy()
      isFirst = false
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, seen }
}

describe('a kept-alive socket that the server closes just then', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])(
    'is no failure of %s: it goes out once more',
    async (method) => {
      const { url, seen } = await startForgetfulServer()
      const transport = nodeHttpTransport()
      await transport.request({ method: 'GET', url, headers: {} })
      expect(await transport.request({ method, url, headers: {} })).toMatchObject({ status: 200 })
      expect(seen).toEqual(['GET', method, method])
      transport.close?.()
    },
  )

  test.each(['POST', 'PATCH'])('is one of %s, which the server may have seen', async (method) => {
    const { url, seen } = await startForgetfulServer()
    const transport = nodeHttpTransport()
    await transport.request({ method: 'GET', url, headers: {} })
    expect(await rejectionOf(transport.request({ method, url, headers: {}, body: 'x' }))).toMatchObject({
      code: 'FLYTE_HTTP_UNREACHABLE',
      sent: 'unknown',
      reusedSocket: true,
    })
    expect(seen).toEqual(['GET', method])
    transport.close?.()
  })

  test('is not what a new socket that breaks is', async () => {
    const { url, seen } = await startForgetfulServer(false)
    expect(await rejectionOf(nodeHttpTransport().request({ method: 'GET', url, headers: {} }))).toMatchObject({
      sent: 'unknown',
      reusedSocket: false,
    })
    expect(seen).toEqual(['GET'])
  })

  test('is not what one is that breaks in the middle of the answer', async () => {
    let answers = 0
    const server = await startServer((request, response) => {
      answers += 1
      if (answers === 1) response.end('ok')
      else response.writeHead(200, { 'content-length': 9 }).write('half', () => request.socket.resetAndDestroy())
    })
    const transport = nodeHttpTransport()
    const request = { method: 'GET', url: server.origin, headers: {} }
    await transport.request(request)
    expect(await rejectionOf(transport.request(request))).toMatchObject({ sent: 'yes', reusedSocket: true })
    expect(answers).toBe(2)
    expect(server.sockets).toHaveLength(1)
  })

  test('does not revive a request that was aborted', async () => {
    const { url, seen } = await startForgetfulServer()
    const transport = nodeHttpTransport()
    await transport.request({ method: 'GET', url, headers: {} })
    const controller = new AbortController()
    const failed = rejectionOf(transport.request({ method: 'GET', url, headers: {}, signal: controller.signal }))
    controller.abort('enough')
    expect(await failed).toBe('enough')
    expect(seen).toEqual(['GET'])
    transport.close?.()
  })
})

test('an answer in another protocol is one that nobody can read, at once', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const request = { method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }
  expect(await rejectionOf(nodeHttpTransport().request(request))).toMatchObject({
    code: 'FLYTE_HTTP_UNREACHABLE',
    sent: 'yes',
    message: expect.stringContaining('another protocol'),
  })
})

describe('close', () => {
  const get = (url: string) => ({ method: 'GET', url, headers: {} })

  test('closes the sockets of its own', async () => {
    const server = await startServer((_, response) => response.end())
    const transport = nodeHttpTransport()
    await transport.request(get(server.origin))
    transport.close?.()
    await closeOf(server.sockets[0] as Socket)
  })

  test('leaves the agents that it was given to their owner', async () => {
    const server = await startServer((_, response) => response.end())
    const agents = createAgents()
    const transport = nodeHttpTransport({ agents })
    await transport.request(get(server.origin))
    transport.close?.()
    await transport.request(get(server.origin))
    expect(server.sockets).toHaveLength(1)
    expect(idleSockets(agents.http)).toBe(1)
    agents.close()
    await closeOf(server.sockets[0] as Socket)
  })
})
