// What the round trips are about: a project of their own, with a task, a workflow of it, a launch plan and an execution that has run.
import { randomUUID } from 'node:crypto'
import type { AdminClient } from '../../src/create-admin-client.js'
import type { RpcName } from './checked-client.js'

/** The services, and what is there to be asked for. */
export interface World extends AdminClient {
  /** Where everything is. */
  readonly parent: Parent
  /** The name of the task, the workflow and the launch plan. */
  readonly named: Parent & { name: string }
  readonly task: Identifier<'TASK'>
  readonly workflow: Identifier<'WORKFLOW'>
  readonly launchPlan: Identifier<'LAUNCH_PLAN'>
  /** An execution that succeeded, if the server takes events. */
  readonly execution: Parent & { name: string }
  /** Its only node of the workflow, which was dynamic. */
  readonly node: { execution_id: Parent & { name: string }; node_id: string }
  /** Its only try. */
  readonly taskExecution: ReturnType<typeof taskExecutionOf>
  /** Launches another execution, which nobody runs. */
  launch(): Promise<Parent & { name: string }>
}

interface Parent {
  project: string
  domain: string
}

interface Identifier<Type> extends Parent {
  resource_type: Type
  name: string
  version: string
}

/** One round trip: calls its RPC, and says what the answer must be. */
export type RoundTrip = (world: World) => Promise<void>

/** Round trips by their RPC. */
export type RoundTrips<Rpc extends RpcName> = Record<Rpc, RoundTrip>

/** A name that nothing else has, also on a server that is not new. */
export const uniqueName = (): string => `w${randomUUID().replaceAll('-', '').slice(0, 12)}`

/** The int64 that goes in: a JSON number would lose its last digit. */
export const inputs = { literals: { count: { scalar: { primitive: { integer: '9007199254740993' } } } } }

/** What comes out. */
export const outputs = { literals: { sum: { scalar: { primitive: { integer: '-1' } } } } }

const variables = (name: string) =>
  ({ variables: { [name]: { type: { simple: 'INTEGER' }, description: name } } }) as const
const typedInterface = { inputs: variables('count'), outputs: variables('sum') }

/** What registers a task. */
export const taskSpec = {
  template: {
    type: 'python-task',
    metadata: {
      runtime: { type: 'FLYTE_SDK', version: '1.16', flavor: 'python' },
      timeout: '90s',
      retries: { retries: 3 },
    },
    interface: typedInterface,
    container: { image: 'registry/image:tag', args: ['--count', '{{.inputs.count}}'] },
  },
  description: { short_description: 'adds up', long_description: { value: 'Adds *up*.' } },
} as const

/** What registers a workflow of one task. */
export const workflowSpec = (task: Identifier<'TASK'>) => ({
  template: {
    interface: typedInterface,
    nodes: [
      {
        id: 'n0',
        task_node: { reference_id: task },
        inputs: [{ var: 'count', binding: { promise: { node_id: 'start-node', var: 'count' } } }],
      },
    ],
    outputs: [{ var: 'sum', binding: { promise: { node_id: 'n0', var: 'sum' } } }],
  },
  description: { short_description: 'adds up once' },
})

/** Sets it up. `takesEvents`: whether the server lets itself be told how an execution goes. */
export async function createWorld(client: AdminClient, { takesEvents }: { takesEvents: boolean }): Promise<World> {
  const { admin } = client
  const name = uniqueName()
  const parent = { project: `wire-${name}`, domain: 'development' }
  const named = { ...parent, name }
  const identifier = <Type extends string>(resource_type: Type) => ({ resource_type, ...named, version: 'v1' })
  const task = identifier('TASK')
  const workflow = identifier('WORKFLOW')
  const launchPlan = identifier('LAUNCH_PLAN')
  await admin.registerProject({ project: { id: parent.project, name: parent.project, labels: { values: { a: 'b' } } } })
  await admin.createTask({ id: task, spec: taskSpec })
  await admin.createWorkflow({ id: workflow, spec: workflowSpec(task) })
  await admin.createLaunchPlan({ id: launchPlan, spec: { workflow_id: workflow } })
  await admin.updateLaunchPlan({ id: launchPlan, state: 'ACTIVE' })

  const launch = async () => {
    const execution = { ...parent, name: uniqueName() }
    await admin.createExecution({
      ...execution,
      spec: { launch_plan: launchPlan, metadata: { mode: 'MANUAL' } },
      inputs,
    })
    return execution
  }
  const execution = await launch()
  const node = { execution_id: execution, node_id: 'n0' }
  const taskExecution = taskExecutionOf(task, node)
  const world = { ...client, parent, named, task, workflow, launchPlan, execution, node, taskExecution, launch }
  if (takesEvents) await run(world)
  return world
}

const taskExecutionOf = (task_id: Identifier<'TASK'>, node_execution_id: World['node']) => ({
  task_id,
  node_execution_id,
  retry_attempt: 0,
})

/** What every event says. */
export const event = () => ({ producer_id: 'propeller', occurred_at: new Date().toISOString() })

/** Tells Flyte Admin what FlytePropeller would: the node ran, had a child by its task and one by itself, and all went well. */
async function run({ admin, execution, node, task, taskExecution, workflow }: World): Promise<void> {
  const { closure } = await admin.getWorkflow({ id: workflow })
  const task_node_metadata = {
    dynamic_workflow: { id: workflow, compiled_workflow: closure?.compiled_workflow ?? null },
  }
  const child = (node_id: string) => ({ ...event(), id: { ...node, node_id }, phase: 'RUNNING' as const })
  const ofTask = { ...event(), task_id: task, parent_node_execution_id: node, retry_attempt: 0 }

  await admin.createWorkflowEvent({ event: { ...event(), execution_id: execution, phase: 'RUNNING' } })
  await admin.createNodeEvent({
    event: {
      ...event(),
      id: node,
      phase: 'RUNNING',
      input_data: inputs,
      is_dynamic: true,
      is_parent: true,
      task_node_metadata,
    },
  })
  await admin.createTaskEvent({
    event: { ...ofTask, phase: 'RUNNING', input_data: inputs, logs: [{ uri: 'https://logs' }] },
  })
  await admin.createNodeEvent({ event: { ...child('by-task'), parent_task_metadata: { id: taskExecution } } })
  await admin.createNodeEvent({ event: { ...child('by-node'), parent_node_metadata: { node_id: 'n0' } } })
  await admin.createTaskEvent({ event: { ...ofTask, phase: 'SUCCEEDED', output_data: outputs } })
  await admin.createNodeEvent({ event: { ...event(), id: node, phase: 'SUCCEEDED', output_data: outputs } })
  await admin.createWorkflowEvent({
    event: { ...event(), execution_id: execution, phase: 'SUCCEEDED', output_data: outputs },
  })
}
