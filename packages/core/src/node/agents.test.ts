import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { certificate } from '../../test/certificate.js'
import { runModule } from '../../test/process.js'
import { closeOf, deferred, rejectionOf, startServer } from '../../test/server.js'
import { createAgents } from './agents.js'
import { createNodeFetch } from './fetch.js'
import { nodeHttpTransport } from './http-transport.js'

test('each scheme has its agent', () => {
  const agents = createAgents()
  expect(agents.for(new URL('http://h/'))).toBe(agents.http)
  expect(agents.for(new URL('https://h/'))).toBe(agents.https)
})

test('options such as ca hold for OAuth and for the transport, which share the sockets', async () => {
  const server = await startServer((_, response) => response.end('trusted'), { tls: true })
  const request = { method: 'GET', url: server.origin, headers: {} }
  const agents = createAgents({ ca: certificate })
  expect(await (await createNodeFetch({ agents })(server.origin)).text()).toBe('trusted')
  expect(await nodeHttpTransport({ agents }).request(request)).toMatchObject({ body: 'trusted' })
  expect(server.received).toHaveLength(2)
  expect(server.sockets).toHaveLength(1)
  agents.close()

  const strangers = createAgents()
  expect(await rejectionOf(createNodeFetch({ agents: strangers })(server.origin))).toMatchObject({
    name: 'TransportError',
  })
  expect(await rejectionOf(nodeHttpTransport({ agents: strangers }).request(request))).toMatchObject({ sent: 'no' })
  expect(server.received).toHaveLength(2)
})

test('options can bound the connections', async () => {
  const server = await startServer((_, response) => response.end())
  const agents = createAgents({ maxSockets: 1 })
  const fetch = createNodeFetch({ agents })
  await Promise.all([1, 2, 3].map(() => fetch(server.origin)))
  expect(server.sockets).toHaveLength(1)
  agents.close()
})

test.each([false, true])('close ends idle and busy sockets (TLS: %s)', async (tls) => {
  const busy = deferred<Socket>()
  const server = await startServer(
    (request, response) => {
      if (request.url === '/busy') busy.resolve(request.socket)
      else response.end()
    },
    { tls },
  )
  const agents = createAgents({ ca: certificate })
  const fetch = createNodeFetch({ agents })
  const failed = rejectionOf(fetch(`${server.origin}/busy`))
  await busy.promise
  await fetch(server.origin)
  expect(server.sockets).toHaveLength(2)
  agents.close()
  await Promise.all(server.sockets.map(closeOf))
  expect(await failed).toMatchObject({ code: 'FLYTE_HTTP_UNREACHABLE' })
})

test('idle sockets do not keep a process alive', async () => {
  const server = await startServer((_, response) => response.end('ok'))
  const source = `
    import { createNodeFetch, nodeHttpTransport } from '@flyte-js/core/node'
    const [url] = process.argv.slice(1)
    await createNodeFetch()(url)
    await nodeHttpTransport().request({ method: 'GET', url, headers: {} })
    console.log('done')`
  expect(await runModule(source, { input: [server.origin] })).toEqual({ code: 0, stdout: 'done\n', stderr: '' })
  expect(server.sockets).toHaveLength(2)
})
