// Executions of a single task: Flyte Admin generates a workflow and a launch plan around it.
import { compileWorkflow } from './compile-workflow.js'
import type { Entity } from './entities.js'
import { expectedInputsOf } from './launch-plan-inputs.js'
import type { LaunchPlans } from './launch-plans.js'
import { type Message, messageField, stringField } from './message.js'
import type { Tasks } from './tasks.js'
import { timestampOf } from './well-known-types.js'
import { type Workflows, workflowSummary } from './workflows.js'

const prefix = '.flytegen.'

/** Launches single tasks. */
export interface SingleTasks {
  /** The launch plan and the workflow that are generated for a task; a missing task is `NOT_FOUND`. */
  launch(taskId: Message): { launchPlan: Entity; workflowId: Message }
}

/** True for the name of a generated workflow. */
export function isGenerated(id: Message): boolean {
  return stringField(id, 'name').startsWith(prefix)
}

/** Makes it from the registries it reads and fills. */
export function createSingleTasks(
  tasks: Tasks,
  workflows: Workflows,
  launchPlans: LaunchPlans,
  now: () => number,
): SingleTasks {
  return {
    launch(taskId) {
      const task = tasks.store.get(taskId)
      const name = `${prefix}${taskId.name}`
      const workflowId: Message = { ...taskId, resource_type: 'WORKFLOW', name }
      const launchPlanId: Message = { ...taskId, resource_type: 'LAUNCH_PLAN', name }
      const compiledTask = messageField(messageField(task.message, 'closure'), 'compiled_task')
      const taskInterface = messageField(messageField(compiledTask, 'template'), 'interface')

      if (workflows.store.find(workflowId) === undefined) {
        const compiled = compileWorkflow(skeleton(workflowId, taskId, taskInterface), [], () => compiledTask)
        const closure: Message = { compiled_workflow: compiled, created_at: timestampOf(now()) }
        const message: Message = { id: workflowId, closure }
        workflows.store.add({
          id: workflowId,
          structure: compiled,
          message,
          summary: workflowSummary(message, taskInterface),
        })
      }
      if (launchPlans.store.find(launchPlanId) === undefined) {
        const inputs = expectedInputsOf(taskInterface, {})
        const spec: Message = {
          workflow_id: { ...taskId, resource_type: 'WORKFLOW' },
          entity_metadata: {},
          default_inputs: inputs,
          fixed_inputs: {},
          labels: {},
          annotations: {},
        }
        launchPlans.register(launchPlanId, spec, inputs, taskInterface)
      }
      return { launchPlan: launchPlans.store.get(launchPlanId), workflowId }
    },
  }
}

/** A workflow of one node that hands its inputs to the task. */
function skeleton(workflowId: Message, taskId: Message, taskInterface: Message): Message {
  const variables = (kind: 'inputs' | 'outputs') =>
    Object.keys(messageField(messageField(taskInterface, kind), 'variables')).sort()
  const nodeId = stringField(taskId, 'name').split('.').at(-1) ?? 'task'
  const bind = (node: string, name: string): Message => ({
    var: name,
    binding: { promise: { node_id: node, var: name } },
  })
  const node: Message = {
    id: nodeId,
    metadata: { name: stringField(workflowId, 'name') },
    inputs: variables('inputs').map((name) => bind('start-node', name)),
    task_node: { reference_id: taskId },
  }
  return {
    id: workflowId,
    interface: taskInterface,
    nodes: [node],
    outputs: variables('outputs').map((name) => bind(nodeId, name)),
  }
}
