import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { describeFetch, idleSockets } from '../../test/fetch-suite.js'
import { runModule } from '../../test/process.js'
import { deferred, rejectionOf, startServer } from '../../test/server.js'
import { createAgents } from './agents.js'
import { createNodeFetch } from './fetch.js'

describe('createNodeFetch', () => {
  describeFetch(createNodeFetch)
})

test('requests in a row share one kept-alive socket, redirects and refusals too', async () => {
  const server = await startServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/here' }).end('moved')
    else if (request.url === '/refused') response.writeHead(400).end('no')
    else response.end('here')
  })
  const agents = createAgents()
  const fetch = createNodeFetch({ agents })
  for (const path of ['/here', '/moved', '/refused', '/here']) await fetch(server.origin + path)
  expect(server.received).toHaveLength(5)
  expect(server.sockets).toHaveLength(1)
  expect(idleSockets(agents.http)).toBe(1)
  agents.close()
})

test('a stream of the web goes out as its bytes', async () => {
  const server = await startServer((_, response) => response.end())
  const body = new Blob(['all ', 'of it']).stream()
  await createNodeFetch()(server.origin, { method: 'POST', body })
  expect(server.received.map((request) => request.body)).toEqual(['all of it'])
})

describe('with oauth4webapi', () => {
  const errors = [
    'invalid_client',
    'invalid_grant',
    'invalid_scope',
    'invalid_request',
    'unauthorized_client',
    'unsupported_grant_type',
  ]
  const client = { client_id: 'ci' }

  async function ask(status: number, body: string) {
    const server = await startServer((_, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body),
    )
    const authorizationServer = { issuer: server.origin, token_endpoint: `${server.origin}/token` }
    const response = await oauth.clientCredentialsGrantRequest(
      authorizationServer,
      client,
      oauth.ClientSecretBasic('secret'),
      { scope: 'all' },
      { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: createNodeFetch() },
    )
    const process = (answer: Response) => oauth.processClientCredentialsResponse(authorizationServer, client, answer)
    return { response, process, server }
  }

  describe.each(errors)("the server's %s", (error) => {
    test.each([400, 401])('arrives with status %i, from the answer and from a clone of it', async (status) => {
      const { response, process } = await ask(status, JSON.stringify({ error, error_description: 'Because.' }))
      const expected = { name: 'ResponseBodyError', error, error_description: 'Because.', status }
      expect(await rejectionOf(process(response.clone()))).toMatchObject(expected)
      expect(await rejectionOf(process(response.clone().clone()))).toMatchObject(expected)
      expect(await rejectionOf(process(response))).toMatchObject(expected)
    })
  })

  test('a token arrives, and the request was what it should be', async () => {
    const { response, process, server } = await ask(
      200,
      '{"access_token":"token","token_type":"bearer","expires_in":60}',
    )
    expect(await process(response)).toMatchObject({ access_token: 'token', expires_in: 60 })
    expect(server.received).toMatchObject([
      { method: 'POST', url: '/token', body: 'scope=all&grant_type=client_credentials' },
    ])
  })

  test.each([
    ['an HTML page', 200, '<html>'],
    ['nothing', 500, ''],
    ['no JSON', 400, 'oops'],
  ])('%s is an error of oauth4webapi, no TypeError', async (_, status, body) => {
    const { response, process } = await ask(status, body)
    expect(await rejectionOf(process(response))).toMatchObject({ name: 'OperationProcessingError' })
  })
})

describe('a body that is handed over as it comes', () => {
  const fetch = createNodeFetch({ maxBytes: Number.POSITIVE_INFINITY, timeout: Number.POSITIVE_INFINITY })

  test('can be cancelled, which closes the connection', async () => {
    const closed = deferred()
    const server = await startServer((_, response) => {
      response.on('close', () => closed.resolve())
      response.write('for ever')
    })
    const response = await fetch(server.origin)
    await response.body?.cancel()
    await closed.promise
  })

  test('fails when the connection breaks, instead of never ending', async () => {
    const server = await startServer((request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => request.socket.end())
    })
    const response = await fetch(server.origin)
    await expect(response.text()).rejects.toThrow()
  })
})

describe('in a process of its own', () => {
  test("core/node makes requests without loading Node's own fetch", async () => {
    const server = await startServer((_, response) => response.end('{"a":1}'))
    const source = `
      import { createNodeFetch, nodeHttpTransport } from '@flyte-js/core/node'
      const [origin] = process.argv.slice(1)
      const response = await createNodeFetch()(origin, { method: 'POST', body: 'x', headers: { accept: 'a' } })
      const { a } = await response.json()
      const { status } = await nodeHttpTransport().request({ method: 'GET', url: origin, headers: {} })
      const undici = () => process.moduleLoadList.filter((each) => /undici/.test(each)).length
      const loaded = undici()
      globalThis.fetch, globalThis.Headers
      console.log(JSON.stringify({ a, status, loaded, loadedOnTouch: undici() }))`
    const { stdout, stderr } = await runModule(source, { input: [server.origin] })
    expect(stderr).toBe('')
    // The last number shows that the list would have told.
    expect(JSON.parse(stdout)).toEqual({ a: 1, status: 200, loaded: 0, loadedOnTouch: expect.any(Number) })
    expect(JSON.parse(stdout).loadedOnTouch).toBeGreaterThan(0)
  })
})
