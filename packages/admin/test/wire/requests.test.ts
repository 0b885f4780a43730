// Every RPC on the wire, as a server sees it, against the project's own list (expected-requests.ts).
import { fetchTransport, type HttpTransport } from '@flyte-js/core'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { adminRoutes, authMetadataRoutes, dataProxyRoutes, identityRoutes, signalRoutes } from '@flyte-js/idl'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAdminClient } from '../../src/create-admin-client.js'
import { callRpc, methodOf } from './call-rpc.js'
import { decodeTarget } from './decode-target.js'
import { expectedRequests } from './expected-requests.js'
import { startWireServer, type WireRequest, type WireServer } from './wire-server.js'

/** Each has its own way to frame a body, a DELETE's above all. */
const transports: Record<string, HttpTransport> = { fetch: fetchTransport(), 'node:http': nodeHttpTransport() }
const tokenSource = { getToken: async () => ({ accessToken: 'a-token', tokenType: 'bearer' }) }

let server: WireServer
beforeAll(async () => {
  server = await startWireServer()
})
afterAll(async () => {
  for (const transport of Object.values(transports)) transport.close?.()
  await server[Symbol.asyncDispose]()
})
afterEach(() => server.clear())

/** The values of a header, one for each time that it was sent. */
const header = ({ headers }: WireRequest, name: string) =>
  headers.filter(([key]) => key === name).map(([, text]) => text)

describe.each(expectedRequests)('$rpc: $sends', ({ rpc, request, sends, query = {}, body }) => {
  it.each(Object.entries(transports))('is what goes out over %s, once', async (_, transport) => {
    const asGiven = structuredClone(request)
    await callRpc(server.url, rpc, request, { transport, tokenSource })
    expect(server.requests).toHaveLength(1)
    const [sent] = server.requests as [WireRequest]

    expect(`${sent.method} ${sent.target.split('?')[0]}`).toBe(sends)
    const pairs = decodeTarget(sent.target).query
    expect(Object.fromEntries(pairs)).toEqual(query)
    expect(pairs, 'each once').toHaveLength(Object.keys(query).length)
    if (body === '*') expect(JSON.parse(sent.body.toString())).toEqual(asGiven)
    else expect(sent.body).toHaveLength(0)

    expect(header(sent, 'accept')).toEqual(['application/json'])
    expect(header(sent, 'content-type')).toEqual(body === '*' ? ['application/json'] : [])
    expect(header(sent, 'content-length')).toEqual(body === '*' ? [String(sent.body.length)] : [])
    expect(header(sent, 'transfer-encoding')).toEqual([])
    // How to log in is asked before anybody can.
    expect(header(sent, 'authorization')).toEqual(rpc.startsWith('authMetadata.') ? [] : ['Bearer a-token'])
    expect(request, 'is left as it was').toEqual(asGiven)
  })
})

/** What may be sent over node:http, where nobody but this project adds a header. */
const ownHeaders =
  /^(accept|authorization|connection|content-length|content-type|grpc-timeout|host|user-agent|x-request-id)$/

describe('the headers', () => {
  it('are those that the gateway knows, each once', async () => {
    for (const { rpc, request } of expectedRequests) {
      await callRpc(server.url, rpc, request, { transport: transports['node:http'] as HttpTransport, tokenSource })
    }
    for (const { headers } of server.requests) {
      const names = headers.map(([name]) => name)
      expect(names.filter((name) => !ownHeaders.test(name))).toEqual([])
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('hold a token under one name, the one that is configured', async () => {
    for (const transport of Object.values(transports)) {
      const { admin } = createAdminClient({
        endpoint: server.url,
        authorizationHeader: 'Flyte-Authorization',
        tokenSource,
        transport,
      })
      await admin.getVersion()
    }
    expect(server.requests.map((sent) => [header(sent, 'flyte-authorization'), header(sent, 'authorization')])).toEqual(
      [
        [['Bearer a-token'], []],
        [['Bearer a-token'], []],
      ],
    )
  })
})

describe('a base path', () => {
  it('stays before every route', async () => {
    for (const { rpc, request } of expectedRequests) await callRpc(`${server.url}/flyte/`, rpc, request)
    expect(server.requests.map(({ method, target }) => `${method} ${target.split('?')[0]}`)).toEqual(
      expectedRequests.map(({ sends }) => sends.replace(' ', ' /flyte')),
    )
  })
})

describe('the list', () => {
  const routes = {
    admin: adminRoutes,
    signal: signalRoutes,
    dataProxy: dataProxyRoutes,
    identity: identityRoutes,
    authMetadata: authMetadataRoutes,
  }
  const rowsOf = (rpc: string) => expectedRequests.filter((row) => row.rpc === rpc)

  it('has every RPC of every service, and no other, with a row for each of its routes', () => {
    const fromProtos = Object.entries(routes).flatMap(([service, rpcs]) =>
      Object.entries(rpcs).flatMap(([rpc, [, ...bindings]]) => bindings.map(() => `${service}.${rpc}`)),
    )
    expect(expectedRequests.map(({ rpc }) => rpc).sort()).toEqual(fromProtos.sort())
    expect(fromProtos).toHaveLength(69)
    expect(new Set(fromProtos).size).toBe(65)
  })

  it('has no row twice', () => {
    expect(new Set(expectedRequests.map(({ rpc, sends }) => `${rpc} ${sends}`)).size).toBe(69)
  })

  it('is what a client has methods for', () => {
    const client = createAdminClient({ endpoint: server.url })
    const methods = Object.entries(client).flatMap(([service, rpcs]) =>
      Object.keys(rpcs).map((rpc) => `${service}.${rpc}`),
    )
    expect(new Set(methods)).toEqual(new Set(expectedRequests.map(({ rpc }) => rpc)))
  })

  it('is paginated where a request has the token of a page, and nowhere else', () => {
    const client = createAdminClient({ endpoint: server.url })
    for (const { rpc, query } of expectedRequests) {
      const { paginate, pages } = methodOf(client, rpc)
      const expected = query?.token === undefined ? 'undefined' : 'function'
      expect([typeof paginate, typeof pages], rpc).toEqual([expected, expected])
    }
  })

  it('has four DELETEs, which all have a body', () => {
    const deletes = expectedRequests.filter(({ sends }) => sends.startsWith('DELETE '))
    expect(deletes.map(({ body }) => body)).toEqual(['*', '*', '*', '*'])
  })

  it('has a second route where a name may be left out, which is taken only then', async () => {
    const withTwo = [...new Set(expectedRequests.map(({ rpc }) => rpc))].filter((rpc) => rowsOf(rpc).length === 2)
    expect(withTwo).toEqual([
      'admin.listTasks',
      'admin.listWorkflows',
      'admin.listLaunchPlans',
      'admin.listDescriptionEntities',
    ])
    for (const rpc of withTwo) {
      const [first, second] = rowsOf(rpc) as unknown as { request: { id: object }; sends: string }[]
      for (const name of ['say hello', undefined, null, '']) {
        server.clear()
        await callRpc(server.url, rpc, { ...first?.request, id: { ...first?.request.id, name } })
        expect(server.requests.map(({ target }) => `GET ${target.split('?')[0]}`)).toEqual([
          name === 'say hello' ? first?.sends : second?.sends,
        ])
      }
    }
  })
})
