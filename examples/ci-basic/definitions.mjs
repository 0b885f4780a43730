// What this job registers: one task, one workflow that runs it, one launch plan for the workflow.
// Flyte's own tools compile such messages from Python; they are plain JSON, so a script can write them as well.

const inputs = {
  variables: { name: { type: { simple: /** @type {const} */ ('STRING') }, description: 'whom to greet' } },
}
const outputs = {
  variables: { greeting: { type: { simple: /** @type {const} */ ('STRING') }, description: 'the greeting' } },
}

/**
 * @param {{ project: string, domain: string, version: string }} where
 */
export function definitions({ project, domain, version }) {
  /** @param {'TASK' | 'WORKFLOW' | 'LAUNCH_PLAN'} resource_type @param {string} name */
  const id = (resource_type, name) => ({ resource_type, project, domain, name, version })
  const taskId = id('TASK', 'ci.greet')
  const workflowId = id('WORKFLOW', 'ci.greeting')
  const launchPlanId = id('LAUNCH_PLAN', 'ci.greeting')

  const task = {
    id: taskId,
    spec: {
      template: {
        id: taskId,
        type: 'raw-container',
        metadata: {
          runtime: { type: /** @type {const} */ ('OTHER'), version: '0.0.0', flavor: 'flyte-js' },
          timeout: '600s',
        },
        interface: { inputs, outputs },
        container: { image: 'alpine:3', command: ['echo', 'hello'], args: [] },
      },
    },
  }
  const workflow = {
    id: workflowId,
    spec: {
      template: {
        id: workflowId,
        interface: { inputs, outputs },
        metadata: {},
        metadata_defaults: {},
        nodes: [
          {
            id: 'n0',
            metadata: { name: 'greet' },
            inputs: [{ var: 'name', binding: { promise: { node_id: 'start-node', var: 'name' } } }],
            task_node: { reference_id: taskId },
          },
        ],
        outputs: [{ var: 'greeting', binding: { promise: { node_id: 'n0', var: 'greeting' } } }],
      },
    },
  }
  const launchPlan = {
    id: launchPlanId,
    spec: {
      workflow_id: workflowId,
      default_inputs: { parameters: { name: { var: inputs.variables.name, required: true } } },
      fixed_inputs: { literals: {} },
      entity_metadata: {},
    },
  }
  return { task, workflow, launchPlan, launchPlanId }
}
