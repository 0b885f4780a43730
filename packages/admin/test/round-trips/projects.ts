import { expect } from 'vitest'
import { type RoundTrips, uniqueName } from './world.js'

const domains = ['development', 'staging', 'production'].map((id) => ({ id, name: id }))

/** Projects and their domains. */
export const projects: RoundTrips<
  'admin.registerProject' | 'admin.updateProject' | 'admin.getProject' | 'admin.listProjects' | 'admin.getDomains'
> = {
  'admin.registerProject': async ({ admin }) => {
    const id = `wire-${uniqueName()}`
    expect(await admin.registerProject({ project: { id, name: 'Snäcks', description: 'all of "them"' } })).toEqual({})
    expect(await admin.getProject({ id })).toMatchObject({ id, name: 'Snäcks', description: 'all of "them"' })
    await expect(admin.registerProject({ project: { id, name: 'again' } })).rejects.toMatchObject({ status: 409 })
    await admin.updateProject({ id, name: 'Snäcks', state: 'ARCHIVED' })
  },

  'admin.updateProject': async ({ admin, parent }) => {
    const id = parent.project
    const labels = { values: { team: uniqueName() } }
    expect(await admin.updateProject({ id, name: id, labels })).toEqual({})
    expect((await admin.getProject({ id })).labels).toEqual(labels)
  },

  'admin.getProject': async ({ admin, parent }) => {
    expect(await admin.getProject({ id: parent.project })).toMatchObject({
      id: parent.project,
      name: parent.project,
      state: 'ACTIVE',
      domains,
    })
    await expect(admin.getProject({ id: uniqueName() })).rejects.toMatchObject({ status: 404 })
  },

  'admin.listProjects': async ({ admin, parent }) => {
    const { projects, token } = await admin.listProjects({
      limit: 2,
      filters: `eq(project.identifier,${parent.project})+eq(state,0)`,
      sort_by: { key: 'created_at', direction: 'DESCENDING' },
    })
    expect([projects.map(({ id }) => id), token]).toEqual([[parent.project], ''])
  },

  'admin.getDomains': async ({ admin }) => {
    expect(await admin.getDomains()).toEqual({ domains })
  },
}
