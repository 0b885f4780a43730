// How a Flyte Admin answers for what tasks, workflows, names and projects are described with.
import { beforeEach, expect, test } from 'vitest'
import { asking, get } from './events.js'
import { identifier, taskRequest, uniqueName, useTarget } from './target.js'

interface Description {
  id: { version: string; resource_type: string }
  short_description: string
}

const target = useTarget('events')
const ask = asking(target)

let name = ''
beforeEach(() => {
  name = uniqueName()
})

async function registerTask(version: string, description?: object): Promise<void> {
  const { id, spec } = taskRequest(name, version)
  expect(await ask('POST', 'tasks', { id, spec: { ...spec, ...(description && { description }) } })).toEqual([200, {}])
}
const one = (type: string, version = 'v1') => `description_entities/${type}/flytesnacks/development/${name}/${version}`
const all = (query: string, type = 'TASK') => `description_entities/${type}/flytesnacks/development/${name}?${query}`
const versions = async (query: string, type?: string) => {
  const page = await get<{ descriptionEntities: Description[]; token: string }>(target, all(query, type))
  return [...page.descriptionEntities.map(({ id }) => `${id.resource_type} ${id.version}`), page.token]
}

test('a description comes with a registration, without its tags', async () => {
  const long_description = { value: '# Long', format: 'DESCRIPTION_FORMAT_MARKDOWN' }
  const source_code = { link: 'https://example.com/x' }
  await registerTask('v1', { short_description: 'short', long_description, source_code, tags: ['t'] })
  await registerTask('v2', { short_description: 'only' })
  await registerTask('v3')
  expect(await get(target, one('TASK'))).toEqual({
    id: { ...identifier('TASK', name), org: '' },
    short_description: 'short',
    long_description: { ...long_description, icon_link: '' },
    source_code,
    tags: [],
  })
  expect(await get(target, one('TASK', 'v2'))).toMatchObject({
    short_description: 'only',
    long_description: { format: 'DESCRIPTION_FORMAT_UNKNOWN', icon_link: '' },
    source_code: { link: '' },
  })
  expect(await ask('GET', one('TASK', 'v3'))).toEqual([404, 'entry not found'])
  // The kind is not looked at.
  expect(await get(target, one('LAUNCH_PLAN'))).toMatchObject({ id: identifier('TASK', name) })
})

test('descriptions of a name are listed in pages, filtered and sorted', async () => {
  await registerTask('v1', { short_description: 'z' })
  await registerTask('v2', { short_description: 'a' })
  const sorted = 'sort_by.key=version&sort_by.direction=ASCENDING'
  expect(await versions(`limit=1&${sorted}`)).toEqual(['TASK v1', '1'])
  expect(await versions(`limit=9&${sorted}`)).toEqual(['TASK v1', 'TASK v2', ''])
  expect(await versions(`limit=9&${sorted}`, 'WORKFLOW')).toEqual(['TASK v1', 'TASK v2', ''])
  expect(await versions('limit=9&filters=eq(version,v2)')).toEqual(['TASK v2', ''])
  expect(await versions('limit=9&sort_by.key=short_description')).toEqual(['TASK v1', 'TASK v2', ''])
  const refusal = async (query: string) => (await ask('GET', all(query)))[1]
  expect(await refusal('')).toBe('invalid value for limit')
  expect(await refusal('limit=1&token=z')).toBe('invalid pagination token z for ListWorkflows')
  expect(await refusal('limit=1&filters=eq(nope,1)')).toBe("'t.nope' is invalid filter")
  expect(await refusal('limit=1&sort_by.key=nope')).toBe("invalid sort key 'nope'")
})

