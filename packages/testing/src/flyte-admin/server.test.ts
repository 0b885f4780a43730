import { connect } from 'node:net'
import { rpcs } from '@flyte-js/idl/messages'
import { afterEach, expect, test } from 'vitest'
import { createTestClock } from '../test-clock.js'
import type { FlyteAdminOptions } from './options.js'
import { type FlyteAdmin, startFlyteAdmin } from './server.js'

const servers: FlyteAdmin[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function start(options?: FlyteAdminOptions): Promise<FlyteAdmin> {
  const server = await startFlyteAdmin(options)
  servers.push(server)
  return server
}

async function tokenOf(
  admin: FlyteAdmin,
  credentials = 'flytepropeller:short-secret',
  url = admin.url,
): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(credentials)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

const json = { accept: 'application/json', 'content-type': 'application/json' }

test('requests are recorded with what they brought and how they were answered', async () => {
  const admin = await start({ auth: 'none' })
  await fetch(`${admin.url}/api/v1/projects?limit=1`, { headers: { 'X-Request-Id': 'r1' } })
  await fetch(`${admin.url}/api/v1/projects`, { method: 'POST', headers: json, body: '{}' })
  expect(admin.requests).toHaveLength(2)
  const [list, register] = admin.requestsTo('/api/v1/projects')
  expect(list).toMatchObject({ method: 'GET', url: '/api/v1/projects?limit=1', status: 200 })
  expect(list?.query.get('limit')).toBe('1')
  expect(list?.headers['x-request-id']).toBe('r1')
  expect(register).toMatchObject({ method: 'POST', body: '{}', status: 400 })
  admin.clearRequests()
  expect(admin.requestsTo('/api/v1/projects')).toEqual([])
})

test('a test gives its own answers, so many times, and may leave a request to the server', async () => {
  const admin = await start({ auth: 'none' })
  const statusOf = async () => (await fetch(`${admin.url}/api/v1/projects`)).status
  admin.answer('/api/v1/projects', { status: 503, body: { code: 14, message: 'down', details: [] } }, 2)
  expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([503, 503, 200])

  const takeBack = admin.answer(
    ({ method }) => method === 'GET',
    ({ query }) => (query.has('teapot') ? new Response('short and stout', { status: 418 }) : undefined),
  )
  const teapot = await fetch(`${admin.url}/api/v1/projects?teapot`)
  expect([teapot.status, await teapot.text()]).toEqual([418, 'short and stout'])
  expect(await statusOf()).toBe(200)
  takeBack()
  expect((await fetch(`${admin.url}/api/v1/projects?teapot`)).status).toBe(200)
})

test('an own answer that is slower than Grpc-Timeout is a 504', async () => {
  const admin = await start({ auth: 'none' })
  admin.answer('/api/v1/projects', () => new Promise(() => {}))
  const response = await fetch(`${admin.url}/api/v1/projects`, { headers: { 'grpc-timeout': '5m' } })
  expect([response.status, await response.json()]).toEqual([
    504,
    { code: 4, message: 'context deadline exceeded', details: [] },
  ])
})

test('closing is immediate, with an idle connection open, and closes both loopback addresses', async () => {
  const admin = await start()
  const socket = connect(admin.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  await admin.close()
  await closed
  await expect(fetch(`${admin.url}/healthcheck`)).rejects.toThrow()
})

test('the clock decides when tokens expire and executions go on', async () => {
  const clock = createTestClock()
  const admin = await start({ clock, accessTokenLifetime: 60 })
  const headers = { ...json, authorization: `Bearer ${await tokenOf(admin)}` }
  const statusOf = async () => (await fetch(`${admin.url}/me`, { headers })).status
  expect(await statusOf()).toBe(200)
  await clock.advance(61_001)
  const expired = await fetch(`${admin.url}/me`, { headers })
  expect(expired.status).toBe(401)
  expect(((await expired.json()) as { message: string }).message).toContain('access token err: Token is expired')
})

test('clients of a test, with any characters in their ids', async () => {
  const admin = await start({ clients: [{ id: 'a:b c', secret: 's e:c' }] })
  expect(await tokenOf(admin, 'a%3Ab+c:s%20e%3Ac')).toMatch(/^ey/)
  expect(await tokenOf(admin)).toBeUndefined()
})

test('behind a base path, everything is there and OAuth at the root as well', async () => {
  const admin = await start({ basePath: '/flyte/' })
  expect(admin.url).toMatch(/^http:\/\/localhost:\d+\/flyte$/)
  const root = admin.url.slice(0, -'/flyte'.length)
  const metadata = await fetch(`${admin.url}/.well-known/oauth-authorization-server`, { headers: json })
  expect(await metadata.json()).toMatchObject({ issuer: admin.url, token_endpoint: `${root}/oauth2/token` })
  const token = await tokenOf(admin, undefined, root)
  const projects = await fetch(`${admin.url}/api/v1/projects`, { headers: { authorization: `Bearer ${token}` } })
  expect(projects.status).toBe(200)
  expect((await fetch(`${root}/api/v1/projects`)).status).toBe(404)
  expect((await fetch(`${admin.url}/api//v1/domains`, { redirect: 'manual' })).headers.get('location')).toBe(
    '/flyte/api/v1/domains',
  )
  expect(admin.requestsTo('/api/v1/projects').map(({ url }) => url)).toEqual([
    '/flyte/api/v1/projects',
    '/api/v1/projects',
  ])
})

test('without a login there are no discovery documents and no /me', async () => {
  const admin = await start({ auth: 'none' })
  const messageOf = async (path: string) => {
    const response = await fetch(`${admin.url}${path}`)
    return [response.status, ((await response.json()) as { message: string }).message]
  }
  expect(await messageOf('/me')).toEqual([501, 'unknown service flyteidl.service.IdentityService'])
  expect(await messageOf('/config/v1/flyte_client')).toEqual([
    501,
    'unknown service flyteidl.service.AuthMetadataService',
  ])
  expect(await messageOf('/oauth2/token')).toEqual([404, 'Not Found'])
  expect(await messageOf('/.well-known/openid-configuration')).toEqual([404, 'Not Found'])
})

test('external needs the issuer', async () => {
  await expect(startFlyteAdmin({ auth: 'external' })).rejects.toThrow('externalAuthServer')
})

test('every RPC that has a route is there', async () => {
  const admin = await start()
  const headers = { ...json, authorization: `Bearer ${await tokenOf(admin)}` }
  const missing: string[] = []
  for (const { service, rpc, bindings } of rpcs) {
    for (const { method, path, body } of bindings) {
      const filled = path.replace('{resource_type}', 'TASK').replace('{id.resource_type}', 'TASK')
      const url = `${admin.url}${filled.replace(/\{[^}]*retry_attempt\}/, '0').replace(/\{[^}]*\}/g, 'x')}`
      const response = await fetch(url, { method, headers, ...(body === '*' && { body: '{}' }) })
      if (response.status === 501) missing.push(`${service}.${rpc}`)
    }
  }
  expect(missing).toEqual([])
})
