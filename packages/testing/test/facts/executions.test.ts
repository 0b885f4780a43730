// How a Flyte Admin answers for executions that nobody runs: what callers do with them, and what a propeller tells.
import { beforeEach, describe, expect, test } from 'vitest'
import { asking, at, executionId, get, nodeId, sendingEvents } from './events.js'
import { identifier, launchExecution, uniqueName, useTarget } from './target.js'

interface Execution {
  spec: { overwrite_cache: boolean; max_parallelism: number; metadata: Record<string, unknown> }
  closure: { phase: string; error?: { message: string } } & Record<string, unknown>
}

const target = useTarget('events')
const ask = asking(target)
const events = sendingEvents(target)
const all = 'executions/flytesnacks/development'
const path = (name: string) => `${all}/${name}`
const execution = (name: string) => get<Execution>(target, path(name))
const text = (name: string) => `project:"flytesnacks" domain:"development" name:"${name}"`
const missing = (name: string) => [404, `missing entity of type execution with identifier ${text(name)}`]

let name = ''
beforeEach(async () => {
  name = uniqueName()
  await launchExecution(target, name)
})

describe('relaunching', () => {
  test('makes an execution of the same spec and inputs that names the first', async () => {
    const again = { id: executionId(name), name: `${name}r`, overwrite_cache: true }
    expect(await ask('POST', 'executions/relaunch', again)).toEqual([
      200,
      { id: { ...executionId(`${name}r`), org: '' } },
    ])
    const { spec, closure } = await execution(`${name}r`)
    expect(spec).toMatchObject({
      overwrite_cache: true,
      metadata: { mode: 'RELAUNCH', reference_execution: executionId(name) },
    })
    expect(closure.phase).toBe('UNDEFINED')
    const data = await get(target, `data/executions/flytesnacks/development/${name}r`)
    expect(data).toMatchObject({ full_inputs: { literals: { a: { scalar: { primitive: { integer: '7' } } } } } })
  })

  test('forgets that a cache was to be overwritten', async () => {
    await ask('POST', 'executions/relaunch', { id: executionId(name), name: `${name}r`, overwrite_cache: true })
    await ask('POST', 'executions/relaunch', { id: executionId(`${name}r`), name: `${name}s` })
    expect((await execution(`${name}s`)).spec.overwrite_cache).toBe(false)
  })

  test('needs an execution and a free name', async () => {
    expect(await ask('POST', 'executions/relaunch', { id: executionId(`${name}x`) })).toEqual(missing(`${name}x`))
    const taken =
      'value with matching already exists (duplicate key value violates unique constraint "executions_pkey")'
    expect(await ask('POST', 'executions/relaunch', { id: executionId(name), name })).toEqual([409, taken])
    expect((await ask('POST', 'executions/relaunch', { id: executionId(name), name: 'Bad_name' }))[0]).toBe(400)
    expect(await ask('POST', 'executions/relaunch', {})).toEqual([400, 'missing project'])
  })
})

test('recovering makes one that names the first, and the node that asked for it', async () => {
  expect((await ask('POST', 'executions/recover', { id: executionId(name), name: `${name}r` }))[0]).toBe(200)
  expect((await execution(`${name}r`)).spec.metadata).toMatchObject({
    mode: 'RECOVERED',
    reference_execution: executionId(name),
    parent_node_execution: null,
    nesting: 0,
  })
  await events.node(name, 'n0', 'RUNNING', 1)
  const parent = { parent_node_execution: nodeId(name, 'n0') }
  await ask('POST', 'executions/recover', { id: executionId(name), name: `${name}s`, metadata: parent })
  expect((await execution(`${name}s`)).spec.metadata).toMatchObject({ ...parent, nesting: 1 })
  const unknown = { parent_node_execution: nodeId(name, 'n9') }
  expect(await ask('POST', 'executions/recover', { id: executionId(name), metadata: unknown })).toEqual([
    404,
    `missing entity of type node execution with identifier node_id:"n9" execution_id:{${text(name)}}`,
  ])
  expect(await ask('POST', 'executions/recover', { id: executionId(`${name}x`) })).toEqual(missing(`${name}x`))
})

