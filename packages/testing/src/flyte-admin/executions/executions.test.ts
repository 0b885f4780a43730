import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestClock } from '../../test-clock.js'
import { type FlyteAdmin, startFlyteAdmin } from '../server.js'

const clock = createTestClock()
let admin: FlyteAdmin
const held = new Set<string>()

beforeAll(async () => {
  admin = await startFlyteAdmin({
    auth: 'none',
    clock,
    executionTimes: ({ name }) => (held.has(name) ? 'never' : { queued: 1000, running: 2000 }),
  })
  const variables = { a: { type: { simple: 'INTEGER' } } }
  const template = {
    type: 'python-task',
    metadata: {},
    interface: { inputs: { variables } },
    container: { image: 'i', args: ['a'] },
  }
  await call('POST', 'tasks', { id: id('TASK'), spec: { template } })
  const node = {
    id: 'n0',
    task_node: { reference_id: id('TASK') },
    inputs: [{ var: 'a', binding: { promise: { node_id: 'start-node', var: 'a' } } }],
  }
  await call('POST', 'workflows', {
    id: id('WORKFLOW'),
    spec: { template: { interface: { inputs: { variables } }, nodes: [node] } },
  })
  await call('POST', 'launch_plans', {
    id: id('LAUNCH_PLAN'),
    spec: { workflow_id: id('WORKFLOW'), max_parallelism: 3 },
  })
})
afterAll(() => admin.close())

function id(resourceType: string) {
  return { resource_type: resourceType, project: 'flytesnacks', domain: 'development', name: 'flow', version: 'v1' }
}

interface Execution {
  id: { name: string }
  spec: { max_parallelism: number; metadata: { mode: string; reference_execution: unknown } }
  closure: { phase: string; started_at: string | null; duration: string | null; workflow_id: { name: string } }
  executions: Execution[]
  message: string
}

