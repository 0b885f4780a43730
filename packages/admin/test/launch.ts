// The least that a Flyte Admin needs to launch something: a task, a workflow of it, a launch plan, all of one name.
import { randomUUID } from 'node:crypto'
import type { AdminClient } from '../src/create-admin-client.js'
import type { ExecutionId } from '../src/executions/execution-change.js'

/** A name that no other test has, also on a real server. */
export const uniqueName = (): string => `f${randomUUID().replaceAll('-', '').slice(0, 18)}`

/** An execution that is to be, in a project that every Flyte Admin has. */
export const newExecutionId = (name: string = uniqueName()): ExecutionId => ({
  project: 'flytesnacks',
  domain: 'development',
  name,
})

/** Registers a task. */
export async function registerTask(
  { admin }: AdminClient,
  id: ExecutionId,
  version = 'v1',
  { arg = 'a' }: { arg?: string } = {},
): Promise<void> {
  const taskId = { ...id, resource_type: 'TASK' as const, version }
  await admin.createTask({
    id: taskId,
    spec: {
      template: {
        id: taskId,
        type: 'python-task',
        metadata: { runtime: { type: 'FLYTE_SDK', version: '1.16', flavor: 'python' }, timeout: '90s' },
        interface: { inputs: { variables: {} } },
        container: { image: 'registry/image:tag', args: [arg] },
      },
    },
  })
}

/** Registers what is needed, and launches an execution of the same name. */
export async function launch(client: AdminClient, id: ExecutionId): Promise<void> {
  const { admin } = client
  await registerTask(client, id)
  const identifier = <Type extends string>(resource_type: Type) => ({ ...id, resource_type, version: 'v1' })
  const workflowId = identifier('WORKFLOW')
  await admin.createWorkflow({
    id: workflowId,
    spec: {
      template: {
        id: workflowId,
        interface: { inputs: { variables: {} } },
        nodes: [{ id: 'n0', task_node: { reference_id: identifier('TASK') } }],
      },
    },
  })
  const planId = identifier('LAUNCH_PLAN')
  await admin.createLaunchPlan({ id: planId, spec: { workflow_id: workflowId } })
  await admin.createExecution({ ...id, spec: { launch_plan: planId, metadata: { mode: 'MANUAL' } } })
}
