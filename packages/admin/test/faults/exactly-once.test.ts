// What the server has done although its answer was lost: a whole Flyte Admin counts what is there.
import { type Fault, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdminClient } from '../../src/create-admin-client.js'
import { launch, newExecutionId, registerTask, uniqueName } from '../launch.js'
import { failureOf } from './failure-of.js'
import { createSkippingClock } from './skipping-clock.js'
import { createFetchTransport, createNodeTransport, createTestClient } from './stage.js'

let server: FlyteAdmin
beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
})
afterAll(() => server.close())

/** Each leaves it open whether the request was carried out; it was, but for those that say so. */
const lost: [name: string, fault: Fault][] = [
  ['cut before the answer, and not carried out', { kind: 'reset' }],
  ['cut after the headers', { kind: 'reset', after: 'headers' }],
  ['cut in the body', { kind: 'reset', after: 2 }],
  ['too late', { kind: 'drip', bytes: 1, every: 600 }],
]
const isCarriedOut = (name: string) => !name.includes('not carried out')

describe.each([
  ['nodeHttpTransport', createNodeTransport],
  ['fetchTransport', createFetchTransport],
])('%s', (_, createTransport) => {
  const { transport, close } = createTransport({})
  afterAll(close)
  const createClient = () =>
    createTestClient({ endpoint: server.url, transport, clock: createSkippingClock(), timeout: 250 })

  /** Has this happen to the first POST of this path, and forgets what was before. */
  function put(path: string, fault: Fault) {
    server.clearRequests()
    return server.fault((request) => request.method === 'POST' && request.path === path, fault, 1)
  }

  async function countExecutions({ admin }: AdminClient, launchPlan: string): Promise<number> {
    const filters = `eq(launch_plan.name,${launchPlan})`
    const { executions } = await admin.listExecutions({
      id: { project: 'flytesnacks', domain: 'development' },
      limit: 10,
      filters,
    })
    return executions.length
  }

  test.each(lost)('an execution is launched once: %s', async (_, fault) => {
    const { client, events } = createClient()
    const id = newExecutionId()
    await launch(client, id)
    const launch_plan = { ...id, resource_type: 'LAUNCH_PLAN', version: 'v1' } as const
    put('/api/v1/executions', fault)
    const { project, domain } = id
    const made = await client.admin.createExecution({
      project,
      domain,
      spec: { launch_plan, metadata: { mode: 'MANUAL' } },
    })
    expect(made.id).toMatchObject({ project, domain, name: expect.stringMatching(/^[a-z][a-z0-9]{19}$/) })
    expect(server.requestsTo('/api/v1/executions')).toHaveLength(2)
    expect(events).toContainEqual(expect.objectContaining({ type: 'admin.retry', rpc: 'createExecution' }))
    expect((await client.admin.getExecution({ id: made.id as typeof id })).id?.name).toBe(made.id?.name)
    // The one that `launch` has made, and this one.
    expect(await countExecutions(client, id.name)).toBe(2)
  })

  test('a name that was taken before is an error, since nothing was sent before', async () => {
    const { client } = createClient()
    const id = newExecutionId()
    await launch(client, id)
    const launch_plan = { ...id, resource_type: 'LAUNCH_PLAN', version: 'v1' } as const
    const call = client.admin.createExecution({ ...id, spec: { launch_plan, metadata: { mode: 'MANUAL' } } })
    expect(await failureOf(call)).toMatchObject({ grpcStatus: 'ALREADY_EXISTS', tries: 1 })
  })

  test.each(lost)('a task is sent once: %s', async (name, fault) => {
    const { client, events } = createClient()
    const id = newExecutionId(uniqueName())
    const undo = put('/api/v1/tasks', fault)
    expect(await failureOf(registerTask(client, id))).toMatchObject({ tries: 1, isRetryable: true })
    undo()
    expect(server.requestsTo('/api/v1/tasks')).toHaveLength(1)
    expect(events.map(({ type }) => type)).not.toContain('admin.retry')
    // Whoever sends it again by himself learns what has become of it.
    const again = registerTask(client, id)
    if (isCarriedOut(name)) expect(await failureOf(again)).toMatchObject({ grpcStatus: 'ALREADY_EXISTS' })
    else await again
  })
})
