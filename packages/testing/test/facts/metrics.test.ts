// How a Flyte Admin breaks down what an execution took.
import { beforeEach, expect, test } from 'vitest'
import { asking, get, sendingEvents } from './events.js'
import { identifier, launchExecution, uniqueName, useTarget } from './target.js'

interface Span {
  start_time: string
  end_time: string
  operation_id?: string
  workflow_id?: { name: string }
  node_id?: { node_id: string }
  task_id?: { retry_attempt: number }
  spans: Span[]
}

const target = useTarget('events')
const ask = asking(target)
const events = sendingEvents(target)

let name = ''
beforeEach(async () => {
  name = uniqueName()
  await launchExecution(target, name)
})

/** The seconds of a time of an event; of what Flyte Admin did by itself, `now`. */
const second = (time: string) => (time.startsWith('2024') ? Number(time.slice(17, -1)) : 'now')

/** A span as `name from-to`, with those within it behind. */
function show({ start_time, end_time, spans, ...id }: Span): unknown[] {
  const what =
    id.operation_id ?? id.node_id?.node_id ?? (id.task_id && `try ${id.task_id.retry_attempt}`) ?? 'execution'
  return [`${what} ${second(start_time)}-${second(end_time)}`, ...spans.map(show)]
}

const path = (of: string) => `metrics/executions/flytesnacks/development/${of}`
const metrics = async (depth: number, of = name) =>
  show((await get<{ span: Span }>(target, `${path(of)}?depth=${depth}`)).span)

test('an execution that has not started was set up only', async () => {
  expect(await metrics(0)).toEqual(['execution now-now'])
  expect(await metrics(9)).toEqual(['execution now-now', ['WORKFLOW_SETUP now-now']])
  expect((await ask('GET', path(`${name}x`)))[0]).toBe(404)
})

test('a task is broken down as deep as is asked for', async () => {
  await events.node(name, 'start-node', 'SUCCEEDED', 2)
  await events.node(name, 'n0', 'QUEUED', 3)
  await events.task(name, 'n0', 'QUEUED', 4)
  await events.task(name, 'n0', 'RUNNING', 5)
  await events.task(name, 'n0', 'FAILED', 7)
  await events.task(name, 'n0', 'RUNNING', 8, { retry_attempt: 1 })
  await events.task(name, 'n0', 'SUCCEEDED', 9, { retry_attempt: 1, reported_at: '2024-01-01T00:00:10Z' })
  await events.node(name, 'n0', 'SUCCEEDED', 12)
  await events.workflow(name, 'SUCCEEDED', 14)
  const around = (...spans: unknown[]) => [
    'execution now-14',
    ['WORKFLOW_SETUP now-2'],
    ['n0 3-12', ['NODE_TRANSITION 2-3'], ...spans],
    ['WORKFLOW_TEARDOWN 12-14'],
  ]
  expect(await metrics(0)).toEqual(['execution now-14'])
  expect(await metrics(1)).toEqual(around())
  expect(await metrics(2)).toEqual(around(['NODE_SETUP 3-4'], ['NODE_RESET 7-8'], ['NODE_TEARDOWN 10-12']))
  const first = ['try 0 4-7', ['TASK_SETUP 4-5'], ['TASK_RUNTIME 5-7'], ['TASK_TEARDOWN 7-7']]
  const second = ['try 1 8-10', ['TASK_SETUP 8-8'], ['TASK_RUNTIME 8-9'], ['TASK_TEARDOWN 9-10']]
  const deep = around(['NODE_SETUP 3-4'], first, ['NODE_RESET 7-8'], second, ['NODE_TEARDOWN 10-12'])
  expect([await metrics(3), await metrics(-1)]).toEqual([deep, deep])
})

test('a node that its workflow does not have is an error', async () => {
  await events.node(name, 'start-node', 'SUCCEEDED', 2)
  await events.node(name, 'nq', 'SUCCEEDED', 3)
  const workflow = `resource_type:WORKFLOW project:"flytesnacks" domain:"development" name:"${name}" version:"v1"`
  expect(await ask('GET', `${path(name)}?depth=2`)).toEqual([
    500,
    `failed to discover workflow node 'nq' in workflow '${workflow}'`,
  ])
})

