import { expect } from 'vitest'
import { type RoundTrips, taskSpec, uniqueName, workflowSpec } from './world.js'

/** Only what is named so, in the order in which it came. */
const newestOf = (name: string) =>
  ({ limit: 5, filters: `eq(name,${name})`, sort_by: { key: 'name', direction: 'DESCENDING' } }) as const

/** Tasks, workflows and launch plans. */
export const registrations: RoundTrips<
  | 'admin.createTask'
  | 'admin.getTask'
  | 'admin.listTaskIds'
  | 'admin.listTasks'
  | 'admin.createWorkflow'
  | 'admin.getWorkflow'
  | 'admin.listWorkflowIds'
  | 'admin.listWorkflows'
  | 'admin.createLaunchPlan'
  | 'admin.getLaunchPlan'
  | 'admin.getActiveLaunchPlan'
  | 'admin.listActiveLaunchPlans'
  | 'admin.listLaunchPlanIds'
  | 'admin.listLaunchPlans'
  | 'admin.updateLaunchPlan'
> = {
  'admin.createTask': async ({ admin, task }) => {
    const id = { ...task, version: uniqueName() }
    expect(await admin.createTask({ id, spec: taskSpec })).toEqual({})
    await expect(admin.createTask({ id, spec: taskSpec })).rejects.toMatchObject({ grpcStatus: 'ALREADY_EXISTS' })
  },

  'admin.getTask': async ({ admin, task }) => {
    const { description, ...spec } = taskSpec
    expect(await admin.getTask({ id: task })).toMatchObject({
      id: task,
      closure: { compiled_task: { template: { id: task, ...spec.template } } },
      short_description: description.short_description,
    })
    await expect(admin.getTask({ id: { ...task, version: 'v0' } })).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  },

  'admin.listTaskIds': async ({ admin, parent, named }) => {
    expect((await admin.listTaskIds({ ...parent, ...newestOf(named.name) })).entities).toMatchObject([named])
  },

  'admin.listTasks': async ({ admin, parent, named, task }) => {
    const filters = `eq(task.name,${task.name})+value_in(task.version,v1;v2)`
    for (const id of [named, parent]) {
      const { tasks, token } = await admin.listTasks({ id, limit: 1, filters })
      expect(tasks.map((each) => each.id)).toMatchObject([task])
      // The token is an offset, and comes also with a last page that is exactly full.
      expect(token).toBe('1')
      expect(await admin.listTasks({ id, limit: 1, filters, token })).toEqual({ tasks: [], token: '' })
    }
  },

  'admin.createWorkflow': async ({ admin, task, workflow }) => {
    const id = { ...workflow, version: uniqueName() }
    expect(await admin.createWorkflow({ id, spec: workflowSpec(task) })).toEqual({})
    await expect(admin.createWorkflow({ id, spec: workflowSpec(task) })).rejects.toMatchObject({ status: 409 })
  },

  'admin.getWorkflow': async ({ admin, task, workflow }) => {
    const { id, closure, short_description } = await admin.getWorkflow({ id: workflow })
    expect({ id, short_description }).toMatchObject({ id: workflow, short_description: 'adds up once' })
    const { primary, tasks } = closure?.compiled_workflow ?? {}
    expect(primary?.template?.nodes.map((node) => node.id).sort()).toEqual(['end-node', 'n0', 'start-node'])
    expect(primary?.connections?.downstream).toEqual({ 'start-node': { ids: ['n0'] }, n0: { ids: ['end-node'] } })
    expect(tasks?.map(({ template }) => template?.id)).toMatchObject([task])
  },

  'admin.listWorkflowIds': async ({ admin, parent, named }) => {
    expect((await admin.listWorkflowIds({ ...parent, ...newestOf(named.name) })).entities).toMatchObject([named])
  },

  'admin.listWorkflows': async ({ admin, parent, named, workflow }) => {
    const filters = `eq(workflow.name,${named.name})+eq(workflow.version,v1)`
    for (const id of [named, parent]) {
      const { workflows } = await admin.listWorkflows({ id, limit: 5, filters })
      expect(workflows.map((each) => each.id)).toMatchObject([workflow])
    }
  },

  'admin.createLaunchPlan': async ({ admin, launchPlan, workflow }) => {
    const id = { ...launchPlan, version: uniqueName() }
    const spec = {
      workflow_id: workflow,
      fixed_inputs: { literals: { count: { scalar: { primitive: { integer: '-9223372036854775808' } } } } },
      annotations: { values: { ü: '"' } },
      interruptible: false,
    }
    expect(await admin.createLaunchPlan({ id, spec })).toEqual({})
    const { spec: read, closure } = await admin.getLaunchPlan({ id })
    expect(read).toMatchObject(spec)
    expect(closure).toMatchObject({ state: 'INACTIVE', expected_inputs: { parameters: {} } })
  },

  'admin.getLaunchPlan': async ({ admin, launchPlan, workflow }) => {
    expect(await admin.getLaunchPlan({ id: launchPlan })).toMatchObject({
      id: launchPlan,
      spec: { workflow_id: workflow, fixed_inputs: null, interruptible: null },
      closure: { state: 'ACTIVE', expected_inputs: { parameters: { count: { required: true } } } },
    })
  },

  'admin.getActiveLaunchPlan': async ({ admin, named, launchPlan }) => {
    expect((await admin.getActiveLaunchPlan({ id: named })).id).toMatchObject(launchPlan)
    const error = { grpcStatus: 'NOT_FOUND' }
    await expect(admin.getActiveLaunchPlan({ id: { ...named, name: uniqueName() } })).rejects.toMatchObject(error)
  },

  'admin.listActiveLaunchPlans': async ({ admin, parent, launchPlan }) => {
    const { launch_plans } = await admin.listActiveLaunchPlans({ ...parent, limit: 5 })
    expect(launch_plans.map(({ id }) => id)).toMatchObject([launchPlan])
  },

  'admin.listLaunchPlanIds': async ({ admin, parent, named }) => {
    expect((await admin.listLaunchPlanIds({ ...parent, ...newestOf(named.name) })).entities).toMatchObject([named])
  },

  'admin.listLaunchPlans': async ({ admin, parent, named, launchPlan }) => {
    const filters = `eq(launch_plan.version,${launchPlan.version})+eq(workflow.name,${named.name})`
    for (const id of [named, parent]) {
      const { launch_plans } = await admin.listLaunchPlans({ id, limit: 5, filters })
      expect(launch_plans.map((each) => each.id)).toMatchObject([launchPlan])
    }
  },

  'admin.updateLaunchPlan': async ({ admin, launchPlan, workflow }) => {
    const name = uniqueName()
    for (const version of ['v1', 'v2']) {
      const id = { ...launchPlan, name, version }
      await admin.createLaunchPlan({ id, spec: { workflow_id: workflow } })
      expect(await admin.updateLaunchPlan({ id, state: 'ACTIVE' })).toEqual({})
      // One version at a time: the other one is put to rest.
      expect((await admin.getActiveLaunchPlan({ id: { ...launchPlan, name } })).id).toMatchObject(id)
      await (version === 'v2' && admin.updateLaunchPlan({ id, state: 'INACTIVE' }))
    }
    await expect(admin.getActiveLaunchPlan({ id: { ...launchPlan, name } })).rejects.toMatchObject({ status: 404 })
  },
}
