// How a Flyte Admin answers for the tries of a node's task.
import { beforeEach, expect, test } from 'vitest'
import { asking, at, executionId, get, sendingEvents } from './events.js'
import { identifier, launchExecution, uniqueName, useTarget } from './target.js'

interface TaskExecution {
  id: { retry_attempt: number }
  closure: Record<string, unknown> & { logs: { name: string }[] }
  is_parent: boolean
}

const target = useTarget('events')
const ask = asking(target)
const events = sendingEvents(target)

let name = ''
beforeEach(async () => {
  name = uniqueName()
  await launchExecution(target, name)
  await events.node(name, 'n0', 'RUNNING', 1)
})
const path = (attempt = 0, node = 'n0') =>
  `task_executions/flytesnacks/development/${name}/${node}/flytesnacks/development/${name}/v1/${attempt}`
const tasks = 'task_executions/flytesnacks/development'
const task = (attempt = 0) => get<TaskExecution>(target, path(attempt))
const tell = (phase: string, second: number, more = {}) => events.task(name, 'n0', phase, second, more)
const node = (id: string) => `node_id:"${id}" execution_id:{project:"flytesnacks" domain:"development" name:"${name}"}`
const taskText = () => `project:"flytesnacks" domain:"development" name:"${name}" version:"v1"`

test('the first event makes a try, later ones move it on', async () => {
  expect(await ask('GET', path())).toEqual([
    404,
    `missing entity of type task execution with identifier task_id:{${taskText()}} node_execution_id:{${node('n0')}}`,
  ])
  expect(await tell('QUEUED', 2, { task_type: 'python', input_uri: 's3://in', event_version: 1 })).toEqual([200, {}])
  expect(await task()).toEqual({
    id: {
      task_id: { ...identifier('TASK', name), org: '' },
      node_execution_id: { node_id: 'n0', execution_id: { ...executionId(name), org: '' } },
      retry_attempt: 0,
    },
    input_uri: 's3://in',
    closure: {
      phase: 'QUEUED',
      logs: [],
      started_at: null,
      duration: null,
      created_at: at(2),
      updated_at: at(2),
      custom_info: null,
      reason: '',
      task_type: 'python',
      metadata: null,
      event_version: 1,
      reasons: [],
      log_context: null,
    },
    is_parent: false,
  })
  await tell('RUNNING', 3, { reported_at: at(4) })
  expect((await task()).closure).toMatchObject({ phase: 'RUNNING', started_at: at(3), updated_at: at(4) })
  await tell('SUCCEEDED', 6, { output_uri: 's3://out' })
  expect((await task()).closure).toMatchObject({ phase: 'SUCCEEDED', duration: '3s', output_uri: 's3://out' })
})

test('a phase is told again under a higher version only, and what has ended stays ended', async () => {
  const asked = `task_id:{resource_type:TASK ${taskText()}} node_execution_id:{${node('n0')}}`
  await tell('RUNNING', 2)
  expect(await tell('RUNNING', 3)).toEqual([
    409,
    `have already recorded task execution phase RUNNING (version: 0) for ${asked}`,
  ])
  expect(await tell('RUNNING', 3, { phase_version: 1 })).toEqual([200, {}])
  expect((await task()).closure).toMatchObject({ started_at: at(2), updated_at: at(3) })
  await tell('FAILED', 4, { error: { code: 'C', message: 'm', kind: 'SYSTEM' } })
  expect(await tell('RUNNING', 5)).toEqual([
    400,
    `invalid phase change from FAILED to RUNNING for task execution ${asked}`,
  ])
  expect((await task()).closure).toMatchObject({ phase: 'FAILED', error: { code: 'C', message: 'm', kind: 'SYSTEM' } })
})

test('events that say too little are refused', async () => {
  const send = async (event?: object) => (await ask('POST', 'events/tasks', event === undefined ? {} : { event }))[1]
  const [occurred_at, task_id] = [at(1), identifier('TASK', name)]
  const parent_node_execution_id = { node_id: 'n0', execution_id: executionId(name) }
  expect(await send()).toBe('missing event')
  expect(await send({ task_id })).toBe('missing occurred_at')
  expect(await send({ task_id, occurred_at })).toBe('missing node_execution_id')
  expect(await send({ occurred_at, parent_node_execution_id })).toBe('missing task_id')
  expect(await tell('RUNNING', 1, { task_id: identifier('WORKFLOW', name) })).toEqual([
    400,
    `unexpected resource type workflow for identifier [resource_type:WORKFLOW ${taskText()}], expected task instead`,
  ])
  expect(await events.task(name, 'n9', 'RUNNING', 1)).toEqual([
    404,
    `Failed to get existing node execution id: [${node('n9')}] with err: entry not found`,
  ])
  expect((await events.task(`${name}x`, 'n0', 'RUNNING', 1))[0]).toBe(404)
})