test('gates, branches, subworkflows, launch plans and dynamic nodes are broken down, too', async () => {
  const variables = { a: { type: { simple: 'INTEGER' } } }
  const both = { inputs: { variables }, outputs: { variables: {} } }
  const inputs = [{ var: 'a', binding: { promise: { node_id: 'start-node', var: 'a' } } }]
  const task = (id: string) => ({ id, task_node: { reference_id: identifier('TASK', name) }, inputs })
  const register = (workflow: string, nodes: object[], sub_workflows: object[] = []) =>
    ask('POST', 'workflows', {
      id: identifier('WORKFLOW', workflow),
      spec: { template: { id: identifier('WORKFLOW', workflow), interface: both, nodes }, sub_workflows },
    })
  const [whole, sub] = [`${name}w`, `${name}s`]
  const signal = { signal_id: 's', type: { simple: 'BOOLEAN' }, output_variable_name: 'o' }
  const condition = {
    comparison: { operator: 'EQ', left_value: { var: 'a' }, right_value: { primitive: { integer: 1 } } },
  }
  const subTemplate = { id: identifier('WORKFLOW', sub), interface: both, nodes: [task('s0')] }
  expect(await register(sub, [task('s0')])).toEqual([200, {}])
  await ask('POST', 'launch_plans', {
    id: identifier('LAUNCH_PLAN', sub),
    spec: { workflow_id: identifier('WORKFLOW', sub) },
  })
  const nodes = [
    { id: 'g', gate_node: { signal } },
    { id: 'b', branch_node: { if_else: { case: { condition, then_node: task('t') }, else_node: task('e') } }, inputs },
    { id: 'w', workflow_node: { sub_workflow_ref: identifier('WORKFLOW', sub) }, inputs },
    { id: 'l', workflow_node: { launchplan_ref: identifier('LAUNCH_PLAN', sub) }, inputs },
    task('d'),
  ]
  expect(await register(whole, nodes, [subTemplate])).toEqual([200, {}])
  await ask('POST', 'launch_plans', {
    id: identifier('LAUNCH_PLAN', whole),
    spec: { workflow_id: identifier('WORKFLOW', whole) },
  })
  const launched = {
    project: 'flytesnacks',
    domain: 'development',
    name: whole,
    spec: { launch_plan: identifier('LAUNCH_PLAN', whole) },
    inputs: { literals: { a: { scalar: { primitive: { integer: 1 } } } } },
  }
  expect((await ask('POST', 'executions', launched))[0]).toBe(200)

  const below = (parent: string, spec_node_id: string) => ({ parent_node_metadata: { node_id: parent }, spec_node_id })
  await events.node(whole, 'start-node', 'SUCCEEDED', 1)
  await events.node(whole, 'g', 'QUEUED', 2)
  await events.node(whole, 'g', 'RUNNING', 3)
  await events.node(whole, 'g', 'SUCCEEDED', 5, { reported_at: '2024-01-01T00:00:06Z' })
  await events.node(whole, 'b', 'QUEUED', 3)
  await events.node(whole, 'b-b-e', 'SUCCEEDED', 4, below('b', 'b-e'))
  await events.node(whole, 'b', 'SUCCEEDED', 7)
  await events.node(whole, 'w', 'QUEUED', 4)
  await events.node(whole, 'w-start', 'SUCCEEDED', 5, below('w', 'start-node'))
  await events.node(whole, 'w-s0', 'SUCCEEDED', 6, below('w', 's0'))
  await events.node(whole, 'w', 'SUCCEEDED', 8)
  await events.node(whole, 'l', 'QUEUED', 5)
  const target_execution = { project: 'flytesnacks', domain: 'development', name }
  await events.node(whole, 'l', 'RUNNING', 6, { workflow_node_metadata: { execution_id: target_execution } })
  await events.node(whole, 'd', 'RUNNING', 6, { is_parent: true })
  await events.task(name, 'd', 'SUCCEEDED', 7, {
    parent_node_execution_id: { node_id: 'd', execution_id: { ...target_execution, name: whole } },
  })
  await events.node(whole, 'd-start', 'SUCCEEDED', 8, below('d', 'start-node'))
  await events.node(whole, 'd-d0', 'SUCCEEDED', 9, below('d', 'd0'))
  const id = identifier('WORKFLOW', 'dynamic')
  const primary = {
    template: { id, interface: {}, nodes: [task('d0')] },
    connections: { upstream: { 'end-node': { ids: ['d0'] } } },
  }
  const dynamic_workflow = { id, compiled_workflow: { primary } }
  await events.node(whole, 'd', 'DYNAMIC_RUNNING', 10, { task_node_metadata: { dynamic_workflow } })

  const transition = (to: number) => [`NODE_TRANSITION 1-${to}`]
  expect(await metrics(9, whole)).toEqual([
    'execution now-now',
    ['WORKFLOW_SETUP now-1'],
    ['g 2-6', transition(2), ['NODE_SETUP 2-3'], ['NODE_IDLE 3-5'], ['NODE_TEARDOWN 5-6']],
    ['b 3-7', transition(3), ['NODE_SETUP 3-4'], ['b-b-e 4-4', ['NODE_SETUP 4-4']], ['NODE_TEARDOWN 4-7']],
    [
      'w 4-8',
      transition(4),
      ['NODE_SETUP 4-5'],
      ['w-s0 6-6', ['NODE_TRANSITION 5-6'], ['NODE_SETUP 6-6']],
      ['NODE_TEARDOWN 6-8'],
    ],
    ['l 5-6', transition(5), ['NODE_SETUP 5-now'], ['execution now-now', ['WORKFLOW_SETUP now-now']]],
    [
      'd 6-10',
      transition(6),
      ['NODE_SETUP 6-7'],
      ['try 0 7-7', ['TASK_SETUP 7-7']],
      ['NODE_RESET 7-8'],
      ['d-d0 9-9', ['NODE_SETUP 9-9']],
      ['NODE_TEARDOWN 9-10'],
    ],
    ['WORKFLOW_TEARDOWN 10-now'],
  ])
})
