import { connect } from 'node:http2'
import { expect, test } from 'vitest'
import { type ErrorBody, launchExecution, taskRequest, uniqueName, useTarget } from './target.js'

const target = useTarget()
const api = '/api/v1'
const inDomain = (collection: string) => `${api}/${collection}/flytesnacks/development`

interface TaskPage {
  tasks: { id: { name: string; version: string } }[]
  token: string
}

async function registerVersions(name: string, versions: string[]): Promise<void> {
  for (const version of versions) {
    expect((await target.call('POST', `${api}/tasks`, taskRequest(name, version))).status).toBe(200)
  }
}

test('fact 38: limit is required but for projects, the token is an offset, a full last page has one too', async () => {
  expect((await target.call('GET', `${api}/projects`)).status).toBe(200)
  for (const collection of ['tasks', 'workflows', 'launch_plans', 'executions', 'task_ids', 'named_entities/TASK']) {
    const path = collection.includes('/') ? `${api}/${collection}/flytesnacks/development` : inDomain(collection)
    const answer = await target.call('GET', path)
    expect([answer.status, answer.json<ErrorBody>().message], collection).toEqual([400, 'invalid value for limit'])
  }
  const name = uniqueName()
  await registerVersions(name, ['v1', 'v2'])
  const page = async (query: string) =>
    (await target.call('GET', `${inDomain('tasks')}/${name}?${query}`)).json<TaskPage>()
  expect((await page('limit=1')).token).toBe('1')
  const last = await page('limit=1&token=1')
  expect([last.tasks.length, last.token]).toEqual([1, '2'])
  expect(await page('limit=1&token=2')).toEqual({ tasks: [], token: '' })
  expect((await page('limit=3')).token).toBe('')
  const bad = await target.call('GET', `${inDomain('tasks')}?limit=1&token=zzz`)
  expect(bad.json<ErrorBody>().message).toBe('invalid pagination token zzz for ListTasks')
})

test('fact 39: query parameters in both cases, filters joined by an encoded plus, a raw semicolon gets 400', async () => {
  const name = uniqueName()
  await registerVersions(name, ['v1', 'v2', 'w3'])
  const versions = async (query: string) => {
    const answer = await target.call('GET', `${inDomain('tasks')}/${name}?limit=10&${query}`)
    return answer.status === 200
      ? answer.json<TaskPage>().tasks.map(({ id }) => id.version)
      : answer.json<ErrorBody>().message
  }
  expect(await versions('sort_by.key=version&sort_by.direction=DESCENDING')).toEqual(['w3', 'v2', 'v1'])
  expect(await versions('sortBy.key=version&sortBy.direction=ASCENDING')).toEqual(['v1', 'v2', 'w3'])
  expect(await versions('sort_by.key=version&sort_by.direction=1')).toEqual(['v1', 'v2', 'w3'])
  expect(await versions(`filters=eq(version,v2)%2Beq(name,${name})`)).toEqual(['v2'])
  expect(await versions('filters=ne(version,v2)')).toEqual(['v1', 'w3'])
  expect(await versions('filters=contains(version,v)')).toEqual(['v1', 'v2'])
  expect(await versions('filters=value_in(version,v1%3Bw3)')).toEqual(['v1', 'w3'])
  expect(await versions('filters=value_not_in(version,v1%3Bw3)')).toEqual(['v2'])
  expect(await versions('filters=gt(version,v1)%2Blt(version,w)')).toEqual(['v2'])
  expect(await versions('filters=gte(version,v2)%2Blte(version,w3)')).toEqual(['v2', 'w3'])
  expect(await versions('filters=eq(version,v2)+eq(type,x)')).toBe('unrecognized filter function: eq(version,v2) eq')
  expect(await versions('filters=value_in(version,v1;v2)')).toBe('invalid semicolon separator in query')
  expect(await versions('filters=eq(bogus,1)')).toBe("'t.bogus' is invalid filter")
  expect(await versions('filters=garbage')).toBe('invalid value for filters')
  expect(await versions('sort_by.key=bogus')).toBe("invalid sort key 'bogus'")
  expect(await versions('sort_by.direction=SIDEWAYS')).toBe(
    'parsing field "direction": "SIDEWAYS" is not a valid value',
  )
  expect(await versions('limit=abc')).toBe('too many values for field "limit": 10, abc')
  const limit = await target.call('GET', `${inDomain('tasks')}?limit=-1`)
  expect(limit.json<ErrorBody>().message).toBe('parsing field "limit": strconv.ParseUint: parsing "-1": invalid syntax')
})

