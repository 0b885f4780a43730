import { expect } from 'vitest'
import { event, inputs, outputs, type RoundTrips } from './world.js'

const refused = { status: 400, grpcStatus: 'FAILED_PRECONDITION' }

/** What FlytePropeller tells Flyte Admin, and what is to be seen of it. */
export const events: RoundTrips<'admin.createWorkflowEvent' | 'admin.createNodeEvent' | 'admin.createTaskEvent'> = {
  'admin.createWorkflowEvent': async ({ admin, launch }) => {
    const id = await launch()
    const ofIt = { ...event(), execution_id: id }
    expect(await admin.createWorkflowEvent({ event: { ...ofIt, phase: 'RUNNING' } })).toEqual({})
    expect((await admin.getExecution({ id })).closure).toMatchObject({ phase: 'RUNNING', duration: null })
    const again = admin.createWorkflowEvent({ event: { ...ofIt, phase: 'RUNNING' } })
    await expect(again).rejects.toMatchObject({ grpcStatus: 'ALREADY_EXISTS' })

    await admin.createWorkflowEvent({ event: { ...ofIt, phase: 'SUCCEEDED', output_data: outputs } })
    expect((await admin.getExecution({ id })).closure?.phase).toBe('SUCCEEDED')
    expect((await admin.getExecutionData({ id })).full_outputs).toMatchObject(outputs)
    const late = admin.createWorkflowEvent({ event: { ...ofIt, phase: 'RUNNING' } })
    await expect(late).rejects.toMatchObject(refused)
    await expect(admin.terminateExecution({ id, cause: 'late' })).rejects.toMatchObject(refused)
  },

  'admin.createNodeEvent': async ({ admin, launch }) => {
    const execution_id = await launch()
    const id = { execution_id, node_id: 'n0' }
    await admin.createWorkflowEvent({ event: { ...event(), execution_id, phase: 'RUNNING' } })
    expect(await admin.createNodeEvent({ event: { ...event(), id, phase: 'QUEUED', input_data: inputs } })).toEqual({})
    const error = { code: 'USER:Unknown', message: 'é', kind: 'USER' } as const
    await admin.createNodeEvent({ event: { ...event(), id, phase: 'FAILED', error, node_name: 'add up' } })
    expect((await admin.getNodeExecution({ id })).closure).toMatchObject({ phase: 'FAILED', error })
    await expect(admin.createNodeEvent({ event: { ...event(), id, phase: 'RUNNING' } })).rejects.toMatchObject(refused)
  },

  'admin.createTaskEvent': async ({ admin, launch, task }) => {
    const execution_id = await launch()
    const node = { execution_id, node_id: 'n0' }
    await admin.createWorkflowEvent({ event: { ...event(), execution_id, phase: 'RUNNING' } })
    await admin.createNodeEvent({ event: { ...event(), id: node, phase: 'RUNNING', input_data: inputs } })
    const ofTask = { ...event(), task_id: task, parent_node_execution_id: node, retry_attempt: 0 }
    const custom_info = { retries: [1, null, { a: 'b' }] }
    expect(await admin.createTaskEvent({ event: { ...ofTask, phase: 'RUNNING', custom_info } })).toEqual({})
    const logs = [{ uri: 'https://logs.example.com/?a=b&c', name: 'all', ttl: '90s' }]
    await admin.createTaskEvent({ event: { ...ofTask, phase: 'RUNNING', phase_version: 1, logs } })
    const id = { task_id: task, node_execution_id: node, retry_attempt: 0 }
    expect((await admin.getTaskExecution({ id })).closure).toMatchObject({ phase: 'RUNNING', custom_info, logs })
  },
}
