// The whole client against the embedded Flyte Admin, over node:http: what the server sees of it.
import { getEventListeners } from 'node:events'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import type { FlyteEvent, HttpTransport } from '@flyte-js/core'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, type AdminClientOptions, createAdminClient } from '../src/create-admin-client.js'
import { launch, newExecutionId, registerTask } from './launch.js'

const transport = nodeHttpTransport()
let server: FlyteAdmin
beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
})
afterAll(async () => {
  transport.close?.()
  await server.close()
})

let undo: (() => void)[] = []
afterEach(() => {
  for (const each of undo) each()
  undo = []
  server.clearRequests()
})

const createClient = (options: Partial<AdminClientOptions> = {}): AdminClient =>
  createAdminClient({ endpoint: server.url, transport, random: () => 0, ...options })

/** A server of the test's own. */
async function serve(listener: RequestListener) {
  const own = createServer(listener)
  await new Promise<void>((resolve) => own.listen(0, 'localhost', resolve))
  return {
    url: `http://localhost:${(own.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      own.closeAllConnections()
      await new Promise((resolve) => own.close(resolve))
    },
  }
}

/** Resolves once the server has seen so many requests. */
async function seen(count: number): Promise<void> {
  while (server.requests.length < count) await new Promise((resolve) => setImmediate(resolve))
}

describe('many calls', () => {
  it('for a hundred things are a hundred requests, sixteen at a time', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`)
    let active = 0
    let mostActive = 0
    let open = () => {}
    const areSixteen = new Promise<void>((resolve) => {
      open = resolve
    })
    undo.push(
      server.answer(
        ({ path }) => path.startsWith('/api/v1/tasks/'),
        async ({ path }) => {
          active += 1
          mostActive = Math.max(mostActive, active)
          // The first ones are answered when there are sixteen of them: fewer would wait for ever.
          if (active === 16) open()
          await areSixteen
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
          active -= 1
          return { body: { id: { name: path.split('/')[6] }, closure: null } }
        },
      ),
    )
    const { admin } = createClient()
    let next = 0
    const worker = async () => {
      while (next < 10_000) {
        const name = names[next++ % names.length] as string
        const task = await admin.getTask({ id: { project: 'p', domain: 'd', name, version: 'v' } })
        expect(task.id?.name).toBe(name)
      }
    }
    await Promise.all(Array.from({ length: 200 }, worker))
    expect(server.requests).toHaveLength(100)
    expect(mostActive).toBe(16)
  })

  it('keep the rate, and are refused when their turn would come too late', async () => {
    const { admin } = createClient({ limits: { requestsPerSecond: 1, burst: 3 }, callTimeout: 500 })
    const calls = Array.from({ length: 5 }, (_, index) => admin.listProjects({ limit: index + 1 }))
    const results = await Promise.allSettled(calls)
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect(results[4]).toMatchObject({ reason: { code: 'FLYTE_ADMIN_LIMIT_REACHED' } })
    expect(server.requests).toHaveLength(3)
  })

  it('on one signal leave no listener on it', async () => {
    const { signal } = new AbortController()
    const { admin } = createClient({ limits: { concurrency: 2 } })
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => admin.listProjects({ limit: 1 + (index % 20) }, { signal })),
    )
    for await (const _ of admin.listProjects.paginate({ limit: 1 }, { signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('what never changes', () => {
  it('is kept until forget(), and what changes is not', async () => {
    const client = createClient()
    const id = newExecutionId()
    await registerTask(client, id)
    server.clearRequests()
    const get = () => client.admin.getTask({ id: { ...id, version: 'v1' } })
    expect(await get()).toBe(await get())
    expect(server.requests).toHaveLength(1)
    client.forget()
    await get()
    expect(server.requests).toHaveLength(2)
    await client.admin.getProject({ id: 'flytesnacks' })
    await client.admin.getProject({ id: 'flytesnacks' })
    expect(server.requests).toHaveLength(4)
  })

  it('is not kept where that is not wanted', async () => {
    const client = createClient({ cache: false })
    const id = newExecutionId()
    await registerTask(client, id)
    server.clearRequests()
    const get = () => client.admin.getTask({ id: { ...id, version: 'v1' } })
    const task = await get()
    expect(Object.isFrozen(task)).toBe(false)
    expect(await get()).not.toBe(task)
    expect(server.requests).toHaveLength(2)
  })

  it('is not handed to one who has left', async () => {
    const client = createClient()
    const id = newExecutionId()
    await registerTask(client, id)
    const get = (signal?: AbortSignal) => client.admin.getTask({ id: { ...id, version: 'v1' } }, { signal })
    await get()
    await expect(get(AbortSignal.abort('enough'))).rejects.toBe('enough')
  })
})

describe('a launch', () => {
  const executionsPath = '/api/v1/executions'
  const create = async (name?: string) => {
    const client = createClient()
    const id = newExecutionId()
    await launch(client, id)
    server.clearRequests()
    const spec = { launch_plan: { ...id, resource_type: 'LAUNCH_PLAN', version: 'v1' } } as const
    const launched = () =>
      client.admin.createExecution({ project: id.project, domain: id.domain, name: name ?? '', spec })
    const names = async () => {
      const { project, domain } = id
      const { executions } = await client.admin.listExecutions({ id: { project, domain }, limit: 100 })
      const ofThePlan = executions.filter(({ spec }) => spec?.launch_plan?.name === id.name)
      // The one that `launch` made has that name, too.
      return ofThePlan.map(({ id }) => id?.name).filter((each) => each !== id.name)
    }
    return { launched, names, id }
  }

  it('whose answer is lost makes one execution, and resolves with its id', async () => {
    const { launched, names, id } = await create()
    undo.push(server.fault(executionsPath, { kind: 'reset', after: 'headers' }, 1))
    const answer = await launched()
    expect(server.requestsTo(executionsPath).map(({ status }) => status)).toEqual([200, 409])
    expect(answer.id).toEqual({
      project: id.project,
      domain: id.domain,
      name: expect.stringMatching(/^a.{19}$/),
      org: '',
    })
    expect(await names()).toEqual([answer.id?.name])
  })

  it('looks the same when its answer is not lost', async () => {
    const { launched, names, id } = await create()
    const answer = await launched()
    expect(answer.id).toEqual({
      project: id.project,
      domain: id.domain,
      name: expect.stringMatching(/^a.{19}$/),
      org: '',
    })
    expect(await names()).toEqual([answer.id?.name])
  })

  it('of a name that is taken fails', async () => {
    const { launched, id } = await create('taken')
    await launched()
    await expect(launched()).rejects.toMatchObject({ grpcStatus: 'ALREADY_EXISTS', tries: 1 })
    expect(server.requestsTo(executionsPath)).toHaveLength(2)
    expect(id.name).not.toBe('taken')
  })
})

describe('another create', () => {
  it('is not sent twice when the connection is cut', async () => {
    undo.push(server.fault('/api/v1/tasks', { kind: 'reset' }))
    await expect(registerTask(createClient(), newExecutionId())).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_UNREACHABLE',
      tries: 1,
    })
    expect(server.requestsTo('/api/v1/tasks')).toHaveLength(1)
  })

  it('is sent again when nothing was sent', async () => {
    const gone = await startFlyteAdmin({ auth: 'none' })
    await gone.close()
    let tries = 0
    const refusedAtFirst: HttpTransport = {
      request(request) {
        tries += 1
        return transport.request(tries < 3 ? { ...request, url: request.url.replace(server.url, gone.url) } : request)
      },
    }
    await registerTask(createClient({ transport: refusedAtFirst }), newExecutionId())
    expect(tries).toBe(3)
    expect(server.requestsTo('/api/v1/tasks')).toHaveLength(1)
  })
})

describe('callers of the same', () => {
  it('share a request, which ends at the server with the last of them', async () => {
    let requests = 0
    let arrived = () => {}
    const isThere = new Promise<void>((resolve) => {
      arrived = resolve
    })
    let isClosed = false
    let closed = () => {}
    const hasClosed = new Promise<void>((resolve) => {
      closed = resolve
    })
    await using silent = await serve((incoming) => {
      requests += 1
      incoming.socket.once('close', () => {
        isClosed = true
        closed()
      })
      arrived()
    })
    const { admin } = createClient({ endpoint: silent.url })
    const controllers = [new AbortController(), new AbortController(), new AbortController()]
    const calls = controllers.map(({ signal }) => admin.getVersion({}, { signal }))
    await isThere
    controllers[1]?.abort('b')
    controllers[0]?.abort('a')
    await expect(calls[0]).rejects.toBe('a')
    await expect(calls[1]).rejects.toBe('b')
    expect(isClosed).toBe(false)
    controllers[2]?.abort('c')
    await expect(calls[2]).rejects.toBe('c')
    await hasClosed
    expect(requests).toBe(1)
    for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('of another login do not: forget() parts them', async () => {
    const client = createClient()
    let answer = () => {}
    const isTime = new Promise<void>((resolve) => {
      answer = resolve
    })
    undo.push(server.answer('/api/v1/version', () => isTime.then(() => ({ body: {} }))))
    const before = client.admin.getVersion()
    client.forget()
    const after = client.admin.getVersion()
    await seen(2)
    answer()
    expect(await before).not.toBe(await after)
  })

  it('get one answer, which nobody can change for the others', async () => {
    const { admin } = createClient()
    const [first, second] = await Promise.all([admin.listProjects(), admin.listProjects()])
    expect(first).toBe(second)
    expect(() => first?.projects.pop()).toThrow(TypeError)
    expect(server.requests).toHaveLength(1)
  })
})

describe('a call that waits for its place', () => {
  it('leaves when it is aborted, and the one behind it goes', async () => {
    const { admin } = createClient({ limits: { concurrency: 1 } })
    undo.push(server.fault(({ query }) => query.get('limit') === '1', { kind: 'black-hole' }))
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [
      admin.listProjects({ limit: 1 }, { signal: first.signal }),
      admin.listProjects({ limit: 2 }, { signal: second.signal }),
      admin.listProjects({ limit: 3 }),
    ]
    await seen(1)
    second.abort('enough')
    await expect(calls[1]).rejects.toBe('enough')
    first.abort('enough')
    await expect(calls[0]).rejects.toBe('enough')
    expect((await calls[2])?.projects).toHaveLength(3)
    expect(server.requests.map(({ query }) => query.get('limit'))).toEqual(['1', '3'])
  })
})

/** A token of an embedded Flyte Admin. */
async function tokenOf({ url }: FlyteAdmin): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('flytepropeller:short-secret')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

const sourceOf = (accessToken: string) => ({ getToken: async () => ({ accessToken, tokenType: 'bearer' }) })

describe('the two headers of a token', () => {
  const headersOf = (admin: FlyteAdmin, names: string[]) =>
    admin.requestsTo('/api/v1/projects').map(({ headers }) => names.filter((name) => name in headers))

  it('are tried in turn where the one that is configured is that of gRPC, and the right one is remembered', async () => {
    await using admin = await startFlyteAdmin({ httpAuthorizationHeader: 'x-http', grpcAuthorizationHeader: 'x-grpc' })
    const tokenSource = sourceOf(await tokenOf(admin))
    const client = createClient({ endpoint: admin.url, tokenSource, authorizationHeader: 'X-Grpc' })
    await client.admin.listProjects()
    await client.admin.listProjects()
    expect(headersOf(admin, ['authorization', 'x-http', 'x-grpc'])).toEqual([
      ['x-grpc'],
      ['authorization'],
      ['authorization'],
    ])
  })

  it('are tried in turn behind a proxy that keeps authorization to itself, also by many calls at once', async () => {
    await using admin = await startFlyteAdmin({
      httpAuthorizationHeader: 'x-token',
      grpcAuthorizationHeader: 'X-Token',
    })
    const accessToken = await tokenOf(admin)
    const seenByProxy: string[] = []
    await using proxy = await serve((incoming, outgoing) => {
      const { authorization, ...headers } = incoming.headers
      if (incoming.url?.startsWith('/api'))
        seenByProxy.push(authorization ? 'authorization' : 'x-token' in headers ? 'x-token' : 'none')
      const forwarded = request(
        admin.url + incoming.url,
        { method: incoming.method, headers: { ...headers, host: `localhost:${admin.port}` } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
          answer.pipe(outgoing)
        },
      )
      incoming.pipe(forwarded)
    })
    const events: FlyteEvent[] = []
    const client = createClient({
      endpoint: proxy.url,
      tokenSource: sourceOf(accessToken),
      limits: { concurrency: 2 },
      onEvent: (event) => events.push(event),
    })
    const calls = Array.from({ length: 10 }, (_, index) => client.admin.listProjects({ limit: index + 1 }))
    expect((await Promise.all(calls)).map(({ projects }) => projects.length)).toEqual([1, 2, 3, 3, 3, 3, 3, 3, 3, 3])
    // No call needs more than one request more.
    expect(seenByProxy.filter((name) => name === 'x-token')).toHaveLength(10)
    expect(seenByProxy.length).toBeLessThanOrEqual(20)
    seenByProxy.length = 0
    await client.admin.listProjects()
    expect(seenByProxy).toEqual(['x-token'])
    expect(events.filter(({ type }) => type === 'admin.header-changed')).toEqual([
      { type: 'admin.header-changed', header: 'x-token' },
    ])
    expect(admin.requestsTo('/config/v1/flyte_client')).toHaveLength(1)
  })

  it('cost a call at most two requests more', async () => {
    await using admin = await startFlyteAdmin()
    let tokens = 0
    const tokenSource = { getToken: async () => ({ accessToken: `bad-${++tokens}`, tokenType: 'bearer' }) }
    const client = createClient({ endpoint: admin.url, tokenSource })
    await expect(client.admin.listProjects()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UNAUTHENTICATED' })
    expect(
      admin
        .requestsTo('/api/v1/projects')
        .map(({ headers }) => headers.authorization ?? `other: ${headers['flyte-authorization']}`),
    ).toEqual(['Bearer bad-1', 'Bearer bad-2', 'other: Bearer bad-2'])
  })
})

describe('a token', () => {
  it('is in no event and no error, whatever goes wrong', async () => {
    const told: unknown[] = []
    const client = createClient({
      tokenSource: sourceOf('canary-token'),
      onEvent: (event) => told.push(event),
      retries: { limit: 1 },
      timeout: 200,
    })
    const path = '/api/v1/projects'
    const echo = { body: { code: 13, message: 'Bearer canary-token', details: ['canary-token'] } }
    const faults = [
      () => server.answer(path, { status: 500, ...echo }),
      () => server.answer(path, { status: 503, ...echo }),
      () => server.answer(path, { status: 401, ...echo }),
      () => server.answer(path, { status: 403, body: '<p>canary-token' }),
      () => server.answer(path, { body: '{"canary-token' }),
      () => server.fault(path, { kind: 'reset' }),
      () => server.fault(path, { kind: 'reset', after: 'headers' }),
      () => server.fault(path, { kind: 'black-hole' }),
      () => server.fault(path, { kind: 'redirect', location: 'http://localhost/?canary-token' }),
    ]
    for (const fault of faults) {
      const takeBack = fault()
      await client.admin.listProjects({ filters: 'eq(name,canary-filter)' }).then(
        () => expect.unreachable(),
        (error) => told.push(error, (error as Error).stack, error.toJSON()),
      )
      takeBack()
    }
    expect(server.requests[0]?.headers.authorization).toBe('Bearer canary-token')
    expect(told.length).toBeGreaterThan(50)
    expect(inspect(told, { depth: 20, showHidden: true, maxArrayLength: null }) + JSON.stringify(told)).not.toContain(
      'canary',
    )
  })
})

it('what is retried comes later and later, and is one call with one id', async () => {
  const path = '/api/v1/version'
  undo.push(server.answer(path, { status: 503, body: { code: 14, message: 'down', details: [] } }, 2))
  const events: FlyteEvent[] = []
  await createClient({ onEvent: (event) => events.push(event) }).admin.getVersion()
  expect(events.map(({ type }) => type)).toEqual([
    'admin.try',
    'admin.retry',
    'admin.try',
    'admin.retry',
    'admin.try',
    'admin.call',
  ])
  expect(events.at(-1)).toMatchObject({ tries: 3 })
  expect(new Set(server.requests.map(({ headers }) => headers['x-request-id'])).size).toBe(1)
})