async function call(method: string, path: string, body?: unknown): Promise<Execution> {
  const response = await fetch(`${admin.url}/api/v1/${path}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Execution
}

function launch(name: string, overrides = {}) {
  const inputs = { literals: { a: { scalar: { primitive: { integer: 1 } } } } }
  const spec = { launch_plan: id('LAUNCH_PLAN') }
  return call('POST', 'executions', { project: 'flytesnacks', domain: 'development', name, spec, inputs, ...overrides })
}
const get = (name: string) => call('GET', `executions/flytesnacks/development/${name}`)

test('an execution lives by the clock', async () => {
  await launch('lives')
  expect((await get('lives')).closure.phase).toBe('QUEUED')
  await clock.advance(1000)
  expect((await get('lives')).closure).toMatchObject({
    phase: 'RUNNING',
    started_at: expect.any(String),
    duration: null,
  })
  const running = await call('GET', 'executions/flytesnacks/development?limit=9&filters=eq(phase,RUNNING)')
  expect(running.executions.map((execution) => execution.id.name)).toEqual(['lives'])
  await clock.advance(2000)
  expect((await get('lives')).closure).toMatchObject({ phase: 'SUCCEEDED', duration: '2s', outputs: { values: {} } })
  expect((await get('lives')).spec.max_parallelism).toBe(3)
  const refused = await call('DELETE', 'executions/flytesnacks/development/lives')
  expect(refused.message).toBe('Cannot abort an already terminated workflow execution')
})

test('a held one stays UNDEFINED, a terminated one is ABORTED', async () => {
  held.add('held')
  await launch('held')
  await clock.advance(60_000)
  expect((await get('held')).closure.phase).toBe('UNDEFINED')
  await launch('stopped')
  await call('DELETE', 'executions/flytesnacks/development/stopped', { cause: 'enough' })
  expect((await get('stopped')).closure).toMatchObject({ phase: 'ABORTED', abort_metadata: { cause: 'enough' } })
})

test('relaunching keeps the inputs and names the first', async () => {
  await launch('first')
  const execution = { project: 'flytesnacks', domain: 'development', name: 'first' }
  await call('POST', 'executions/relaunch', { id: execution, name: 'second' })
  expect((await get('second')).spec.metadata).toMatchObject({ mode: 'RELAUNCH', reference_execution: execution })
  const data = await call('GET', 'data/executions/flytesnacks/development/second')
  expect(data).toMatchObject({ full_inputs: { literals: { a: { scalar: { primitive: { integer: '1' } } } } } })
})

test('a single task gets a workflow of its own', async () => {
  await launch('single', { spec: { launch_plan: id('TASK') } })
  expect((await get('single')).closure.workflow_id.name).toBe('.flytegen.flow')
})

test('a launch plan must exist and its inputs must fit', async () => {
  const missing = await launch('missing', { spec: { launch_plan: { ...id('LAUNCH_PLAN'), version: 'v9' } } })
  expect(missing.message).toBe(
    'missing entity of type LAUNCH_PLAN with identifier project:"flytesnacks" domain:"development" name:"flow" version:"v9"',
  )
  const literals = (a: unknown) => ({ inputs: { literals: { a: { scalar: { primitive: a } } } } })
  expect((await launch('none', { inputs: {} })).message).toBe('expected_inputs a missing')
  expect((await launch('wrong', literals({ string_value: 'x' }))).message).toBe(
    'invalid a input wrong type. Expected simple:INTEGER, but got simple:STRING',
  )
  expect((await launch('Bad_Name')).message).toContain('does not match regex')
  expect((await launch('lives')).message).toContain('unique constraint "executions_pkey"')
})

async function tell(name: string, phase: string, at: number, more = {}): Promise<string | undefined> {
  const event = { execution_id: { project: 'flytesnacks', domain: 'development', name }, phase, ...more }
  const occurred_at = new Date(at).toISOString()
  return (await call('POST', 'events/workflows', { event: { ...event, occurred_at } })).message
}

test('from its first event on, an execution follows events instead of the clock', async () => {
  await launch('told')
  expect(await tell('told', 'RUNNING', clock.now())).toBeUndefined()
  await clock.advance(60_000)
  expect((await get('told')).closure.phase).toBe('RUNNING')
  expect(await tell('told', 'FAILED', clock.now(), { error: { code: 'E', message: 'boom' } })).toBeUndefined()
  expect((await get('told')).closure).toMatchObject({ phase: 'FAILED', duration: '60s', error: { message: 'boom' } })
})

test('an event counts from where the clock has an execution', async () => {
  await launch('clocked')
  await clock.advance(1500)
  expect(await tell('clocked', 'RUNNING', clock.now())).toContain('This phase RUNNING was already recorded')
  expect(await tell('clocked', 'QUEUED', clock.now())).toContain('Cannot go from RUNNING to QUEUED')
  await tell('clocked', 'SUCCEEDED', clock.now(), { output_uri: 's3://o' })
  expect((await get('clocked')).closure).toMatchObject({
    phase: 'SUCCEEDED',
    started_at: new Date(clock.now() - 500).toISOString().replace('.000', ''),
    duration: '0.500s',
    outputs: { uri: 's3://o' },
  })
  await launch('over')
  await clock.advance(3000)
  expect(await tell('over', 'FAILED', clock.now())).toContain('Invalid phase change from SUCCEEDED to FAILED')
})

test('a termination after events goes on by the clock, and for a held one by events', async () => {
  await launch('halted')
  await tell('halted', 'RUNNING', clock.now())
  await clock.advance(2000)
  await call('DELETE', 'executions/flytesnacks/development/halted', { cause: 'c' })
  expect((await get('halted')).closure).toMatchObject({ phase: 'ABORTED', abort_metadata: { cause: 'c' } })
  held.add('held2')
  await launch('held2')
  await call('DELETE', 'executions/flytesnacks/development/held2', { cause: 'c' })
  await clock.advance(60_000)
  expect((await get('held2')).closure.phase).toBe('ABORTING')
  await tell('held2', 'ABORTED', clock.now())
  expect((await get('held2')).closure).toMatchObject({ phase: 'ABORTED', abort_metadata: { cause: 'c' } })
})

test('what a name alone leaves open is any execution, as in the database', async () => {
  const execution = { project: 'flytesnacks', domain: 'development' }
  const { id } = await call('POST', 'executions/relaunch', { id: execution, name: 'any' })
  expect(id.name).toBe('any')
})
