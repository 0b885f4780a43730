// The client against a whole Flyte Admin, with a login: the embedded one, or a real one (see target.ts).
import { nodeHttpTransport } from '@flyte-js/core/node'
import { createTestClock } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AdminError } from '../src/admin-error.js'
import { type AdminClient, createAdminClient } from '../src/create-admin-client.js'
import { waitForExecution } from '../src/executions.js'
import { launch, newExecutionId, registerTask, uniqueName } from './launch.js'
import { startTarget, type Target } from './target.js'

const transport = nodeHttpTransport()
let target: Target
let client: AdminClient
beforeAll(async () => {
  target = await startTarget()
  const { accessToken } = await target.tokenSource.getToken()
  // One token for all of the tests.
  const tokenSource = { getToken: async () => ({ accessToken, tokenType: 'bearer' }) }
  client = createAdminClient({ endpoint: target.url, tokenSource, transport })
})
afterAll(async () => {
  transport.close?.()
  await target[Symbol.asyncDispose]()
})

describe('projects', () => {
  it('are listed in snake_case, and found one by one', async () => {
    const { projects } = await client.admin.listProjects({ limit: 100 })
    expect(projects.map(({ id }) => id)).toContain('flytesnacks')
    expect(await client.admin.getProject({ id: 'flytesnacks' })).toMatchObject({ id: 'flytesnacks' })
    expect((await client.admin.getDomains()).domains.map(({ id }) => id)).toContain('development')
  })

  it('are updated by a body that repeats the path', async () => {
    const description = `by ${uniqueName()}`
    await client.admin.updateProject({ id: 'flytetester', name: 'flytetester', description })
    expect((await client.admin.getProject({ id: 'flytetester' })).description).toBe(description)
  })
})

describe('tasks', () => {
  it('are registered, and read back as they were written', async () => {
    const id = newExecutionId()
    await registerTask(client, id)
    const task = await client.admin.getTask({ id: { ...id, version: 'v1' } })
    expect(task.closure?.compiled_task?.template?.metadata?.timeout).toBe('90s')
    await registerTask(client, id).then(
      () => expect.unreachable(),
      (error) => expect(error).toMatchObject({ status: 409, grpcStatus: 'ALREADY_EXISTS', isRetryable: false }),
    )
  })

  it('are listed page by page, also when the last page is exactly full', async () => {
    const { name, ...parent } = newExecutionId()
    for (const version of ['v1', 'v2', 'v3', 'v4']) await registerTask(client, { ...parent, name }, version)
    const sort_by = { key: 'created_at', direction: 'ASCENDING' } as const
    for (const id of [{ ...parent, name }, parent]) {
      const filters = `eq(task.name,${name})`
      const versions: (string | undefined)[] = []
      for await (const task of client.admin.listTasks.paginate({ id, limit: 2, sort_by, filters }))
        versions.push(task.id?.version)
      expect(versions).toEqual(['v1', 'v2', 'v3', 'v4'])
      const sizes: number[] = []
      for await (const { tasks } of client.admin.listTasks.pages({ id, limit: 2, sort_by, filters }))
        sizes.push(tasks.length)
      expect(sizes).toEqual([2, 2])
    }
  })

  it('are listed by name, each once, however many pages there are', async () => {
    const { name, ...parent } = newExecutionId()
    for (const letter of 'dacb') await registerTask(client, { ...parent, name: `${name}${letter}` })
    const names: string[] = []
    // A real server has hundreds of them, in whatever order its database likes.
    for await (const id of client.admin.listTaskIds.paginate({ ...parent, limit: 7 })) names.push(id.name)
    expect(names).toHaveLength(new Set(names).size)
    expect(names.filter((each) => each.startsWith(name))).toEqual([...'abcd'].map((letter) => name + letter))
  })

  it('are listed by several filters, joined by +', async () => {
    const { name, ...parent } = newExecutionId()
    for (const version of ['v1', 'v2']) await registerTask(client, { ...parent, name }, version)
    const { tasks } = await client.admin.listTasks({
      id: parent,
      limit: 10,
      filters: `eq(task.name,${name})+eq(task.version,v2)`,
    })
    expect(tasks.map(({ id }) => id?.version)).toEqual(['v2'])
  })

  it('that are not there are NOT_FOUND', async () => {
    const error = await client.admin
      .getTask({ id: { ...newExecutionId(), version: 'v ü' } })
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AdminError)
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RPC_FAILED', status: 404, grpcCode: 5, grpcStatus: 'NOT_FOUND' })
  })

  it('cannot be listed without a limit', async () => {
    const { name: _, ...id } = newExecutionId()
    await expect(client.admin.listTasks({ id })).rejects.toMatchObject({ status: 400, grpcStatus: 'INVALID_ARGUMENT' })
  })
})

