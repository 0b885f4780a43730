import { expect } from 'vitest'
import { inputs, outputs, type RoundTrips, type World } from './world.js'

/** Executions of nodes and tasks. */
export const nodeExecutions: RoundTrips<
  | 'admin.getNodeExecution'
  | 'admin.getDynamicNodeWorkflow'
  | 'admin.listNodeExecutions'
  | 'admin.listNodeExecutionsForTask'
  | 'admin.getNodeExecutionData'
  | 'admin.getTaskExecution'
  | 'admin.listTaskExecutions'
  | 'admin.getTaskExecutionData'
> = {
  'admin.getNodeExecution': async ({ admin, node }) => {
    expect(await admin.getNodeExecution({ id: node })).toMatchObject({
      id: node,
      closure: { phase: 'SUCCEEDED', started_at: expect.any(String), duration: expect.any(String) },
      metadata: { is_parent_node: true, is_dynamic: true, is_array: false },
    })
    const unknown = admin.getNodeExecution({ id: { ...node, node_id: 'n9' } })
    await expect(unknown).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  },

  'admin.getDynamicNodeWorkflow': async ({ admin, node, workflow }) => {
    const { compiled_workflow } = await admin.getDynamicNodeWorkflow({ id: node })
    expect(compiled_workflow?.primary?.template?.id).toMatchObject(workflow)
    const ordinary = admin.getDynamicNodeWorkflow({ id: { ...node, node_id: 'by-node' } })
    await expect(ordinary).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  },

  'admin.listNodeExecutions': async ({ admin, execution, node }) => {
    const ids = async (request: { filters?: string; unique_parent_id?: string }) => {
      const page = await admin.listNodeExecutions({ workflow_execution_id: execution, limit: 5, ...request })
      return page.node_executions.map(({ id }) => id)
    }
    expect(await ids({})).toMatchObject([node])
    expect(await ids({ unique_parent_id: 'n0' })).toMatchObject([{ ...node, node_id: 'by-node' }])
    expect(await ids({ filters: 'eq(phase,SUCCEEDED)' })).toHaveLength(1)
    expect(await ids({ filters: 'eq(phase,FAILED)' })).toEqual([])
  },

  'admin.listNodeExecutionsForTask': async ({ admin, node, taskExecution }) => {
    const request = { task_execution_id: taskExecution, limit: 5 }
    const { node_executions } = await admin.listNodeExecutionsForTask(request)
    expect(node_executions.map(({ id }) => id)).toMatchObject([{ ...node, node_id: 'by-task' }])
  },

  'admin.getNodeExecutionData': async ({ admin, node, workflow }) => {
    expect(await admin.getNodeExecutionData({ id: node })).toMatchObject({
      full_inputs: inputs,
      full_outputs: outputs,
      dynamic_workflow: { id: workflow },
      flyte_urls: { inputs: `${flyteUrl(node)}/i`, outputs: `${flyteUrl(node)}/o`, deck: '' },
    })
  },

  'admin.getTaskExecution': async ({ admin, taskExecution }) => {
    expect(await admin.getTaskExecution({ id: taskExecution })).toMatchObject({
      id: taskExecution,
      closure: { phase: 'SUCCEEDED', logs: [{ uri: 'https://logs' }], custom_info: null },
      is_parent: true,
    })
    const unknown = admin.getTaskExecution({ id: { ...taskExecution, retry_attempt: 1 } })
    await expect(unknown).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  },

  'admin.listTaskExecutions': async ({ admin, node, taskExecution }) => {
    const { task_executions, token } = await admin.listTaskExecutions({ node_execution_id: node, limit: 5 })
    expect([task_executions.map(({ id }) => id), token]).toMatchObject([[taskExecution], ''])
  },

  'admin.getTaskExecutionData': async ({ admin, node, taskExecution }) => {
    expect(await admin.getTaskExecutionData({ id: taskExecution })).toMatchObject({
      full_inputs: inputs,
      full_outputs: outputs,
      flyte_urls: { inputs: `${flyteUrl(node)}/0/i`, outputs: `${flyteUrl(node)}/0/o` },
    })
  },
}

/** How the data proxy is asked for what a node took and gave. */
export function flyteUrl({ execution_id, node_id }: World['node']): string {
  const { project, domain, name } = execution_id
  return `flyte://v1/${project}/${domain}/${name}/${node_id}`
}
