import { describe, expect, test } from 'vitest'
import { allowedOrigin, basicHeader, snakeCase, useTarget } from './target.js'

const projects = '/api/v1/projects?limit=1'

describe('with two different headers', () => {
  const target = useTarget('split')

  test('fact 12: the advertised header is for gRPC and gets 401 over HTTP; Authorization and the own one work', async () => {
    const config = await target.send('/config/v1/flyte_client', { headers: snakeCase })
    const { authorization_metadata_key: advertised } = config.json<{ authorization_metadata_key: string }>()
    expect(advertised).toBe('x-grpc-tok')
    const token = `Bearer ${await target.token()}`
    const statusOf = async (header: string) => (await target.send(projects, { headers: { [header]: token } })).status
    expect(await statusOf('authorization')).toBe(200)
    expect(await statusOf('x-http-tok')).toBe(200)
    expect(await statusOf(advertised)).toBe(401)
    expect(await statusOf(`grpc-metadata-${advertised}`)).toBe(401)
  })
})

describe('with one header', () => {
  const target = useTarget()

  test('fact 13: Authorization wins over the custom header and over cookies', async () => {
    const good = `Bearer ${await target.token()}`
    const statusOf = async (headers: Record<string, string>) => (await target.send(projects, { headers })).status
    expect(await statusOf({ 'flyte-authorization': good })).toBe(200)
    expect(await statusOf({ 'flyte-authorization': good.replace('Bearer', 'bearer') })).toBe(200)
    expect(await statusOf({ 'flyte-authorization': good, authorization: 'Bearer bad' })).toBe(401)
    expect(await statusOf({ 'flyte-authorization': good, authorization: basicHeader('a', 'b') })).toBe(401)
    expect(await statusOf({ 'flyte-authorization': 'Bearer bad', authorization: good })).toBe(200)
    expect(await statusOf({ cookie: 'flyte_at_1=a; flyte_at_2=b', authorization: good })).toBe(200)
    expect(await statusOf({ 'proxy-authorization': good })).toBe(401)
    const bare = await target.send(projects, { headers: { 'flyte-authorization': await target.token() } })
    expect(bare.json<{ message: string }>().message).toContain('Bad authorization string')
  })
})

describe('with an allowed origin', () => {
  const target = useTarget('cors')
  const preflight = (method: string, headers: string, origin = allowedOrigin) =>
    target.send('/api/v1/projects', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
    })

  test('fact 14: CORS lets flyte-authorization and content-type through, not authorization', async () => {
    const allowed = await preflight('DELETE', 'content-type,flyte-authorization')
    expect(allowed.status).toBe(200)
    expect(allowed.text).toBe('')
    expect(allowed.headers).toMatchObject({
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'Content-Type,Flyte-Authorization',
      'access-control-allow-methods': 'DELETE',
      'access-control-allow-origin': allowedOrigin,
    })
    expect((await preflight('GET', 'flyte-authorization')).headers).not.toHaveProperty('access-control-allow-methods')
    expect((await preflight('GET', 'authorization')).status).toBe(403)
    expect((await preflight('GET', 'x-request-id')).status).toBe(403)
    const foreign = await preflight('GET', '', 'http://evil.example')
    expect(foreign.status).toBe(200)
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin')

    const cross = { origin: allowedOrigin }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const token = `Bearer ${await target.token()}`
    const answers = [
      await target.send('/.well-known/oauth-authorization-server', { headers: cross }),
      await target.send('/config/v1/flyte_client', { headers: cross }),
      await target.send('/oauth2/token', { method: 'POST', headers: { ...cross, ...form }, body: 'grant_type=x' }),
      await target.send('/me', { headers: { ...cross, 'flyte-authorization': token } }),
      await target.send(projects, { headers: { ...cross, 'flyte-authorization': token } }),
      await target.send(projects, { headers: cross }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 200, 200, 401])
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': allowedOrigin,
        'access-control-allow-credentials': 'true',
      })
    }
  })
})