test('logs come and go with the phase', async () => {
  const log = (logName: string, more = {}) => ({ name: logName, uri: `http://${logName}`, ...more })
  const names = async () => (await task()).closure.logs.map((one) => one.name)
  await tell('QUEUED', 2, { logs: [log('first')] })
  expect(await names()).toEqual(['first'])
  await tell('QUEUED', 3, { phase_version: 1, logs: [log('pending', { ShowWhilePending: true })] })
  expect(await names()).toEqual(['pending'])
  await tell('RUNNING', 4, {
    logs: [log('live', { HideOnceFinished: true }), { ...log('pending'), uri: 'http://new' }],
  })
  expect(await names()).toEqual(['live', 'pending'])
  await tell('SUCCEEDED', 5, { logs: [log('last')] })
  expect(await names()).toEqual(['last', 'pending'])
})

test('reasons, custom information and resources add up', async () => {
  const resources = (...external_resources: object[]) => ({ generated_name: 'g', external_resources })
  await tell('QUEUED', 2, {
    reason: 'waiting',
    custom_info: { a: 1, b: { c: 2 } },
    metadata: resources({ external_id: 'one', index: 1 }, { external_id: 'zero', index: 0 }),
  })
  await tell('RUNNING', 3, {
    reason: 'waiting',
    custom_info: { b: { d: 3 } },
    metadata: resources({ external_id: 'one again', index: 1, phase: 'RUNNING' }, { external_id: 'two', index: 2 }),
  })
  await tell('SUCCEEDED', 4, {
    reasons: [
      { reason: 'x', occurred_at: at(3) },
      { reason: 'y', occurred_at: at(4) },
    ],
  })
  expect((await task()).closure).toMatchObject({
    reason: 'y',
    reasons: [
      { occurred_at: at(2), message: 'waiting' },
      { occurred_at: at(3), message: 'x' },
      { occurred_at: at(4), message: 'y' },
    ],
    custom_info: { a: 1, b: { c: 2, d: 3 } },
    metadata: {
      external_resources: [
        { external_id: 'zero', index: 0 },
        { external_id: 'one again', index: 1, phase: 'RUNNING' },
        { external_id: 'two', index: 2 },
      ],
    },
  })
})

test('tries are listed by their node, in pages, filtered and sorted', async () => {
  await tell('FAILED', 2)
  await tell('RUNNING', 3, { retry_attempt: 1 })
  const list = async (query: string, of = `${name}/n0`) => {
    const page = await get<{ task_executions: TaskExecution[]; token: string }>(target, `${tasks}/${of}?${query}`)
    return [...page.task_executions.map(({ id }) => id.retry_attempt), page.token]
  }
  const sorted = 'sort_by.key=retry_attempt&sort_by.direction=ASCENDING'
  expect(await list(`limit=1&${sorted}`)).toEqual([0, '1'])
  expect(await list(`limit=2&token=1&${sorted}`)).toEqual([1, ''])
  expect(await list('limit=9&filters=eq(phase,FAILED)')).toEqual([0, ''])
  expect(await list(`limit=9&filters=eq(task.name,${name})&${sorted}`)).toEqual([0, 1, ''])
  expect(await list(`limit=9&filters=eq(node_execution.node_id,n0)&${sorted}`)).toEqual([0, 1, ''])
  expect(await list('limit=9', `${name}/n9`)).toEqual([''])
  const refusal = async (query: string) => (await ask('GET', `${tasks}/${name}/n0?${query}`))[1]
  expect(await refusal('')).toBe('invalid value for limit')
  expect(await refusal('limit=1&token=z')).toBe('invalid pagination token z for ListTaskExecutions')
  expect(await refusal('limit=1&filters=eq(workflow.name,x)')).toBe("'w' entity is not allowed in filters")
})

test('a try that nodes belong to is a parent', async () => {
  await tell('RUNNING', 2)
  const id = {
    task_id: identifier('TASK', name),
    node_execution_id: { node_id: 'n0', execution_id: executionId(name) },
  }
  await events.node(name, 'k0', 'QUEUED', 3, { parent_task_metadata: { id } })
  expect((await task()).is_parent).toBe(true)
})
