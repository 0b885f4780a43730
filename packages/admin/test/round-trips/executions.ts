import { expect } from 'vitest'
import { inputs, type RoundTrips, uniqueName } from './world.js'

/** Executions. */
export const executions: RoundTrips<
  | 'admin.createExecution'
  | 'admin.relaunchExecution'
  | 'admin.recoverExecution'
  | 'admin.getExecution'
  | 'admin.updateExecution'
  | 'admin.getExecutionData'
  | 'admin.listExecutions'
  | 'admin.terminateExecution'
  | 'admin.getExecutionMetrics'
> = {
  'admin.createExecution': async ({ admin, parent, launchPlan }) => {
    const id = { ...parent, name: uniqueName() }
    const request = { ...id, spec: { launch_plan: launchPlan, tags: ['a b'] }, inputs }
    expect(await admin.createExecution(request)).toMatchObject({ id })
    expect((await admin.getExecution({ id })).spec).toMatchObject({ launch_plan: launchPlan, tags: ['a b'] })
    await expect(admin.createExecution(request)).rejects.toMatchObject({ grpcStatus: 'ALREADY_EXISTS' })
    const withoutInputs = admin.createExecution({ ...request, name: uniqueName(), inputs: null })
    await expect(withoutInputs).rejects.toMatchObject({ grpcStatus: 'INVALID_ARGUMENT' })
  },

  'admin.relaunchExecution': async ({ admin, execution }) => {
    const id = { ...execution, name: uniqueName() }
    expect(await admin.relaunchExecution({ id: execution, name: id.name, overwrite_cache: true })).toMatchObject({ id })
    expect((await admin.getExecution({ id })).spec).toMatchObject({
      metadata: { mode: 'RELAUNCH', reference_execution: execution },
      overwrite_cache: true,
    })
    expect((await admin.getExecutionData({ id })).full_inputs).toMatchObject(inputs)
  },

  'admin.recoverExecution': async ({ admin, execution }) => {
    const id = { ...execution, name: uniqueName() }
    expect(await admin.recoverExecution({ id: execution, name: id.name })).toMatchObject({ id })
    expect((await admin.getExecution({ id })).spec).toMatchObject({
      metadata: { mode: 'RECOVERED', reference_execution: execution },
    })
  },

  'admin.getExecution': async ({ admin, launch, launchPlan, workflow }) => {
    const id = await launch()
    expect(await admin.getExecution({ id })).toMatchObject({
      id,
      spec: { launch_plan: launchPlan, inputs: null, metadata: { mode: 'MANUAL', nesting: 0 } },
      closure: { phase: 'UNDEFINED', started_at: null, duration: null, workflow_id: workflow },
    })
  },

  'admin.updateExecution': async ({ admin, parent, launch }) => {
    const id = await launch()
    expect(await admin.updateExecution({ id, state: 'EXECUTION_ARCHIVED' })).toEqual({})
    expect((await admin.getExecution({ id })).closure?.state_change_details?.state).toBe('EXECUTION_ARCHIVED')
    // Lists leave it out, unless they are asked for it.
    const listed = async (filters: string) => (await admin.listExecutions({ id: parent, limit: 5, filters })).executions
    expect(await listed(`eq(execution_name,${id.name})`)).toEqual([])
    expect(await listed(`eq(execution_name,${id.name})+eq(state,1)`)).toHaveLength(1)
  },

  'admin.getExecutionData': async ({ admin, launch }) => {
    const id = await launch()
    const { full_inputs, full_outputs } = await admin.getExecutionData({ id })
    expect(full_inputs).toMatchObject(inputs)
    expect(full_outputs).toEqual({ literals: {} })
  },

  'admin.listExecutions': async ({ admin, parent, execution, workflow }) => {
    const filters = `eq(execution_name,${execution.name})+eq(workflow.name,${workflow.name})`
    const { executions, token } = await admin.listExecutions({ id: parent, limit: 5, filters })
    expect([executions.map(({ id }) => id), token]).toMatchObject([[execution], ''])
    const all = await admin.listExecutions({
      id: parent,
      limit: 1,
      sort_by: { key: 'created_at', direction: 'ASCENDING' },
    })
    expect(all).toMatchObject({ executions: [{ id: execution }], token: '1' })
  },

  'admin.terminateExecution': async ({ admin, launch }) => {
    const id = await launch()
    expect(await admin.terminateExecution({ id, cause: 'no longer "needed"' })).toEqual({})
    const { closure } = await admin.getExecution({ id })
    expect(closure?.phase).toMatch(/^ABORT(ED|ING)$/)
    expect(closure?.abort_metadata?.cause).toBe('no longer "needed"')
  },

  'admin.getExecutionMetrics': async ({ admin, execution }) => {
    const { span } = await admin.getExecutionMetrics({ id: execution, depth: 3 })
    expect(span).toMatchObject({ workflow_id: execution, spans: expect.any(Array) })
  },
}
