import type { Identifier, LiteralType, Parameter, SimpleType } from '@flyte-js/idl'
import { createTestClock, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AdminClient, createAdminClient } from '../create-admin-client.js'
import { fromLiteral } from '../literals/from-literal.js'
import { toLiteral } from '../literals/to-literal.js'
import { type LaunchRequest, launch } from './launch.js'

type FlyteAdmin = Awaited<ReturnType<typeof startFlyteAdmin>>

const parent = { project: 'flytesnacks', domain: 'development' }
const simple = (name: SimpleType): LiteralType => ({ simple: name, metadata: null, annotation: null, structure: null })
const variables = {
  n: { type: simple('INTEGER') },
  xs: { type: { collection_type: simple('FLOAT'), metadata: null, annotation: null, structure: null } },
  since: { type: simple('DATETIME') },
  fixed: { type: simple('STRING') },
}

let server: FlyteAdmin
let admin: AdminClient['admin']
let from = 0

beforeAll(async () => {
  const clock = createTestClock()
  server = await startFlyteAdmin({ auth: 'none', clock })
  admin = createAdminClient({ endpoint: server.url }).admin
  for (const version of ['v1', 'v2']) {
    await register('train', version)
    await clock.advance(1_000)
  }
  await admin.updateLaunchPlan({ id: named('train', 'LAUNCH_PLAN', 'v1'), state: 'ACTIVE' })
})
afterAll(() => server.close())
beforeEach(() => {
  from = server.requests.length
})

const named = <Type extends Identifier['resource_type']>(name: string, resource_type: Type, version: string) => ({
  ...parent,
  resource_type,
  name,
  version,
  org: '',
})

/** A task of that name, a workflow of it, and its launch plan, which fixes one input and has a default for another. */
async function register(name: string, version: string): Promise<void> {
  const task = named(name, 'TASK', version)
  const runtime = { type: 'FLYTE_SDK' as const, version: '1', flavor: 'python' }
  const workflow = named(name, 'WORKFLOW', version)
  const { n, xs } = variables
  await admin.createTask({
    id: task,
    spec: {
      template: {
        id: task,
        type: 'python-task',
        metadata: { runtime, timeout: '90s' },
        interface: { inputs: { variables: { n, xs } } },
        container: { image: 'registry/image:tag', args: ['a'] },
      },
    },
  })
  const promise = (from: string) => ({ var: from, binding: { promise: { var: from } } })
  await admin.createWorkflow({
    id: workflow,
    spec: {
      template: {
        id: workflow,
        interface: { inputs: { variables } },
        nodes: [{ id: 'n0', task_node: { reference_id: task }, inputs: [promise('n'), promise('xs')] }],
      },
    },
  })
  const since = { var: variables.since, default: toLiteral(new Date(0)) } as Parameter
  await admin.createLaunchPlan({
    id: named(name, 'LAUNCH_PLAN', version),
    spec: {
      workflow_id: workflow,
      default_inputs: { parameters: { since } },
      fixed_inputs: { literals: { fixed: toLiteral('x') } },
    },
  })
}

