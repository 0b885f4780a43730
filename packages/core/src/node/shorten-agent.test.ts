import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { Agent, type ClientRequest, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { certificate } from '../../test/certificate.js'
import { idleSockets } from '../../test/fetch-suite.js'
import { closeOf, deferred, rejectionOf, startServer } from '../../test/server.js'
import { type Agents, type AgentsOptions, createAgents } from './agents.js'
import { nodeHttpTransport } from './http-transport.js'

const get = (url: string) => ({ method: 'GET', url, headers: {} })

function startClient(options?: AgentsOptions) {
  const agents = createAgents({ ca: certificate, ...options })
  onTestFinished(() => agents.close())
  return { agents, transport: nodeHttpTransport({ agents }) }
}

/** How many sockets an agent has in use. */
const busySockets = (agent: Agent) => Object.values(agent.sockets).flat().length

describe.each([false, true])('an idle socket (TLS: %s)', (tls) => {
  test('is found without the long way, and given back to the agent', async () => {
    const server = await startServer((_, response) => response.end('ok'), { tls })
    const { agents, transport } = startClient()
    const agent = tls ? agents.https : agents.http
    await transport.request(get(server.origin))
    const theLongWay = vi.spyOn(agent, 'addRequest' as never)
    for (let call = 0; call < 3; call += 1) {
      expect((await transport.request(get(`${server.origin}/${call}`))).body).toBe('ok')
      expect([busySockets(agent), idleSockets(agent)]).toEqual([0, 1])
    }
    expect(theLongWay).not.toHaveBeenCalled()
    expect(server.sockets).toHaveLength(1)
  })

  test('is busy while a request is on it', async () => {
    const answer = deferred<() => void>()
    const server = await startServer(
      (request, response) => {
        if (request.url === '/wait') answer.resolve(() => response.end())
        else response.end()
      },
      { tls },
    )
    const { agents, transport } = startClient()
    const agent = tls ? agents.https : agents.http
    await transport.request(get(server.origin))
    const waiting = transport.request(get(`${server.origin}/wait`))
    const end = await answer.promise
    expect([busySockets(agent), idleSockets(agent)]).toEqual([1, 0])
    // So that another request gets a socket of its own.
    await transport.request(get(server.origin))
    expect(server.sockets).toHaveLength(2)
    end()
    await waiting
    expect([busySockets(agent), idleSockets(agent)]).toEqual([0, 2])
  })

  test('has its timer left running', async () => {
    const server = await startServer((_, response) => response.end(), { tls })
    const { agents, transport } = startClient()
    await transport.request(get(server.origin))
    const [socket] = Object.values((tls ? agents.https : agents.http).freeSockets).flat()
    const timed = vi.spyOn(socket as Socket, 'setTimeout')
    await transport.request(get(server.origin))
    expect(timed).not.toHaveBeenCalled()
    expect((socket as Socket).timeout).toBeGreaterThan(0)
    expect(server.sockets).toHaveLength(1)
  })

  test('is closed when its time is over, counted from its last use', async () => {
    const server = await startServer((_, response) => response.end(), { tls })
    const { agents, transport } = startClient({ timeout: 50 })
    await transport.request(get(server.origin))
    await transport.request(get(server.origin))
    const [socket] = server.sockets as [Socket]
    await closeOf(socket)
    expect(server.sockets).toHaveLength(1)
    await vi.waitFor(() => expect(idleSockets(tls ? agents.https : agents.http)).toBe(0))
  })

  test('is not closed under a request that takes longer than that time', async () => {
    const asked = deferred<ServerResponse>()
    const server = await startServer(
      (request, response) => {
        if (request.url === '/slow') asked.resolve(response)
        else response.end()
      },
      { tls },
    )
    const { agents, transport } = startClient({ timeout: 20 })
    await transport.request(get(server.origin))
    const answer = transport.request(get(`${server.origin}/slow`))
    const response = await asked.promise
    const [socket] = Object.values((tls ? agents.https : agents.http).sockets).flat()
    await once(socket as Socket, 'timeout')
    response.end('at last')
    expect(await answer).toMatchObject({ body: 'at last' })
    expect(server.sockets).toHaveLength(1)
  })
})

test('one that is closed already is passed over', async () => {
  const server = await startServer((_, response) => response.end('ok'))
  const { agents, transport } = startClient()
  await Promise.all([1, 2].map(() => transport.request(get(server.origin))))
  const [idle] = Object.values(agents.http.freeSockets)
  idle?.at(-1)?.destroy()
  const taken = vi.spyOn(agents.http, 'reuseSocket' as never)
  expect((await transport.request(get(server.origin))).body).toBe('ok')
  expect(taken).toHaveBeenCalledTimes(1)
  expect(server.sockets).toHaveLength(2)
})

test('requests beyond the most sockets wait for them', async () => {
  const server = await startServer((_, response) => response.end())
  const { transport } = startClient({ maxSockets: 2 })
  await transport.request(get(server.origin))
  await Promise.all([1, 2, 3, 4, 5].map((name) => transport.request(get(`${server.origin}/${name}`))))
  expect(server.sockets).toHaveLength(2)
  expect(server.received).toHaveLength(6)
})

test('a failed request leaves no busy socket', async () => {
  const server = await startServer((request, response) => {
    if (request.url === '/cut') request.socket.destroy()
    else response.end()
  })
  const { agents, transport } = startClient()
  await transport.request(get(server.origin))
  await rejectionOf(transport.request({ ...get(`${server.origin}/cut`), method: 'POST' }))
  await vi.waitFor(() => expect([busySockets(agents.http), idleSockets(agents.http)]).toEqual([0, 0]))
})

test('a caller keeps the context that it has, not that of who opened the socket', async () => {
  const server = await startServer((_, response) => response.end())
  const { transport } = startClient()
  const storage = new AsyncLocalStorage<string>()
  const seen = await Promise.all(
    ['a', 'b'].map((name) =>
      storage.run(name, async () => {
        for (let call = 0; call < 3; call += 1) await transport.request(get(server.origin))
        return storage.getStore()
      }),
    ),
  )
  expect(seen).toEqual(['a', 'b'])
})

test("an agent that is not Node's own is asked for each request", async () => {
  const asked: string[] = []
  class ProxyAgent extends Agent {
    addRequest(request: ClientRequest, options: { host: string }) {
      asked.push(options.host)
      ;(Agent.prototype as unknown as ProxyAgent).addRequest.call(this, request, options)
    }
  }
  const server = await startServer((_, response) => response.end())
  const agents = createAgents()
  const proxy = new ProxyAgent({ keepAlive: true })
  onTestFinished(() => proxy.destroy())
  const transport = nodeHttpTransport({ agents: { ...agents, for: () => proxy } as Agents })
  await transport.request(get(server.origin))
  await transport.request(get(server.origin))
  expect(asked).toEqual(['127.0.0.1', '127.0.0.1'])
  expect(server.sockets).toHaveLength(1)
})