test('the state of a name is what the last change said, its description the last one that was not empty', async () => {
  await registerTask('v1')
  const path = `named_entities/TASK/flytesnacks/development/${name}`
  const change = (metadata?: object) => ask('PUT', path, { ...(metadata && { metadata }) })
  const metadata = async () => (await get<{ metadata: object }>(target, path)).metadata
  expect(await metadata()).toEqual({ description: '', state: 'NAMED_ENTITY_ACTIVE' })
  expect(await change({ description: 'd', state: 'NAMED_ENTITY_ARCHIVED' })).toEqual([200, {}])
  expect(await metadata()).toEqual({ description: 'd', state: 'NAMED_ENTITY_ARCHIVED' })
  await change({})
  expect(await metadata()).toEqual({ description: 'd', state: 'NAMED_ENTITY_ACTIVE' })
  expect(await change()).toEqual([400, 'missing metadata'])
  expect(await ask('PUT', `${path}x`, { metadata: {} })).toEqual([404, 'entry not found'])
})

test('names are cut into pages before they are filtered', async () => {
  const project = name
  await ask('POST', 'projects', { project: { id: project, name: project } })
  for (const task of ['a', 'b', 'c']) {
    const { template } = taskRequest(task).spec
    const id = { ...identifier('TASK', task), project }
    expect(await ask('POST', 'tasks', { id, spec: { template: { ...template, id } } })).toEqual([200, {}])
  }
  const names = async (query: string) => {
    const sorted = 'sort_by.key=name&sort_by.direction=ASCENDING'
    const path = `named_entities/TASK/${project}/development?${query}&${sorted}`
    const page = await get<{ entities: { id: { name: string } }[]; token: string }>(target, path)
    return [...page.entities.map(({ id }) => id.name), page.token]
  }
  expect(await names('limit=9&filters=ne(name,a)')).toEqual(['b', 'c', ''])
  expect(await names('limit=2&filters=ne(name,a)')).toEqual(['b', ''])
  expect(await names('limit=1&filters=eq(name,c)')).toEqual([''])
})

test('a project keeps what a change leaves out, but for its state', async () => {
  const path = `projects/${name}`
  const project = async () => get(target, path)
  await ask('POST', 'projects', { project: { id: name, name, labels: { values: { team: 'x' } } } })
  expect(await ask('PUT', path, { name: 'New', description: 'd', state: 'ARCHIVED' })).toEqual([200, {}])
  expect(await project()).toMatchObject({
    name: 'New',
    description: 'd',
    labels: { values: { team: 'x' } },
    state: 'ARCHIVED',
  })
  expect(await ask('PUT', path, { description: 'e' })).toEqual([200, {}])
  expect(await project()).toMatchObject({ name: 'New', description: 'e', state: 'ACTIVE' })
  expect(await ask('PUT', `${path}x`, {})).toEqual([404, `project [${name}x] not found`])
})

test('labels are such as Kubernetes takes', async () => {
  const register = async (values: object) => {
    const id = uniqueName()
    return (await ask('POST', 'projects', { project: { id, name: id, labels: { values } } }))[1]
  }
  expect(await register({ 'a.b/c-d': 'E_f.1', empty: '' })).toEqual({})
  expect(await register({ 'a b': 'c' })).toMatch(/^invalid label key \[a b\]: \[name part must consist of /)
  expect(await register({ '': 'c' })).toMatch(/^invalid label key \[\]: \[name part must be non-empty name part must/)
  expect(await register({ a: 'b c' })).toMatch(/^invalid label value \[b c\]: \[a valid label must be an empty string/)
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']))
  expect(await register(many)).toBe('labels map cannot exceed 16 entries')
})

test('a container needs something to run', async () => {
  const { id, spec } = taskRequest(name)
  const register = (container: object) =>
    ask('POST', 'tasks', { id, spec: { template: { ...spec.template, container } } })
  expect(await register({ image: 'i' })).toEqual([
    400,
    'task failed compilation with Collected Errors: 1\n\tError 0: Code: ValueRequired, Node Id: container, Description: Value required [command].\n',
  ])
  expect(await register({ image: 'i', command: ['c'] })).toEqual([200, {}])
})
