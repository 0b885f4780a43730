import { expect } from 'vitest'
import { type RoundTrips, taskSpec, uniqueName } from './world.js'

/** What is known of a name, whatever its versions, and what is written about a version. */
export const namedEntities: RoundTrips<
  | 'admin.listNamedEntities'
  | 'admin.getNamedEntity'
  | 'admin.updateNamedEntity'
  | 'admin.getDescriptionEntity'
  | 'admin.listDescriptionEntities'
> = {
  'admin.listNamedEntities': async ({ admin, parent, named }) => {
    for (const resource_type of ['TASK', 'WORKFLOW', 'LAUNCH_PLAN'] as const) {
      const filters = `eq(name,${named.name})`
      const { entities } = await admin.listNamedEntities({ resource_type, ...parent, limit: 5, filters })
      expect(entities).toMatchObject([{ resource_type, id: named, metadata: { state: 'NAMED_ENTITY_ACTIVE' } }])
    }
  },

  'admin.getNamedEntity': async ({ admin, named }) => {
    expect(await admin.getNamedEntity({ resource_type: 'WORKFLOW', id: named })).toMatchObject({
      resource_type: 'WORKFLOW',
      id: named,
      metadata: { description: '', state: 'NAMED_ENTITY_ACTIVE' },
    })
  },

  'admin.updateNamedEntity': async ({ admin, task }) => {
    const id = { ...task, name: uniqueName() }
    await admin.createTask({ id, spec: taskSpec })
    const { version: _, resource_type, ...named } = id
    const metadata = { description: 'über alles', state: 'NAMED_ENTITY_ARCHIVED' } as const
    expect(await admin.updateNamedEntity({ resource_type, id: named, metadata })).toEqual({})
    expect((await admin.getNamedEntity({ resource_type, id: named })).metadata).toEqual(metadata)
  },

  'admin.getDescriptionEntity': async ({ admin, task }) => {
    expect(await admin.getDescriptionEntity({ id: task })).toMatchObject({
      id: task,
      short_description: 'adds up',
      long_description: { value: 'Adds *up*.', format: 'DESCRIPTION_FORMAT_UNKNOWN' },
    })
    await expect(admin.getDescriptionEntity({ id: { ...task, version: 'v0' } })).rejects.toMatchObject({ status: 404 })
  },

  'admin.listDescriptionEntities': async ({ admin, parent, named, task }) => {
    const filters = 'eq(version,v1)'
    const request = { resource_type: 'TASK', id: named, limit: 5, filters } as const
    const { descriptionEntities } = await admin.listDescriptionEntities(request)
    expect(descriptionEntities).toContainEqual(expect.objectContaining({ id: { ...task, org: '' } }))
    // The route without a name is there, but never of use.
    const unnamed = admin.listDescriptionEntities({ ...request, id: parent })
    await expect(unnamed).rejects.toMatchObject({
      grpcStatus: 'INVALID_ARGUMENT',
      message: expect.stringContaining('missing name'),
    })
  },
}
