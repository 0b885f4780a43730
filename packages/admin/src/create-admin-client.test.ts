import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import {
  AuthError,
  type FlyteEvent,
  fetchTransport,
  type HttpRequest,
  type HttpTransport,
  TransportError,
} from '@flyte-js/core'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { createTestClock, type FlyteAdmin, type InjectedAnswer, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { AdminError } from './admin-error.js'
import { type AdminClientOptions, createAdminClient } from './create-admin-client.js'

const id = { project: 'flytesnacks', domain: 'development', name: 'n', version: 'v' }
const taskPath = '/api/v1/tasks/flytesnacks/development/n/v'

let server: FlyteAdmin
beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
})
afterAll(() => server.close())

let undo: (() => void)[] = []
afterEach(() => {
  for (const each of undo) each()
  undo = []
  server.clearRequests()
})

const createClient = (options: Partial<AdminClientOptions> = {}) =>
  createAdminClient({ endpoint: server.url, ...options })

async function failure(call: Promise<unknown>): Promise<AdminError> {
  const error = await call.then(
    (value) => expect.unreachable(`it resolved with ${JSON.stringify(value)}`),
    (error) => error,
  )
  expect(error).toBeInstanceOf(AdminError)
  return error
}

/** A source of numbered tokens, and what it was asked. */
function createTokens(...tokens: string[]) {
  const asked: unknown[] = []
  return {
    asked,
    tokenSource: {
      getToken: async (options: { rejected?: string } = {}) => {
        asked.push(options.rejected)
        return { accessToken: tokens[Math.min(asked.length, tokens.length) - 1] ?? '', tokenType: 'bearer' }
      },
    },
  }
}

const anyTime = (event: { requestId: string } | undefined) => ({
  requestId: event?.requestId,
  duration: expect.any(Number),
})

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('the client', () => {
  it('has five services, which nobody can change', () => {
    const client = createClient()
    expect(Object.keys(client)).toEqual(['admin', 'signal', 'dataProxy', 'identity', 'authMetadata', 'forget'])
    expect(() => Object.assign(client.admin, { getTask: 1 })).toThrow(TypeError)
  })

  it.each([
    ['', ''],
    ['/', ''],
    ['/flyte', '/flyte'],
    ['/flyte//', '/flyte'],
    ['/?a=b#c', ''],
  ])('at an endpoint that ends in %j keeps the path %j', async (end, base) => {
    undo.push(server.answer(() => true, { body: {} }))
    await createClient({ endpoint: server.url + end }).admin.getVersion()
    await createClient({ endpoint: new URL(server.url + end) }).admin.getVersion()
    expect(server.requests.map(({ url }) => url)).toEqual([`${base}/api/v1/version`, `${base}/api/v1/version`])
  })

  it.each([
    ['timeout', { timeout: Number(undefined) }],
    ['callTimeout', { callTimeout: -1 }],
    ['maxBytes', { maxBytes: Number.NaN }],
    ['limit', { retries: { limit: Number.NaN } }],
    ['maxDelay', { retries: { maxDelay: -1 } }],
    ['queue', { limits: { queue: Number.NaN } }],
    ['entries', { cache: { entries: Number.NaN } }],
  ])('cannot be made with a %s that is no number', (name, options) => {
    expect(() => createAdminClient({ endpoint: 'http://localhost', ...options })).toThrow(
      expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT', message: `${name} must be a number, 0 or more` }),
    )
  })

  it.each(['flyte.example.com', 'ftp://flyte.example.com', 'canary', ''])(
    'cannot be made for %j, which is not repeated',
    (endpoint) => {
      const make = () => createAdminClient({ endpoint })
      expect(make).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
      expect(make).not.toThrow(/canary/)
    },
  )

  it('takes the methods apart from their service', async () => {
    const { listProjects } = createClient().admin
    expect((await listProjects()).projects.map(({ id }) => id)).toContain('flytesnacks')
  })

  it('hands an answer on as it came', async () => {
    const answer = {
      id: null,
      closure: { compiled_task: null, created_at: '2026-01-31T09:30:00.123456789Z' },
      more: '9007199254740993',
    }
    undo.push(server.answer(taskPath, { body: answer }))
    expect(await createClient().admin.getTask({ id })).toEqual(answer)
  })

  it('rejects, and never throws at once, whatever it is given', async () => {
    const { getTask, listProjects, createTask } = createClient().admin as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >
    const circular: Record<string, unknown> = {}
    circular.self = circular
    for (const parameters of [[], [null], [7], ['text'], [{ id }, null], [{ id: 7 }], [undefined, undefined]]) {
      const call = getTask?.(...parameters)
      expect(call).toBeInstanceOf(Promise)
      await expect(call).rejects.toBeDefined()
    }
    for (const call of [createTask?.(circular), listProjects?.({}, { signal: AbortSignal.abort('enough') })]) {
      expect(call).toBeInstanceOf(Promise)
      await expect(call).rejects.toBeDefined()
    }
    expect(server.requests).toEqual([])
  })

  it('tells of each call that was answered', async () => {
    const events: FlyteEvent[] = []
    const { admin } = createClient({ onEvent: (event) => events.push(event) })
    await admin.getVersion()
    await admin.getTask({ id }).catch(() => undefined)
    const [first, , second] = events as { requestId: string }[]
    expect(events).toEqual([
      { type: 'admin.try', rpc: 'getVersion', status: 200, attempt: 1, ...anyTime(first) },
      { type: 'admin.call', rpc: 'getVersion', tries: 1, ...anyTime(first) },
      { type: 'admin.try', rpc: 'getTask', status: 404, attempt: 1, ...anyTime(second) },
      { type: 'admin.call', rpc: 'getTask', tries: 1, code: 'FLYTE_ADMIN_RPC_FAILED', ...anyTime(second) },
    ])
    expect(server.requests.map(({ headers }) => headers['x-request-id'])).toEqual([first?.requestId, second?.requestId])
    expect(first?.requestId).not.toBe(second?.requestId)
  })
})

