import { expect } from 'vitest'
import { type RoundTrips, uniqueName, type World } from './world.js'

const resource_type = 'TASK_RESOURCE' as const
const ofCpu = (cpu: string) => ({ task_resource_attributes: { defaults: { cpu }, limits: { memory: '2Gi' } } })
const notThere = { grpcStatus: 'NOT_FOUND' }

/** What is set of attributes is had, until it is deleted: the story of each of the three kinds. */
const stories = {
  projectDomain: async ({ admin, parent }: World) => {
    const attributes = { ...parent, matching_attributes: ofCpu('1') }
    expect(await admin.updateProjectDomainAttributes({ attributes })).toEqual({})
    const get = () => admin.getProjectDomainAttributes({ ...parent, resource_type })
    expect(await get()).toMatchObject({ attributes })
    expect(await admin.deleteProjectDomainAttributes({ ...parent, resource_type })).toEqual({})
    await expect(get()).rejects.toMatchObject(notThere)
  },

  project: async ({ admin, parent: { project } }: World) => {
    const attributes = { project, matching_attributes: ofCpu('2') }
    expect(await admin.updateProjectAttributes({ attributes })).toEqual({})
    const get = () => admin.getProjectAttributes({ project, resource_type })
    expect(await get()).toMatchObject({ attributes })
    expect(await admin.deleteProjectAttributes({ project, resource_type })).toEqual({})
    await expect(get()).rejects.toMatchObject(notThere)
  },

  workflow: async ({ admin, parent }: World) => {
    const workflow = `${uniqueName()}.flow ü`
    const attributes = { ...parent, workflow, matching_attributes: ofCpu('3') }
    expect(await admin.updateWorkflowAttributes({ attributes })).toEqual({})
    const get = () => admin.getWorkflowAttributes({ ...parent, workflow, resource_type })
    expect(await get()).toMatchObject({ attributes })
    expect(await admin.deleteWorkflowAttributes({ ...parent, workflow, resource_type })).toEqual({})
    await expect(get()).rejects.toMatchObject(notThere)
  },
}

/** Attributes of projects, domains and workflows. */
export const attributes: RoundTrips<
  | `admin.${'update' | 'get' | 'delete'}${'ProjectDomain' | 'Project' | 'Workflow'}Attributes`
  | 'admin.listMatchableAttributes'
> = {
  'admin.updateProjectDomainAttributes': stories.projectDomain,
  'admin.getProjectDomainAttributes': stories.projectDomain,
  'admin.deleteProjectDomainAttributes': stories.projectDomain,
  'admin.updateProjectAttributes': stories.project,
  'admin.getProjectAttributes': stories.project,
  'admin.deleteProjectAttributes': stories.project,
  'admin.updateWorkflowAttributes': stories.workflow,
  'admin.getWorkflowAttributes': stories.workflow,
  'admin.deleteWorkflowAttributes': stories.workflow,

  'admin.listMatchableAttributes': async ({ admin, parent }) => {
    const label = { value: uniqueName() }
    const matching_attributes = { execution_cluster_label: label }
    await admin.updateProjectDomainAttributes({ attributes: { ...parent, matching_attributes } })
    const { configurations } = await admin.listMatchableAttributes({ resource_type: 'EXECUTION_CLUSTER_LABEL' })
    expect(configurations).toContainEqual({
      attributes: { execution_cluster_label: label },
      ...parent,
      workflow: '',
      launch_plan: '',
      org: '',
    })
    await admin.deleteProjectDomainAttributes({ ...parent, resource_type: 'EXECUTION_CLUSTER_LABEL' })
  },
}