test('an execution for a node is one deeper than the node', async () => {
  await events.node(name, 'n0', 'RUNNING', 1)
  const spec = {
    launch_plan: identifier('LAUNCH_PLAN', name),
    metadata: { mode: 'CHILD_WORKFLOW', parent_node_execution: nodeId(name, 'n0') },
  }
  const inputs = { literals: { a: { scalar: { primitive: { integer: 1 } } } } }
  const request = { project: 'flytesnacks', domain: 'development', name: `${name}c`, spec, inputs }
  expect((await ask('POST', 'executions', request))[0]).toBe(200)
  expect((await execution(`${name}c`)).spec.metadata).toMatchObject({ mode: 'CHILD_WORKFLOW', nesting: 1 })
})

test('archived executions are listed only for a filter by state', async () => {
  expect(await ask('PUT', path(name), { state: 'EXECUTION_ARCHIVED' })).toEqual([200, {}])
  expect((await execution(name)).closure).toMatchObject({ state_change_details: { state: 'EXECUTION_ARCHIVED' } })
  const list = (state: string) => get(target, `${all}?limit=9&filters=eq(execution_name,${name})${state}`)
  const listed = async (state: string) =>
    ((await list(state)) as unknown as { executions: unknown[] }).executions.length
  expect([await listed(''), await listed('%2Beq(state,1)'), await listed('%2Beq(state,0)')]).toEqual([0, 1, 0])
  expect(await ask('PUT', path(name), {})).toEqual([200, {}])
  expect(await listed('')).toBe(1)
  expect(await ask('PUT', path(`${name}x`), {})).toEqual(missing(`${name}x`))
})

test('terminating keeps the last cause, and what has ended stays ended', async () => {
  expect(await ask('DELETE', path(name), { cause: 'enough' })).toEqual([200, {}])
  expect(await ask('DELETE', path(name), { cause: 'really' })).toEqual([200, {}])
  expect((await execution(name)).closure).toMatchObject({
    phase: 'ABORTING',
    abort_metadata: { cause: 'really', principal: '' },
    duration: null,
  })
  const which = `for workflow execution ${text(name)}`
  expect(await events.workflow(name, 'RUNNING', 1)).toEqual([
    400,
    `Invalid phase change from aborting to RUNNING ${which}`,
  ])
  expect(await events.workflow(name, 'ABORTING', 1)).toEqual([409, `This phase ABORTING was already recorded ${which}`])
  expect(await events.workflow(name, 'ABORTED', 2)).toEqual([200, {}])
  expect((await execution(name)).closure).toMatchObject({
    phase: 'ABORTED',
    abort_metadata: { cause: 'really' },
    updated_at: at(2),
  })
  const refused = await target.call('DELETE', `/api/v1/${path(name)}`, {})
  expect([refused.status, refused.json()]).toEqual([
    400,
    {
      code: 9,
      message: 'Cannot abort an already terminated workflow execution',
      details: [
        {
          '@type': 'type.googleapis.com/flyteidl.admin.EventFailureReason',
          already_in_terminal_state: { current_phase: 'ABORTED' },
        },
      ],
    },
  ])
  expect(await ask('DELETE', path(`${name}x`), {})).toEqual(missing(`${name}x`))
})

test('an execution names the person who launched, archived or terminated it', async () => {
  const { access_token: token } = (await target.exchange(await target.logIn())).json<{ access_token: string }>()
  const asPerson = { authorization: `Bearer ${token}` }
  const me = await target.call('GET', '/me', undefined, asPerson)
  const { subject } = me.json<{ subject: string }>()
  const again = { id: executionId(name), name: `${name}r` }
  await target.call('POST', '/api/v1/executions/relaunch', again, asPerson)
  expect(await execution(`${name}r`)).toMatchObject({
    spec: { metadata: { principal: subject }, security_context: { run_as: { execution_identity: subject } } },
    closure: { state_change_details: { principal: subject } },
  })
  await target.call('PUT', `/api/v1/${path(name)}`, { state: 'EXECUTION_ARCHIVED' }, asPerson)
  await target.call('DELETE', `/api/v1/${path(name)}`, { cause: 'c' }, asPerson)
  expect(await execution(name)).toMatchObject({
    spec: { metadata: { principal: '' } },
    closure: { state_change_details: { principal: subject }, abort_metadata: { cause: 'c', principal: subject } },
  })
})