describe('what goes out', () => {
  /** What a client asks of its transport. */
  async function requestOf(options: Partial<AdminClientOptions> = {}): Promise<HttpRequest> {
    const asked: HttpRequest[] = []
    const transport: HttpTransport = {
      async request(request) {
        asked.push(request)
        return { status: 200, header: () => 'application/json', body: '{}' }
      },
    }
    await createAdminClient({ endpoint: 'http://flyte.example/flyte', transport, ...options }).admin.getVersion()
    return asked[0] as HttpRequest
  }

  it('has 15 seconds for a try and two minutes for a call, where nothing is said', async () => {
    expect((await requestOf()).timeout).toBe(15_000)
    const clock = createTestClock()
    expect((await requestOf({ clock, timeout: 0 })).timeout).toBe(120_000)
    expect((await requestOf({ clock, timeout: 0, callTimeout: 0 })).timeout).toBe(Number.POSITIVE_INFINITY)
  })

  it('says who we are, where nobody else does, and more than the default CORS allows only where that is none', async () => {
    const namesOf = async () => Object.keys((await requestOf()).headers)
    expect(await namesOf()).toEqual(['accept', 'user-agent', 'x-request-id', 'grpc-timeout'])
    try {
      vi.stubGlobal('location', new URL('http://flyte.example/console'))
      expect(await namesOf()).toEqual(['accept', 'x-request-id', 'grpc-timeout'])
      vi.stubGlobal('location', new URL('https://flyte.example/console'))
      expect(await namesOf()).toEqual(['accept'])
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('the token', () => {
  it('goes out in authorization', async () => {
    await createClient(createTokens('t')).admin.getVersion()
    expect(server.requests[0]?.headers.authorization).toBe('Bearer t')
  })

  it('goes out in the header of the given name alone', async () => {
    await createClient({ ...createTokens('t'), authorizationHeader: 'Flyte-Authorization' }).admin.getVersion()
    expect(server.requests[0]?.headers).toMatchObject({ 'flyte-authorization': 'Bearer t' })
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('is not there without a token source', async () => {
    await createClient().admin.getVersion()
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('never goes out with the calls that say how to log in', async () => {
    undo.push(server.answer(({ path }) => /^\/(\.well-known|config)\//.test(path), { body: {} }))
    const tokens = createTokens('t')
    const { authMetadata } = createClient(tokens)
    await authMetadata.getOAuth2Metadata()
    await authMetadata.getPublicClientConfig()
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
    expect(tokens.asked).toEqual([])
  })

  it('is renewed once on a 401, by the token that was refused', async () => {
    undo.push(server.answer(({ headers }) => headers.authorization === 'Bearer a', { status: 401 }))
    const tokens = createTokens('a', 'b')
    await createClient(tokens).admin.getVersion()
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer a', 'Bearer b'])
    expect(tokens.asked).toEqual([undefined, 'a'])
  })

  it('is renewed at most once: then the refusal comes through, without the token', async () => {
    undo.push(
      server.answer(() => true, { status: 401, body: { code: 16, message: 'no: canary-b is bad', details: [] } }),
    )
    const tokens = createTokens('canary-a', 'canary-b', 'canary-c')
    const error = await failure(createClient(tokens).admin.getVersion())
    expect(error).toMatchObject({
      code: 'FLYTE_ADMIN_UNAUTHENTICATED',
      status: 401,
      grpcStatus: 'UNAUTHENTICATED',
      isRetryable: false,
    })
    expect(error.message).toMatch(/^getVersion: no: \*\*\* is bad\. Token .* log in again$/)
    expect(tokens.asked).toEqual([undefined, 'canary-a'])
    expect(server.requestsTo('/api/v1/version')).toHaveLength(2)
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('canary')
  })

  it('goes out after the first 401 where that is wanted', async () => {
    await using own = await startFlyteAdmin()
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' })
    const headers = { authorization: `Basic ${btoa('flytepropeller:short-secret')}` }
    const response = await fetch(`${own.url}/oauth2/token`, { method: 'POST', headers, body: form })
    const { access_token: token } = (await response.json()) as { access_token: string }
    own.clearRequests()
    const { admin } = createAdminClient({ endpoint: own.url, ...createTokens(token), authorizeAfterRefusal: true })
    await admin.listProjects()
    await admin.getVersion()
    expect(own.requests.map(({ status, headers }) => [status, headers.authorization])).toEqual([
      [401, undefined],
      [200, `Bearer ${token}`],
      [200, `Bearer ${token}`],
    ])
  })

  it('that cannot be had fails the call with the very error of the login', async () => {
    const error = new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no')
    const { admin } = createClient({ tokenSource: { getToken: () => Promise.reject(error) } })
    await expect(admin.getVersion()).rejects.toBe(error)
    expect(server.requests).toEqual([])
  })
})

const transports: [string, () => HttpTransport][] = [
  ['fetch', fetchTransport],
  ['node:http', nodeHttpTransport],
]

describe.each(transports)('over %s', (_, createTransport) => {
  let transport: HttpTransport
  beforeAll(() => {
    transport = createTransport()
  })
  afterAll(() => transport.close?.())
  const client = (endpoint = server.url) => createAdminClient({ endpoint, transport, retries: { limit: 0 } }).admin

  it.each([
    { status: 400, code: 3, grpcStatus: 'INVALID_ARGUMENT' },
    { status: 404, code: 5, grpcStatus: 'NOT_FOUND' },
    { status: 409, code: 6, grpcStatus: 'ALREADY_EXISTS' },
    { status: 429, code: 8, grpcStatus: 'RESOURCE_EXHAUSTED', isRetryable: true },
    { status: 501, code: 12, grpcStatus: 'UNIMPLEMENTED' },
    { status: 500, code: 13, grpcStatus: 'INTERNAL' },
    { status: 503, code: 14, grpcStatus: 'UNAVAILABLE', isRetryable: true },
  ])(
    'an error of gRPC code $code comes with its status and words',
    async ({ status, code, grpcStatus, isRetryable = false }) => {
      const body = { code, message: 'the words', details: [] }
      undo.push(server.answer(taskPath, { status, body, headers: { 'retry-after': '3' } }))
      expect((await failure(client().getTask({ id }))).toJSON()).toEqual({
        name: 'AdminError',
        code: 'FLYTE_ADMIN_RPC_FAILED',
        message: 'getTask: the words',
        rpc: 'getTask',
        url: server.url + taskPath,
        status,
        grpcCode: code,
        grpcStatus,
        isRetryable,
        retryAfter: 3000,
        requestId: server.requests[0]?.headers['x-request-id'],
        tries: 1,
      })
    },
  )

  it('the URL of an error has no query', async () => {
    const call = client().listTasks({
      id: { project: 'canary-not', domain: 'development' },
      filters: 'eq(name,canary)',
    })
    const error = await failure(call)
    expect(error.url).toBe(`${server.url}/api/v1/tasks/canary-not/development`)
    expect(error.message + JSON.stringify(error)).not.toContain('eq(')
  })

  it('the 429 of a body over 4 MiB is none to wait for', async () => {
    const error = await failure(client().createTask({ id: { name: 'x'.repeat(4 << 20) } }))
    expect(error).toMatchObject({ status: 429, grpcStatus: 'RESOURCE_EXHAUSTED', isRetryable: false })
    expect(error.message).toContain('4 MiB')
  })

  const noMessages: [string, InjectedAnswer, string][] = [
    [
      'a page',
      { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>canary' },
      'FLYTE_ADMIN_RESPONSE_INVALID',
    ],
    ['a page with an error', { status: 403, body: ' \n<html>canary' }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    ['a login page', { status: 401, body: '<html>canary' }, 'FLYTE_ADMIN_UNAUTHENTICATED'],
    ['a redirect', { status: 302, headers: { location: '/canary?canary' }, body: '' }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    [
      'a redirect with JSON',
      { status: 307, headers: { location: '/canary' }, body: {} },
      'FLYTE_ADMIN_RESPONSE_INVALID',
    ],
    ['nothing', { body: '' }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    ['nothing, as it says', { status: 204 }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    ['JSON that is cut', { body: '{"id":{"name":"canary' }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    ['null', { body: 'null' }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    ["a proxy's own JSON", { status: 403, body: { error: 'canary' } }, 'FLYTE_ADMIN_RESPONSE_INVALID'],
    [
      "a proxy's code that is no number",
      { status: 403, body: { code: 'canary', message: null } },
      'FLYTE_ADMIN_RESPONSE_INVALID',
    ],
    ['a server that is away', { status: 503, body: 'canary' }, 'FLYTE_ADMIN_RPC_FAILED'],
    ['a gateway that waits', { status: 504, body: '<html>canary' }, 'FLYTE_ADMIN_RPC_FAILED'],
  ]
  it.each(noMessages)('%s is an error that says what to check, and does not repeat it', async (_, answer, code) => {
    undo.push(server.answer(taskPath, answer))
    const error = await failure(client().getTask({ id }))
    expect(error).toMatchObject({ code, rpc: 'getTask', isRetryable: code === 'FLYTE_ADMIN_RPC_FAILED' })
    expect(error.message).toContain('FLYTE_PLATFORM_URL')
    expect(error.message).toContain(server.url + taskPath)
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain('canary')
    expect(server.requests).toHaveLength(1)
  })

  it.each([{ message: null }, { message: ['a', 'list'] }, { message: undefined }, { message: 7 }])(
    'an error whose words are none is one all the same: %j',
    async ({ message }) => {
      undo.push(server.answer(taskPath, { status: 400, body: { code: 3, message } }))
      expect(await failure(client().getTask({ id }))).toMatchObject({ code: 'FLYTE_ADMIN_RPC_FAILED', grpcCode: 3 })
    },
  )

  it('a dead endpoint is an error that may pass, and says why', async () => {
    const gone = await startFlyteAdmin()
    await gone.close()
    const error = await failure(client(gone.url).getVersion())
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE', isRetryable: true, rpc: 'getVersion' })
    expect(error.message).toContain('ECONNREFUSED')
    expect(error.message).toContain('FLYTE_PLATFORM_URL')
  })

  it('an answer that is cut in the middle is an error that may pass', async () => {
    await using broken = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
      response.write('{"canary":', () => response.destroy())
    })
    const error = await failure(client(broken.url).getVersion())
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE', isRetryable: true })
    expect(error.message).not.toContain('canary')
  })

  it('an answer that does not come in time is an error that may pass', async () => {
    await using silent = await serve(() => {})
    const { admin } = createAdminClient({ endpoint: silent.url, transport, timeout: 60_000, retries: { limit: 0 } })
    const error = await failure(admin.getVersion({}, { timeout: 20 }))
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', isRetryable: true })
    expect(error.message).toContain('within 20 ms')
  })

  it.each([
    ['an error', new Error('enough')],
    [
      'an error that looks like one of the network',
      new TransportError('FLYTE_HTTP_TIMEOUT', 'enough', { url: 'http://localhost' }),
    ],
    ['a text', 'enough'],
  ])("the caller's abort ends the call at the server, and its reason comes back as it is: %s", async (_, reason) => {
    const controller = new AbortController()
    let closed: Promise<unknown> = Promise.resolve()
    await using silent = await serve((request) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve))
      controller.abort(reason)
    })
    await expect(client(silent.url).getVersion({}, { signal: controller.signal })).rejects.toBe(reason)
    await closed
  })

  it('an answer beyond all measure is not read to its end', async () => {
    const chunk = 'x'.repeat(1 << 20)
    await using endless = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', write)
      write()
    })
    const error = await failure(client(endless.url).getVersion())
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', isRetryable: false })
    expect(error.message).toContain('Ask for a smaller page')
  })
})
