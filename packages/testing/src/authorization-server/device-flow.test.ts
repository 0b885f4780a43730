import { afterEach, expect, test } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer } from '../authorization-server.js'
import { createUserAgent } from '../user-agent.js'
import type { AuthorizationServerOptions } from './options.js'

const servers: AuthorizationServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function start(options?: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options)
  servers.push(server)
  return server
}

interface Device {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval?: number
}

async function post(url: string, form: Record<string, string>) {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ client_id: 'flytectl', ...form }) })
  return (await response.json()) as Record<string, string>
}

async function requestDevice(server: AuthorizationServer, scope = 'all offline_access'): Promise<Device> {
  return (await post(`${server.url}/device/auth`, { scope })) as unknown as Device
}

function poll(server: AuthorizationServer, { device_code }: Device) {
  return post(`${server.url}/token`, { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code })
}

test('a device that is let in gets tokens, once', async () => {
  const server = await start()
  const device = await requestDevice(server)
  expect(device).toEqual({
    device_code: expect.any(String),
    user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verification_uri: `${server.url}/device`,
    verification_uri_complete: `${server.url}/device?user_code=${device.user_code}`,
    expires_in: 600,
  })
  expect((await poll(server, device)).error).toBe('authorization_pending')
  await server.approveDevice(device.user_code)
  expect(await poll(server, device)).toMatchObject({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    scope: 'all',
  })
  expect((await poll(server, device)).error).toBe('invalid_grant')
})

test('a device that is refused is told so, by the page or because the person does not log in', async () => {
  const server = await start()
  const device = await requestDevice(server)
  await server.denyDevice(device.user_code)
  expect((await poll(server, device)).error).toBe('access_denied')

  server.refuseLogin = true
  const other = await requestDevice(server)
  await server.approveDevice(other.user_code)
  expect((await poll(server, other)).error).toBe('access_denied')
})

test('the interval and the lifetime are options, and an expired code is told from an unknown one', async () => {
  const server = await start({ devicePollingInterval: 7, deviceCodeLifetime: 1 })
  const device = await requestDevice(server)
  expect(device).toMatchObject({ interval: 7, expires_in: 1 })
  await expect.poll(() => poll(server, device), { timeout: 5000 }).toMatchObject({ error: 'expired_token' })
  await expect(server.approveDevice(device.user_code)).rejects.toThrow('not taken')
  expect((await poll(server, { ...device, device_code: 'unknown' })).error).toBe('invalid_grant')
})

test('slow_down comes from an answer of the test’s', async () => {
  const server = await start()
  const device = await requestDevice(server)
  server.answer('/token', { status: 400, body: { error: 'slow_down' } }, 1)
  expect([await poll(server, device), (await poll(server, device)).error]).toEqual([
    { error: 'slow_down' },
    'authorization_pending',
  ])
})

test('a code that is unknown or used is not taken, and the page says so', async () => {
  const server = await start()
  await expect(server.approveDevice('WXYZ-WXYZ')).rejects.toThrow('That code is not known.')
  await expect(server.denyDevice('WXYZ-WXYZ')).rejects.toThrow('That code is not known.')
  const device = await requestDevice(server)
  await server.approveDevice(device.user_code)
  await expect(server.approveDevice(device.user_code)).rejects.toThrow('not taken')
  const page = await createUserAgent().request(device.verification_uri)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain('name="user_code"')
})