test('fact 40: names with a slash can be registered but not fetched by path', async () => {
  const name = `a/b ${uniqueName()}%é`
  await registerVersions(name, ['1/2+3'])
  const path = `${inDomain('tasks')}/${encodeURIComponent(name)}/${encodeURIComponent('1/2+3')}`
  const answer = await target.call('GET', path)
  expect(answer.status).toBe(404)
  expect(answer.json()).toEqual({ code: 5, message: 'Not Found', details: [] })
  const plain = `a b ${uniqueName()}%é`
  await registerVersions(plain, ['2+3'])
  expect((await target.call('GET', `${inDomain('tasks')}/${encodeURIComponent(plain)}/2%2B3`)).status).toBe(200)
  const empty = await target.call('GET', `${api}/projects/`)
  expect(empty.json()).toMatchObject({ code: 3, message: 'missing project_id' })
})

test('fact 41: a nested path parameter repeated in the query may override the path', async () => {
  const name = uniqueName()
  await registerVersions(name, ['v1'])
  const missing = `${inDomain('tasks')}/missing/v1`
  const overridden = await target.call('GET', `${missing}?id.name=${name}`)
  expect(overridden.json<{ id: { name: string } }>().id.name).toBe(name)
  // Every other one only: the version of the path stays, and so does what is no part of a message.
  const version = await target.call('GET', `${inDomain('tasks')}/${name}/v1?id.version=v9`)
  expect(version.json<{ id: { version: string } }>().id.version).toBe('v1')
  const project = await target.call('GET', `${api}/projects/flytesnacks?id=flytetester`)
  expect(project.json<{ id: string }>().id).toBe('flytesnacks')
})

test('fact 42: no gzip, HEAD is 501, // is 307, Grpc-Timeout is honoured, HTTP/1.1 only', async () => {
  const zipped = await target.call('GET', `${api}/projects`, undefined, { 'accept-encoding': 'gzip, br' })
  expect(zipped.headers).not.toHaveProperty('content-encoding')
  expect(zipped.json()).toHaveProperty('projects')
  expect((await target.call('HEAD', `${api}/projects`)).status).toBe(501)
  const double = await target.call('GET', `${api}//projects?limit=1`)
  expect([double.status, double.headers.location]).toEqual([307, `${api}/projects?limit=1`])
  expect(double.text).toBe('<a href="/api/v1/projects?limit=1">Temporary Redirect</a>.\n\n')
  const late = await target.call('GET', `${api}/projects`, undefined, { 'grpc-timeout': '1n' })
  expect([late.status, late.json()]).toEqual([504, { code: 4, message: 'context deadline exceeded', details: [] }])
  expect((await target.call('GET', `${api}/projects`, undefined, { 'grpc-timeout': '10S' })).status).toBe(200)

  const session = connect(target.url)
  const outcome = await new Promise<string>((resolve) => {
    session.on('error', () => resolve('refused'))
    session.on('close', () => resolve('refused'))
    session.on('remoteSettings', () => resolve('HTTP/2'))
  })
  session.destroy()
  expect(outcome).toBe('refused')
})

test('fact 43: description entities need a name, DELETE takes a body, enums in a path are upper-case or numbers', async () => {
  const unnamed = await target.call('GET', `${api}/description_entities/TASK/flytesnacks/development?limit=1`)
  expect([unnamed.status, unnamed.json<ErrorBody>().message]).toEqual([400, 'missing name'])

  const name = uniqueName()
  await launchExecution(target, name)
  const list = async (kind: string) =>
    target.call('GET', `${api}/named_entities/${kind}/flytesnacks/development?limit=1&filters=eq(name,${name})`)
  expect((await list('WORKFLOW')).status).toBe(200)
  expect((await list('2')).status).toBe(200)
  const lower = await list('workflow')
  expect([lower.status, lower.json<ErrorBody>().message]).toEqual([
    400,
    'type mismatch, parameter: resource_type, error: workflow is not valid',
  ])

  const execution = `${inDomain('executions')}/${name}`
  const garbage = await target.call('DELETE', execution, '{not json')
  expect([garbage.status, garbage.json<ErrorBody>().message]).toEqual([
    400,
    "invalid character 'n' looking for beginning of object key string",
  ])
  expect((await target.call('DELETE', execution, { cause: 'because' })).json()).toEqual({})
  const aborted = await target.call('GET', execution)
  expect(aborted.json<{ closure: { phase: string } }>()).toMatchObject({
    closure: { phase: expect.stringMatching(/^ABORT(ING|ED)$/), abort_metadata: { cause: 'because' } },
  })
})
