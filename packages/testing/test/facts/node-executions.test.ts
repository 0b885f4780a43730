// How a Flyte Admin answers for nodes, which exist as far as events have told of them.
import { beforeEach, describe, expect, test } from 'vitest'
import { asking, at, executionId, get, nodeId, sendingEvents } from './events.js'
import { identifier, launchExecution, uniqueName, useTarget } from './target.js'

interface Node {
  id: { node_id: string }
  input_uri: string
  closure: Record<string, unknown> & { error?: { message: string } }
  metadata: Record<string, unknown>
}

const target = useTarget('events')
const ask = asking(target)
const events = sendingEvents(target)

let name = ''
beforeEach(async () => {
  name = uniqueName()
  await launchExecution(target, name)
})
const path = (id = '') => `node_executions/flytesnacks/development/${name}${id === '' ? '' : `/${id}`}`
const node = (id: string) => get<Node>(target, path(id))
const list = async (query: string) => {
  const page = await get<{ node_executions: Node[]; token: string }>(target, `${path()}?${query}`)
  return { ids: page.node_executions.map(({ id }) => id.node_id), nodes: page.node_executions, token: page.token }
}
const text = (id: string) => `node_id:"${id}" execution_id:{project:"flytesnacks" domain:"development" name:"${name}"}`
const missing = (id: string) => [404, `missing entity of type node execution with identifier ${text(id)}`]

test('the first event makes a node, later ones move it on', async () => {
  expect(await ask('GET', path('n0'))).toEqual(missing('n0'))
  expect(await events.node(name, 'n0', 'QUEUED', 1, { input_uri: 's3://in', retry_group: '0' })).toEqual([200, {}])
  expect(await node('n0')).toEqual({
    id: { node_id: 'n0', execution_id: { ...executionId(name), org: '' } },
    input_uri: 's3://in',
    closure: {
      phase: 'QUEUED',
      started_at: null,
      duration: null,
      created_at: at(1),
      updated_at: at(1),
      deck_uri: '',
      dynamic_job_spec_uri: '',
    },
    metadata: {
      retry_group: '0',
      is_parent_node: false,
      spec_node_id: 'n0',
      is_dynamic: false,
      is_array: false,
      is_eager: false,
    },
  })
  await events.node(name, 'n0', 'RUNNING', 3, { reported_at: at(4), input_uri: 's3://other' })
  expect(await node('n0')).toMatchObject({
    input_uri: 's3://in',
    closure: { phase: 'RUNNING', started_at: at(3), updated_at: at(4) },
  })
  await events.node(name, 'n0', 'SUCCEEDED', 9, { output_uri: 's3://out', deck_uri: 's3://deck' })
  expect((await node('n0')).closure).toMatchObject({
    phase: 'SUCCEEDED',
    duration: '6s',
    output_uri: 's3://out',
    deck_uri: 's3://deck',
  })
})

test('events that cannot follow, or say too little, are refused', async () => {
  await events.node(name, 'n0', 'RUNNING', 1)
  expect(await events.node(name, 'n0', 'RUNNING', 2)).toEqual([
    409,
    `This phase was already recorded RUNNING for ${text('n0')}`,
  ])
  await events.node(name, 'n0', 'FAILED', 3)
  const [status, message] = await events.node(name, 'n0', 'RUNNING', 4)
  expect([status, message]).toEqual([
    400,
    expect.stringMatching(/^Invalid phase change from FAILED to RUNNING for node execution \d+$/),
  ])
  const execution = `project:"flytesnacks" domain:"development" name:"${name}x"`
  expect(await events.node(`${name}x`, 'n0', 'QUEUED', 1)).toEqual([
    404,
    `Failed to get existing execution id: [${execution}] with err: missing entity of type execution with identifier ${execution}`,
  ])
  const withoutTime = { occurred_at: null }
  expect(await events.node(name, 'n1', 'QUEUED', 1, withoutTime)).toEqual([500, 'failed to read event timestamp'])
  expect(await events.node(name, 'n1', 'RUNNING', 1, withoutTime)).toEqual([
    500,
    'failed to unmarshal occurredAt with error: timestamp: nil Timestamp',
  ])
})

test('a node that failed tells its error whole, and lists begin it', async () => {
  const message = 'm '.repeat(80)
  await events.node(name, 'n0', 'FAILED', 9, { error: { code: 'C', message, kind: 'USER' } })
  expect((await node('n0')).closure).toMatchObject({ phase: 'FAILED', duration: null, error: { code: 'C', message } })
  const { nodes } = await list('limit=9&filters=eq(error_kind,USER)')
  expect(nodes.map(({ closure }) => closure.error?.message)).toEqual([message.slice(0, 100)])
})

test('a node has children, and is listed without them', async () => {
  await events.node(name, 'n0', 'RUNNING', 1)
  await events.node(name, 'n1', 'RUNNING', 1, { event_version: 0 })
  const child = (parent: string) => ({ parent_node_metadata: { node_id: parent } })
  await events.node(name, 'n0-c', 'QUEUED', 2, child('n0'))
  await events.node(name, 'n1-c', 'QUEUED', 2, child('n1'))
  expect(await events.node(name, 'x', 'QUEUED', 2, child('n9'))).toEqual(missing('n9'))
  expect((await list('limit=9&sort_by.key=node_id&sort_by.direction=ASCENDING')).ids).toEqual(['n0', 'n1'])
  expect((await list('limit=9&unique_parent_id=n0')).ids).toEqual(['n0-c'])
  expect(await ask('GET', `${path()}?limit=9&unique_parent_id=n9`)).toEqual(missing('n9'))
  // Lists find out who is a parent; a single node tells only what events said, but for the oldest events.
  expect((await list('limit=9&filters=eq(node_id,n0)')).nodes[0]?.metadata.is_parent_node).toBe(true)
  expect((await node('n0')).metadata.is_parent_node).toBe(false)
  expect((await node('n1')).metadata.is_parent_node).toBe(true)
})