const sent = () => server.requests.slice(from).map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`)
const body = () => JSON.parse(server.requests.at(-1)?.body ?? '{}')
const problemsOf = async (request: LaunchRequest): Promise<string[]> => {
  const error = await launch(admin, request).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )
  expect(error).toMatchObject({ name: 'AdminError', code: 'FLYTE_ADMIN_INPUTS_INVALID', isRetryable: false })
  expect(sent().filter((request) => request.startsWith('POST'))).toEqual([])
  return (error as Error).message.split('\n').slice(1)
}

describe('a launch', () => {
  it('of a launch plan runs its active version', async () => {
    const id = await launch(admin, { ...parent, launchPlan: 'train', inputs: { n: 5, xs: [1, 2.5] } })
    expect(sent()).toEqual(['GET /active_launch_plans/flytesnacks/development/train', 'POST /executions'])
    expect(id).toMatchObject({ ...parent, name: expect.stringMatching(/^a[b-z2-9]{19}$/) })
    expect(body()).toEqual({
      ...parent,
      name: id.name,
      spec: { launch_plan: named('train', 'LAUNCH_PLAN', 'v1') },
      inputs: {
        literals: {
          n: toLiteral(5),
          xs: toLiteral([1, 2.5], variables.xs.type),
        },
      },
    })
    const { full_inputs } = await admin.getExecutionData({ id })
    const inputs = Object.entries(full_inputs?.literals ?? {}).map(([name, literal]) => [name, fromLiteral(literal)])
    expect(Object.fromEntries(inputs)).toEqual({ n: 5, xs: [1, 2.5], since: new Date(0), fixed: 'x' })
  })

  it('of a launch plan with a version runs that', async () => {
    await launch(admin, { launchPlan: 'lp:flytesnacks:development:train:v2', inputs: { n: 5n, xs: [] } })
    expect(sent()[0]).toBe('GET /launch_plans/flytesnacks/development/train/v2')
    expect(body().spec.launch_plan.version).toBe('v2')
  })

  it('of a workflow runs the launch plan of its newest version', async () => {
    await launch(admin, {
      workflow: { ...parent, name: 'train' },
      inputs: { n: 5, xs: [], since: '2026-01-31T00:00:00Z' },
    })
    expect(sent()).toEqual([
      'GET /workflows/flytesnacks/development/train',
      'GET /launch_plans/flytesnacks/development/train/v2',
      'POST /executions',
    ])
    expect(server.requests[from]?.query.toString()).toBe('limit=1&sort_by.key=created_at&sort_by.direction=DESCENDING')
    expect(body().spec.launch_plan).toEqual(named('train', 'LAUNCH_PLAN', 'v2'))
  })

  it('of a workflow with a version runs its launch plan', async () => {
    await launch(admin, { workflow: 'wf:flytesnacks:development:train:v1', inputs: { n: 5, xs: [] } })
    expect(sent()[0]).toBe('GET /launch_plans/flytesnacks/development/train/v1')
  })

  it('of a task runs its newest version, or the one that is named', async () => {
    const inputs = { n: 5, xs: [0.5] }
    await launch(admin, { ...parent, task: 'train', inputs })
    expect(sent()).toEqual(['GET /tasks/flytesnacks/development/train', 'POST /executions'])
    expect(body().spec.launch_plan).toEqual(named('train', 'TASK', 'v2'))
    await launch(admin, { task: 'tsk:flytesnacks:development:train:v1', inputs })
    expect(body().spec.launch_plan).toEqual(named('train', 'TASK', 'v1'))
  })

  it('has a name, a place and a spec of its own where they are given', async () => {
    const place = { project: 'flytetester', domain: 'staging' }
    const spec = { labels: { values: { team: 'a' } }, interruptible: true, max_parallelism: 2 }
    const launchPlan = 'lp:flytesnacks:development:train'
    const id = await launch(admin, { ...place, launchPlan, inputs: { n: 1, xs: [] }, name: 'my-run', spec })
    expect(id).toMatchObject({ ...place, name: 'my-run' })
    expect(body()).toMatchObject({
      ...place,
      name: 'my-run',
      spec: { ...spec, launch_plan: { project: 'flytesnacks' } },
    })
  })

  it('runs where its reference is', async () => {
    const id = { ...named('train', 'LAUNCH_PLAN', 'v1'), project: 'flyteexamples', domain: 'production' }
    server.answer('/api/v1/active_launch_plans/flyteexamples/production/train', { body: { id } }, 1)
    server.answer('/api/v1/executions', ({ body }) => ({ body: { id: JSON.parse(body) } }), 1)
    await launch(admin, { launchPlan: 'lp:flyteexamples:production:train' })
    expect(body()).toMatchObject({ project: 'flyteexamples', domain: 'production' })
  })

  it('is told apart from an answer that names no execution', async () => {
    server.answer('/api/v1/executions', { body: { id: null } }, 1)
    const launched = launch(admin, { ...parent, launchPlan: 'train', inputs: { n: 5, xs: [] } })
    await expect(launched).rejects.toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', rpc: 'createExecution' })
  })

  it('whose answer was lost is there already when it is sent again', async () => {
    server.fault('/api/v1/executions', { kind: 'reset', after: 'headers' }, 1)
    const id = await launch(admin, { ...parent, launchPlan: 'train', inputs: { n: 5, xs: [] } })
    expect(sent().filter((request) => request === 'POST /executions')).toHaveLength(2)
    expect(await admin.getExecution({ id })).toMatchObject({ id })
  })

  it('passes its call options on', async () => {
    const request: LaunchRequest = { ...parent, launchPlan: 'train', inputs: { n: 5, xs: [] } }
    const reason = new Error('enough')
    await expect(launch(admin, request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(sent()).toEqual([])
  })
})

describe('inputs', () => {
  it('that do not fit are named, every one, and nothing is sent', async () => {
    const inputs = { xs: [1, 'a', true], nn: 1, fixed: 'y', since: 'yesterday', extra: undefined }
    expect(await problemsOf({ ...parent, launchPlan: 'train', inputs })).toEqual([
      'inputs.xs[1]: expected float, got a text',
      'inputs.xs[2]: expected float, got a boolean',
      'inputs.nn: is unknown. What is taken: n, since, xs',
      'inputs.fixed: is fixed by the launch plan: leave it out',
      'inputs.since: expected datetime, got a text',
      'inputs.n: is missing: expected integer',
    ])
  })

  it('of a task are all required', async () => {
    expect(await problemsOf({ ...parent, task: 'train' })).toEqual([
      'inputs.n: is missing: expected integer',
      'inputs.xs: is missing: expected list of float',
    ])
  })

  it('with the names of a prototype are names like others', async () => {
    const inputs = JSON.parse('{ "__proto__": 1, "constructor": 2, "n": 1, "xs": [] }')
    expect(await problemsOf({ ...parent, launchPlan: 'train', inputs })).toEqual([
      'inputs.__proto__: is unknown. What is taken: n, since, xs',
      'inputs.constructor: is unknown. What is taken: n, since, xs',
    ])
  })

  it('that cannot be read are named too', async () => {
    const inputs = {
      xs: [],
      get n(): number {
        throw new Error('canary')
      },
    }
    const [first = '', ...others] = await problemsOf({ ...parent, launchPlan: 'train', inputs })
    expect(first).toMatch(/^inputs\.n: cannot be read/)
    expect(others.join()).not.toContain('canary')
  })

  it('are checked by a message that repeats no value', async () => {
    const inputs = { n: 'canary', xs: 'canary', since: 'canary' }
    expect((await problemsOf({ ...parent, launchPlan: 'train', inputs })).join()).not.toContain('canary')
  })
})

describe('refused before anything is asked is', () => {
  it.each<[string, object]>([
    ['nothing to launch', {}],
    ['two things to launch', { launchPlan: 'train', task: 'train' }],
    ['a name that cannot be', { launchPlan: 'train', name: 'My_Run' }],
    ['a reference of another kind', { launchPlan: 'wf:p:d:train:v1' }],
  ])('%s', async (_name, request) => {
    await expect(launch(admin, { ...parent, ...request } as LaunchRequest)).rejects.toMatchObject({
      code: 'FLYTE_INVALID_ARGUMENT',
    })
    expect(sent()).toEqual([])
  })
})

it.each<[string, LaunchRequest]>([
  ['a launch plan that has no active version', { ...parent, launchPlan: 'nothing' }],
  ['a launch plan that has not that version', { ...parent, launchPlan: { name: 'train', version: 'v9' } }],
  ['a workflow that is not there', { ...parent, workflow: 'nothing' }],
  ['a task that is not there', { ...parent, task: 'nothing' }],
])('%s is NOT_FOUND', async (_name, request) => {
  await expect(launch(admin, request)).rejects.toMatchObject({
    code: 'FLYTE_ADMIN_RPC_FAILED',
    status: 404,
    grpcStatus: 'NOT_FOUND',
  })
  expect(sent()).toHaveLength(1)
})
