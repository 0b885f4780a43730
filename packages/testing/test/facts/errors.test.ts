import { expect, test } from 'vitest'
import { basicHeader, type ErrorBody, taskRequest, uniqueName, useTarget } from './target.js'

const target = useTarget()
const api = '/api/v1'
const unauthenticated =
  'token parse error id token err: access token err: [JWT_VERIFICATION_FAILED] Could not retrieve bearer token from metadata, ' +
  'caused by: rpc error: code = Unauthenticated desc = Request unauthenticated with Bearer, access token err: ' +
  '[JWT_VERIFICATION_FAILED] Could not retrieve id token from metadata, caused by: rpc error: code = Unauthenticated ' +
  'desc = Request unauthenticated with IDToken'

test('fact 6: codes of gRPC become statuses of HTTP', async () => {
  const project = { project: { id: 'flytesnacks', name: 'x' } }
  const answers = [
    await target.call('GET', `${api}/tasks/flytesnacks/development`),
    await target.call('GET', `${api}/projects`, undefined, { 'grpc-timeout': '1n' }),
    await target.call('GET', `${api}/projects/missing`),
    await target.call('POST', `${api}/projects`, project),
    await target.send(`${api}/projects`, { method: 'PATCH' }),
    await target.send(`${api}/projects`),
  ]
  expect(answers.map(({ status, json }) => [json<ErrorBody>().code, status])).toEqual([
    [3, 400],
    [4, 504],
    [5, 404],
    [6, 409],
    [12, 501],
    [16, 401],
  ])
  for (const { json } of answers)
    expect(json()).toEqual({ code: expect.any(Number), message: expect.any(String), details: [] })
})

test('fact 7: a body over 4 MiB gets 429 code 8', async () => {
  const task = taskRequest(uniqueName(), 'v1', 'x'.repeat(4 * 1024 * 1024))
  const answer = await target.call('POST', `${api}/tasks`, task)
  expect(answer.status).toBe(429)
  expect(answer.json()).toMatchObject({
    code: 8,
    message: expect.stringMatching(/^grpc: received message larger than max \(\d+ vs\. 4194304\)$/),
  })
})

test('fact 8: the same task again gets 409, another structure under its id 400', async () => {
  const name = uniqueName()
  expect((await target.call('POST', `${api}/tasks`, taskRequest(name))).status).toBe(200)
  const again = await target.call('POST', `${api}/tasks`, taskRequest(name))
  expect(again.status).toBe(409)
  expect(again.json()).toEqual({ code: 6, message: 'task with identical structure already exists', details: [] })
  const other = await target.call('POST', `${api}/tasks`, taskRequest(name, 'v1', 'other'))
  expect(other.status).toBe(400)
  expect(other.json<ErrorBody>().message).toBe(
    `${name} task with different structure already exists. (Please register a new version of the task):\n` +
      '/template/Target/Container/image:\n\t- registry/image:tag \n\t+ other',
  )
})

test('fact 9: a token without the scope gets 401', async () => {
  const answer = await target.requestToken(
    { grant_type: 'client_credentials', scope: 'read' },
    { authorization: basicHeader('limited', 'short-secret') },
  )
  const { access_token: token } = answer.json<{ access_token: string }>()
  const refused = await target.send(`${api}/projects`, { headers: { authorization: `Bearer ${token}` } })
  expect(refused.status).toBe(401)
  expect(refused.json()).toEqual({ code: 16, message: `authenticated user doesn't have required scope`, details: [] })
})

test('fact 10: WWW-Authenticate is the message, without a scheme', async () => {
  const answer = await target.send(`${api}/projects`)
  expect(answer.headers['www-authenticate']).toBe(unauthenticated)
  expect(answer.json()).toEqual({ code: 16, message: unauthenticated, details: [] })
})

test('fact 11: version and /me need a login; health, discovery and openapi do not', async () => {
  const open = ['/healthcheck', '/.well-known/oauth-authorization-server', '/config/v1/flyte_client', `${api}/openapi`]
  for (const path of open) expect((await target.send(path)).status, path).toBe(200)
  expect((await target.send(`${api}/openapi`)).json()).toMatchObject({ swagger: '2.0' })
  for (const path of [`${api}/version`, '/me']) {
    expect((await target.send(path)).status, path).toBe(401)
    expect((await target.call('GET', path)).status, path).toBe(200)
  }
  expect((await target.call('GET', '/me')).json()).toMatchObject({ subject: '', additional_claims: { scp: ['all'] } })
  expect((await target.send(`${api}/nonexistent`)).json()).toEqual({ code: 5, message: 'Not Found', details: [] })
})
