// How a Flyte Admin answers for attributes that are matched to projects, domains and workflows.
import { beforeEach, expect, test } from 'vitest'
import { asking, get } from './events.js'
import { taskRequest, uniqueName, useTarget } from './target.js'

const target = useTarget('events')
const ask = asking(target)

let project = ''
beforeEach(async () => {
  project = uniqueName()
  expect(await ask('POST', 'projects', { project: { id: project, name: project } })).toEqual([200, {}])
})

const ofProject = (id = project) => `project_attributes/${id}`
const ofDomain = (id = project, domain = 'development') => `project_domain_attributes/${id}/${domain}`
const ofWorkflow = (id = project, workflow = 'wf') => `workflow_attributes/${id}/development/${workflow}`
const put = (path: string, matching_attributes?: object) =>
  ask('PUT', path, { attributes: { ...(matching_attributes && { matching_attributes }) } })
const cpu = (cpu: string) => ({ task_resource_attributes: { defaults: { cpu } } })
const missing = (domain: string, workflow: string, type: string) => [
  404,
  `Resource [{Project:${project} Domain:${domain} Workflow:${workflow} LaunchPlan: ResourceType:${type}}] not found`,
]

test('the most specific attributes hold, and each level can be taken back', async () => {
  expect(await ask('GET', ofDomain())).toEqual(missing('development', '', 'TASK_RESOURCE'))
  expect(await put(ofDomain(), cpu('1'))).toEqual([200, {}])
  const domainWide = { project, domain: 'development', workflow: '', matching_attributes: cpu('1') }
  expect(await get(target, ofWorkflow())).toMatchObject({ attributes: domainWide })
  expect(await put(ofWorkflow(), cpu('2'))).toEqual([200, {}])
  expect(await get(target, ofWorkflow())).toMatchObject({
    attributes: { workflow: 'wf', matching_attributes: cpu('2') },
  })
  expect(await get(target, ofWorkflow(project, 'other'))).toMatchObject({ attributes: domainWide })
  expect(await put(ofDomain(), cpu('3'))).toEqual([200, {}])
  expect(await ask('DELETE', ofWorkflow(), { resource_type: 'TASK_RESOURCE' })).toEqual([200, {}])
  expect(await get(target, ofWorkflow())).toMatchObject({ attributes: { matching_attributes: cpu('3') } })
  expect(await ask('DELETE', ofDomain(), {})).toEqual([200, {}])
  expect(await ask('DELETE', ofDomain(), {})).toEqual([200, {}])
  expect(await ask('GET', `${ofWorkflow()}?resource_type=TASK_RESOURCE`)).toEqual(
    missing('development', 'wf', 'TASK_RESOURCE'),
  )
})

test('overrides of plugins add up by the type of the task', async () => {
  const override = (task_type: string, ...plugin_id: string[]) => ({
    plugin_overrides: { overrides: [{ task_type, plugin_id }] },
  })
  for (const path of [ofDomain(), ofWorkflow()]) {
    for (const attributes of [override('t1', 'a'), override('t1', 'b'), override('t2', 'c')]) {
      expect(await put(path, attributes)).toEqual([200, {}])
    }
    const { attributes } = await get<{
      attributes: { matching_attributes: { plugin_overrides: { overrides: { task_type: string }[] } } }
    }>(target, `${path}?resource_type=PLUGIN_OVERRIDE`)
    const { overrides } = attributes.matching_attributes.plugin_overrides
    expect(overrides.toSorted((one, other) => (one.task_type < other.task_type ? -1 : 1))).toEqual([
      { task_type: 't1', plugin_id: ['b'], missing_plugin_behavior: 'FAIL' },
      { task_type: 't2', plugin_id: ['c'], missing_plugin_behavior: 'FAIL' },
    ])
  }
  // A whole project cannot have any.
  expect(await put(ofProject(), override('t1', 'a'))).toEqual([
    500,
    `unexpected error type for: missing and/or invalid parameters: {${project}    PLUGIN_OVERRIDE}`,
  ])
})

test('how workflows run has a default for every project', async () => {
  const path = `${ofProject()}?resource_type=WORKFLOW_EXECUTION_CONFIG`
  const config = async () => (await ask('GET', path))[1]
  const expected = (workflow_execution_config: object) => ({
    attributes: { project, matching_attributes: { workflow_execution_config } },
  })
  expect(await config()).toMatchObject(expected({ max_parallelism: 25, labels: null }))
  await put(ofProject(), { workflow_execution_config: { interruptible: true } })
  expect(await config()).toMatchObject(expected({ max_parallelism: 25, interruptible: true }))
  await put(ofProject(), { workflow_execution_config: { max_parallelism: 3 } })
  expect(await config()).toMatchObject(expected({ max_parallelism: 3, interruptible: null }))
  await ask('DELETE', ofProject(), { resource_type: 'WORKFLOW_EXECUTION_CONFIG' })
  expect(await config()).toMatchObject(expected({ max_parallelism: 25 }))
  expect(await ask('GET', ofProject())).toEqual(missing('', '', 'TASK_RESOURCE'))
})