describe('executions', () => {
  it('are launched, listed, waited for, and aborted', async () => {
    const id = newExecutionId()
    await launch(client, id)
    const { name, ...parent } = id
    const { executions } = await client.admin.listExecutions({
      id: parent,
      limit: 10,
      filters: `eq(execution_name,${name})`,
    })
    expect(executions.map((execution) => execution.id?.name)).toEqual([name])
    await expect(waitForExecution(client.admin, id, { timeout: 0, clock: createTestClock() })).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_WAIT_TIMEOUT',
    })
    await client.admin.terminateExecution({ id, cause: 'a test' })
    const { closure } = await client.admin.getExecution({ id })
    expect(closure?.phase).toMatch(/^ABORT(ED|ING)$/)
  })
})

describe('errors', () => {
  it('of a body over 4 MiB are none to wait for', async () => {
    const error = await client.admin.createTask({ id: { name: 'x'.repeat(4 << 20) } }).catch((error: unknown) => error)
    expect(error).toMatchObject({ status: 429, grpcStatus: 'RESOURCE_EXHAUSTED', isRetryable: false })
  })

  it('of a page over 4 MiB are none to wait for either, and say what helps', async () => {
    // In a place of its own, and the same each time: a real server keeps it.
    const id = { project: 'flytetester', domain: 'production', name: 'larger-than-4-mib' }
    for (const version of ['v1', 'v2', 'v3', 'v4', 'v5']) {
      const registered = registerTask(client, id, version, { arg: 'x'.repeat(1_000_000) })
      await registered.catch(({ grpcStatus }) => expect(grpcStatus).toBe('ALREADY_EXISTS'))
    }
    const versionsOf = async (limit: number) => {
      const versions: (string | undefined)[] = []
      for await (const task of client.admin.listTasks.paginate({ id, limit })) versions.push(task.id?.version)
      return versions
    }
    const error = await versionsOf(5).catch((error: unknown) => error)
    expect(error).toMatchObject({ status: 429, grpcStatus: 'RESOURCE_EXHAUSTED', isRetryable: false, tries: 1 })
    expect((error as AdminError).message).toMatch(/ask for a smaller page$/)
    expect(await versionsOf(3)).toEqual(['v1', 'v2', 'v3', 'v4', 'v5'])
  })

  it('of a token that is none are UNAUTHENTICATED, after one renewal', async () => {
    const asked: unknown[] = []
    const tokenSource = {
      getToken: async ({ rejected }: { rejected?: string } = {}) => {
        asked.push(rejected)
        return { accessToken: `canary-${asked.length}`, tokenType: 'bearer' }
      },
    }
    const { admin } = createAdminClient({ endpoint: target.url, tokenSource, transport })
    const error = await admin.listProjects().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UNAUTHENTICATED', status: 401, grpcStatus: 'UNAUTHENTICATED' })
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(asked).toEqual([undefined, 'canary-1'])
  })
})

describe('the other services', () => {
  it('say who is logged in', async () => {
    expect(await client.identity.userInfo()).toHaveProperty('preferred_username')
  })

  it('say how to log in, to whoever asks', async () => {
    const { authMetadata } = createAdminClient({ endpoint: target.url, transport })
    expect((await authMetadata.getOAuth2Metadata()).token_endpoint).toBe(`${target.url}/oauth2/token`)
    expect((await authMetadata.getPublicClientConfig()).scopes).toContain('all')
  })
})