describe('events', () => {
  test('move an execution on, and say when it started and how long it took', async () => {
    expect(await events.workflow(name, 'QUEUED', 1)).toEqual([200, {}])
    expect(await events.workflow(name, 'QUEUED', 2)).toEqual([200, {}])
    expect(await events.workflow(name, 'RUNNING', 3)).toEqual([200, {}])
    expect((await execution(name)).closure).toMatchObject({
      phase: 'RUNNING',
      started_at: at(3),
      updated_at: at(3),
      duration: null,
    })
    expect(await events.workflow(name, 'SUCCEEDED', 6, { output_uri: 's3://outputs' })).toEqual([200, {}])
    expect((await execution(name)).closure).toMatchObject({
      phase: 'SUCCEEDED',
      started_at: at(3),
      updated_at: at(6),
      duration: '3s',
      outputs: { uri: 's3://outputs' },
    })
  })

  test('that cannot follow are refused', async () => {
    const which = `for workflow execution ${text(name)}`
    await events.workflow(name, 'RUNNING', 1)
    expect(await events.workflow(name, 'RUNNING', 2)).toEqual([409, `This phase RUNNING was already recorded ${which}`])
    expect(await events.workflow(name, 'QUEUED', 2)).toEqual([400, `Cannot go from RUNNING to QUEUED ${which}`])
    await events.workflow(name, 'SUCCEEDED', 3)
    expect(await events.workflow(name, 'FAILED', 4)).toEqual([
      400,
      `Invalid phase change from SUCCEEDED to FAILED ${which}`,
    ])
  })

  test('that say too little are refused', async () => {
    expect(await ask('POST', 'events/workflows', {})).toEqual([400, 'Workflow event handler was called without event'])
    expect(await ask('POST', 'events/workflows', { event: { phase: 'RUNNING' } })).toEqual([
      400,
      "Workflow event handler request event doesn't have an execution id - phase:RUNNING",
    ])
    expect(await events.workflow(name, 'RUNNING', 1, { occurred_at: null })).toEqual([
      500,
      'Failed to parse OccurredAt: timestamp: nil Timestamp',
    ])
    expect(await events.workflow(`${name}x`, 'RUNNING', 1)).toEqual(missing(`${name}x`))
  })

  test('of a failure are told whole for one execution, and begun in lists', async () => {
    const message = 'boom '.repeat(50)
    await events.workflow(name, 'FAILED', 5, { error: { code: 'E', message, kind: 'SYSTEM' } })
    expect((await execution(name)).closure).toMatchObject({
      phase: 'FAILED',
      started_at: null,
      duration: null,
      error: { code: 'E', message, kind: 'SYSTEM' },
    })
    const filters = `eq(error_kind,SYSTEM)%2Beq(execution_name,${name})`
    const { executions } = await get<{ executions: Execution[] }>(target, `${all}?limit=9&filters=${filters}`)
    expect(executions.map(({ closure }) => closure.error?.message)).toEqual([message.slice(0, 100)])
  })

  test('bring outputs within them that can be had afterwards', async () => {
    const output_data = { literals: { o: { scalar: { primitive: { integer: 3 } } } } }
    await events.workflow(name, 'SUCCEEDED', 5, { output_data })
    expect((await execution(name)).closure.outputs).toEqual({ uri: expect.stringMatching(/\/offloaded_outputs$/) })
    const data = await get(target, `data/executions/flytesnacks/development/${name}`)
    expect(data).toMatchObject({ full_outputs: { literals: { o: { scalar: { primitive: { integer: '3' } } } } } })
  })

  test('come from one cluster once an execution runs', async () => {
    await events.workflow(name, 'QUEUED', 1, { producer_id: 'c1' })
    expect((await execution(name)).spec.metadata.system_metadata).toMatchObject({ execution_cluster: 'c1' })
    const refused = 'Cluster/producer from event [c2] does not match existing workflow execution clusterInDB: [c1]'
    expect(await events.workflow(name, 'RUNNING', 2, { producer_id: 'c2' })).toEqual([400, refused])
    expect(await events.node(name, 'n0', 'RUNNING', 2, { producer_id: 'c2' })).toEqual([400, refused])
    expect(await events.workflow(name, 'RUNNING', 2, { producer_id: 'propeller' })).toEqual([200, {}])
  })
})