test('nodes are listed in pages, filtered and sorted', async () => {
  for (const [index, id] of ['a', 'b', 'c'].entries()) await events.node(name, id, index < 2 ? 'RUNNING' : 'QUEUED', 1)
  const sorted = 'sort_by.key=node_id&sort_by.direction=ASCENDING'
  expect(await list(`limit=2&${sorted}`)).toMatchObject({ ids: ['a', 'b'], token: '2' })
  expect(await list(`limit=2&token=2&${sorted}`)).toMatchObject({ ids: ['c'], token: '' })
  expect((await list(`limit=9&filters=eq(phase,RUNNING)&${sorted}`)).ids).toEqual(['a', 'b'])
  expect((await list(`limit=9&filters=eq(execution.phase,UNDEFINED)&${sorted}`)).ids).toEqual(['a', 'b', 'c'])
  const refusal = async (query: string) => (await ask('GET', `${path()}?${query}`))[1]
  expect(await refusal('')).toBe('invalid value for limit')
  expect(await refusal('limit=1&token=z')).toBe('invalid pagination token z for ListNodeExecutions')
  expect(await refusal('limit=1&filters=eq(nope,1)')).toBe("'ne.nope' is invalid filter")
  expect(await refusal('limit=1&filters=eq(task.name,1)')).toBe("'t' entity is not allowed in filters")
  expect(await ask('GET', `${path()}x?limit=1`)).toEqual([200, { node_executions: [], token: '' }])
})

describe('the target of a node', () => {
  test('is a task with what the cache said', async () => {
    const catalog = { cache_status: 'CACHE_HIT', catalog_key: { dataset_id: identifier('DATASET', 'd') } }
    await events.node(name, 'n0', 'RUNNING', 1, { task_node_metadata: { ...catalog, checkpoint_uri: 's3://c' } })
    expect((await node('n0')).closure.task_node_metadata).toMatchObject({ ...catalog, checkpoint_uri: 's3://c' })
    expect((await list('limit=9&filters=eq(cache_status,CACHE_HIT)')).ids).toEqual(['n0'])
  })

  test('is an execution, which must exist', async () => {
    await events.node(name, 'n0', 'QUEUED', 1)
    const launched = (execution: string) => ({ workflow_node_metadata: { execution_id: executionId(execution) } })
    expect((await events.node(name, 'n0', 'RUNNING', 2, launched(`${name}x`)))[0]).toBe(404)
    expect((await node('n0')).closure.phase).toBe('QUEUED')
    await events.node(name, 'n0', 'RUNNING', 2, launched(name))
    expect((await node('n0')).closure.workflow_node_metadata).toEqual({
      executionId: { ...executionId(name), org: '' },
    })
  })

  test('is a dynamic workflow, which can be had by itself', async () => {
    await events.node(name, 'n0', 'RUNNING', 1)
    const none = [404, 'node does not contain dynamic workflow']
    expect(await ask('GET', `${path('n0')}/dynamic_workflow`)).toEqual(none)
    expect(await ask('GET', `${path('n9')}/dynamic_workflow`)).toEqual(missing('n9'))
    const id = identifier('WORKFLOW', 'dynamic')
    const nodes = [{ id: 'd0', task_node: { reference_id: identifier('TASK', name) } }]
    const dynamic = {
      id,
      compiled_workflow: { primary: { template: { id, interface: {}, nodes } } },
      dynamic_job_spec_uri: 's3://job',
    }
    await events.node(name, 'n0', 'DYNAMIC_RUNNING', 2, {
      is_parent: true,
      is_dynamic: true,
      task_node_metadata: { dynamic_workflow: dynamic },
    })
    expect(await node('n0')).toMatchObject({
      closure: { phase: 'DYNAMIC_RUNNING', dynamic_job_spec_uri: 's3://job' },
      metadata: { is_parent_node: true, is_dynamic: true },
    })
    await events.node(name, 'n0', 'SUCCEEDED', 3)
    expect(await get(target, `${path('n0')}/dynamic_workflow`)).toMatchObject({
      compiled_workflow: { primary: { template: { id, nodes: [{ id: 'd0' }] } } },
    })
  })
})

test('the nodes of a task are listed apart', async () => {
  await events.node(name, 'n0', 'RUNNING', 1)
  await events.task(name, 'n0', 'RUNNING', 2, { retry_attempt: 1 })
  const id = { task_id: identifier('TASK', name), node_execution_id: nodeId(name, 'n0'), retry_attempt: 1 }
  await events.node(name, 'k0', 'QUEUED', 3, { parent_task_metadata: { id } })
  const ofTask = (attempt: number) =>
    `children/task_executions/flytesnacks/development/${name}/n0/flytesnacks/development/${name}/v1/${attempt}`
  const { node_executions: nodes } = await get<{ node_executions: Node[] }>(target, `${ofTask(1)}?limit=9`)
  expect(nodes.map((child) => child.id.node_id)).toEqual(['k0'])
  expect((await list('limit=9')).ids).toEqual(['n0'])
  expect((await ask('GET', `${ofTask(2)}?limit=9`))[0]).toBe(404)
  expect(await ask('GET', ofTask(1))).toEqual([400, 'invalid value for limit'])
  expect(
    await events.node(name, 'k1', 'QUEUED', 3, { parent_task_metadata: { id: { ...id, retry_attempt: 7 } } }),
  ).toEqual([404, expect.stringMatching(/^missing entity of type task execution/)])
})