test('executions run as the attributes say, unless their launch plan says otherwise', async () => {
  const id = (resource_type: string) => ({ resource_type, project, domain: 'development', name: 'wf', version: 'v1' })
  const { template } = taskRequest('wf').spec
  const inputs = [{ var: 'a', binding: { promise: { node_id: 'start-node', var: 'a' } } }]
  const nodes = [{ id: 'n0', task_node: { reference_id: id('TASK') }, inputs }]
  await ask('POST', 'tasks', { id: id('TASK'), spec: { template: { ...template, id: id('TASK') } } })
  const { interface: interfaces } = template
  await ask('POST', 'workflows', {
    id: id('WORKFLOW'),
    spec: { template: { id: id('WORKFLOW'), interface: interfaces, nodes } },
  })
  await ask('POST', 'launch_plans', { id: id('LAUNCH_PLAN'), spec: { workflow_id: id('WORKFLOW') } })
  const parallelism = async (name: string, spec = {}) => {
    const literals = { a: { scalar: { primitive: { integer: 1 } } } }
    const request = { project, domain: 'development', name, inputs: { literals } }
    const launched = { ...request, spec: { launch_plan: id('LAUNCH_PLAN'), ...spec } }
    expect((await ask('POST', 'executions', launched))[0]).toBe(200)
    const execution = await get<{ spec: { max_parallelism: number } }>(
      target,
      `executions/${project}/development/${name}`,
    )
    return execution.spec.max_parallelism
  }
  const set = (path: string, max_parallelism: number) => put(path, { workflow_execution_config: { max_parallelism } })
  expect(await parallelism('e1')).toBe(25)
  await set(ofProject(), 4)
  expect(await parallelism('e2')).toBe(4)
  await set(ofDomain(), 6)
  expect(await parallelism('e3')).toBe(6)
  await set(ofWorkflow(), 8)
  expect(await parallelism('e4')).toBe(8)
  expect(await parallelism('e5', { max_parallelism: 2 })).toBe(2)
})

test('all attributes of one type are listed', async () => {
  const attributes = { execution_queue_attributes: { tags: ['q'] } }
  await put(ofWorkflow(), attributes)
  const { configurations } = await get<{ configurations: { project: string }[] }>(
    target,
    'matchable_attributes?resource_type=EXECUTION_QUEUE',
  )
  expect(configurations.filter((configuration) => configuration.project === project)).toEqual([
    { attributes, project, domain: 'development', workflow: 'wf', launch_plan: '', org: '' },
  ])
  expect(await ask('GET', 'matchable_attributes?resource_type=77')).toEqual([
    400,
    'parsing field "resource_type": "77" is not a valid value',
  ])
})

test('what is not there, or not for this, is refused', async () => {
  const unregistered = (id: string) =>
    `failed to validate that project [${id}] and domain [development] are registered, err: [project [${id}] not found]`
  const id = `${project}x`
  expect(await put(ofDomain(id), cpu('1'))).toEqual([400, unregistered(id)])
  expect(await ask('GET', ofWorkflow(id))).toEqual([400, unregistered(id)])
  expect(await put(ofDomain(project, 'nowhere'), cpu('1'))).toEqual([400, 'domain [nowhere] is unrecognized by system'])
  const unknown = (wanted: string) =>
    `failed to validate that project [${id}] ${wanted}, err: [project [${id}] not found]`
  expect(await ask('GET', ofProject(id))).toEqual([400, unknown('exists')])
  expect(await put(ofProject(id), cpu('1'))).toEqual([400, unknown('is registered')])
  for (const [path, name] of [
    [ofProject(), project],
    [ofDomain(), `${project}-development`],
    [ofWorkflow(), `${project}-development-wf`],
  ] as const) {
    expect(await put(path)).toEqual([400, 'missing matching_attributes'])
    const unrecognized = `Unrecognized matching attributes type for request ${name}`
    expect(await put(path, { quality_of_service: { tier: 'HIGH' } })).toEqual([400, unrecognized])
  }
})

test('an archived project keeps its attributes, and takes no others', async () => {
  await ask('PUT', `projects/${project}`, { state: 'ARCHIVED' })
  const inactive = [400, `project [${project}] is not active`]
  expect((await ask('GET', `${ofProject()}?resource_type=WORKFLOW_EXECUTION_CONFIG`))[0]).toBe(200)
  expect(await put(ofProject(), cpu('1'))).toEqual(inactive)
  expect(await put(ofDomain(), cpu('1'))).toEqual(inactive)
  await ask('PUT', `projects/${project}`, { description: 'any change brings it back' })
  expect(await put(ofProject(), cpu('1'))).toEqual([200, {}])
})
