import { expect, test } from 'vitest'
import { identifier, launchExecution, taskRequest, uniqueName, useTarget } from './target.js'

const target = useTarget()
const api = '/api/v1'

test('fact 1: snake_case needs exactly Accept: application/json, or that Content-Type', async () => {
  const casings: [string, Record<string, string>][] = [
    ['clientId', {}],
    ['clientId', { accept: '*/*' }],
    ['clientId', { accept: 'application/json; charset=utf-8' }],
    ['clientId', { accept: 'application/json, text/plain, */*' }],
    ['clientId', { accept: 'Application/JSON' }],
    ['clientId', { accept: 'application/x-protobuf' }],
    ['client_id', { accept: 'application/json' }],
    ['client_id', { 'content-type': 'application/json' }],
    ['client_id', { accept: '*/*', 'content-type': 'application/json; charset=utf-8' }],
  ]
  for (const [key, headers] of casings) {
    const answer = await target.send('/config/v1/flyte_client', { headers })
    expect(Object.keys(answer.json()), JSON.stringify(headers)).toContain(key)
    expect(answer.headers['content-type']).toBe('application/json')
  }
  const discovery = await target.send('/.well-known/oauth-authorization-server')
  expect(discovery.json()).toHaveProperty('tokenEndpoint')

  const snake = taskRequest(uniqueName())
  const { resource_type: resourceType, ...rest } = identifier('TASK', uniqueName())
  const camel = { id: { ...rest, resourceType }, spec: snake.spec }
  expect((await target.call('POST', `${api}/tasks`, snake)).status).toBe(200)
  expect((await target.call('POST', `${api}/tasks`, camel)).status).toBe(200)
})

test('fact 2: unset fields are there, unset members of a oneof are not', async () => {
  const name = uniqueName()
  await target.call('POST', `${api}/tasks`, taskRequest(name))
  const answer = await target.call('GET', `${api}/tasks/flytesnacks/development/${name}/v1`)
  const task = answer.json<{
    short_description: string
    closure: { compiled_task: { template: Record<string, unknown> } }
  }>()
  expect(task.short_description).toBe('')
  expect(task.closure.compiled_task.template).toMatchObject({
    custom: null,
    security_context: null,
    task_type_version: 0,
    config: {},
    metadata: { discoverable: false, generates_deck: null, tags: {}, cache_ignore_input_vars: [] },
    interface: { outputs: null },
    container: { command: [], resources: null, architecture: 'UNKNOWN' },
  })
  expect(task.closure.compiled_task.template).not.toHaveProperty('k8s_pod')
  expect(task.closure.compiled_task.template.metadata).not.toHaveProperty('interruptible')
})

test('fact 3: int64 as digits, enums by name, durations, timestamps and bytes as protobuf writes them', async () => {
  const name = uniqueName()
  await launchExecution(target, name, '9007199254740993')
  const data = await target.call('GET', `${api}/data/executions/flytesnacks/development/${name}`)
  expect(data.json()).toMatchObject({
    full_inputs: { literals: { a: { scalar: { primitive: { integer: '9007199254740993' } } } } },
    inputs: { bytes: '0' },
  })

  const launchPlan = {
    id: identifier('LAUNCH_PLAN', name, 'bytes'),
    spec: {
      workflow_id: identifier('WORKFLOW', name),
      fixed_inputs: { literals: { a: { scalar: { primitive: { integer: 7 } } } } },
      annotations: { values: { k: 'v' } },
    },
  }
  expect((await target.call('POST', `${api}/launch_plans`, launchPlan)).status).toBe(200)
  const registered = await target.call('GET', `${api}/launch_plans/flytesnacks/development/${name}/bytes`)
  expect(registered.json()).toMatchObject({
    id: { resource_type: 'LAUNCH_PLAN' },
    spec: { fixed_inputs: { literals: { a: { scalar: { primitive: { integer: '7' } } } } } },
    closure: { state: 'INACTIVE', created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/) },
  })

  const task = await target.call('GET', `${api}/tasks/flytesnacks/development/${name}/v1`)
  expect(task.json()).toMatchObject({ closure: { compiled_task: { template: { metadata: { timeout: '90s' } } } } })

  const custom = taskRequest(uniqueName())
  const withNumbers = { ...custom, id: { ...custom.id, resource_type: 1 } }
  expect((await target.call('POST', `${api}/tasks`, withNumbers)).status).toBe(200)
  const upload = await target.call('POST', `${api}/dataproxy/artifact_urn`, { content_md5: 'not base64!' })
  expect(upload.status).toBe(400)
})

test('fact 4: an unknown JSON field gets 400, an unknown query parameter is ignored', async () => {
  const unknown = await target.call('POST', `${api}/tasks`, '{"unknown_field": 1}')
  expect(unknown.status).toBe(400)
  expect(unknown.json()).toEqual({
    code: 3,
    message: expect.stringMatching(/^proto:\s+\(line 1:2\): unknown field "unknown_field"$/),
    details: [],
  })
  const loose = await target.call('POST', `${api}/tasks`, '{"unknown_field": 1}', { 'content-type': 'text/plain' })
  expect(loose.json()).toMatchObject({ message: 'missing id' })
  expect((await target.call('GET', `${api}/projects?limit=1&bogus=1&id.bogus=2`)).status).toBe(200)
})

test('fact 5: protobuf bodies go by application/octet-stream only, errors too', async () => {
  const binary = { accept: 'application/octet-stream' }
  const projects = await target.call('GET', `${api}/projects?filters=eq(identifier,flytesnacks)`, undefined, binary)
  expect(projects.headers['content-type']).toBe('application/octet-stream')
  expect(projects.bytes.subarray(2, 15).toString()).toBe('\n\u000bflytesnacks')

  const missing = await target.call('GET', `${api}/projects/missing`, undefined, binary)
  expect(missing.status).toBe(404)
  expect(missing.bytes.toString()).toBe('\b\u0005\u0012\u001bproject [missing] not found')

  // A TaskGetRequest's id in binary, answered in the same form without an Accept.
  const body = '\n\u0002\b\u0001'
  const sent = { authorization: `Bearer ${await target.token()}`, 'content-type': 'application/octet-stream' }
  const refused = await target.send(`${api}/tasks`, { method: 'POST', headers: sent, body })
  expect(refused.status).toBe(400)
  expect(refused.headers['content-type']).toBe('application/octet-stream')
  expect(refused.bytes.toString()).toBe('\b\u0003\u0012\u000fmissing project')

  const other = await target.send(`${api}/tasks`, {
    method: 'POST',
    headers: { ...sent, 'content-type': 'application/x-protobuf' },
    body: '*\u0002',
  })
  expect(other.json()).toMatchObject({ code: 3, message: `invalid character '*' looking for beginning of value` })
})
