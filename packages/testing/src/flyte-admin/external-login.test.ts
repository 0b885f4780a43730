import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { AuthorizationServerOptions } from '../authorization-server/options.js'
import { type AuthorizationServer, startAuthorizationServer } from '../authorization-server.js'
import { followRedirects } from '../user-agent.js'
import type { FlyteAdminOptions } from './options.js'
import { type FlyteAdmin, startFlyteAdmin } from './server.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const audience = 'https://flyte.example.com'
const json = { accept: 'application/json' }

async function start(
  options: FlyteAdminOptions = {},
  serverOptions: AuthorizationServerOptions = {},
): Promise<{ admin: FlyteAdmin; server: AuthorizationServer }> {
  const server = await startAuthorizationServer({ audience, ...serverOptions })
  closers.push(server.close)
  const admin = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: server.issuer,
    allowedAudience: [audience],
    ...options,
  })
  closers.push(admin.close)
  return { admin, server }
}

async function discover(admin: FlyteAdmin) {
  const get = async (path: string) => (await fetch(`${admin.url}${path}`, { headers: json })).json()
  return {
    metadata: (await get('/.well-known/oauth-authorization-server')) as Record<string, string>,
    client: (await get('/config/v1/flyte_client')) as { client_id: string; redirect_uri: string; scopes: string[] },
  }
}

async function post(url: string | undefined, form: Record<string, string>) {
  const response = await fetch(url ?? '', { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, json: (await response.json()) as Record<string, string> }
}

async function subjectOf(admin: FlyteAdmin, token: string | undefined): Promise<string> {
  const response = await fetch(`${admin.url}/me`, { headers: { ...json, authorization: `Bearer ${token}` } })
  return ((await response.json()) as { subject: string }).subject
}

test('a login with PKCE, all of it found through Flyte Admin, which has no token endpoint itself', async () => {
  const publicClient = {
    clientId: 'desk',
    redirectUri: 'http://localhost:5555/callback',
    scopes: ['all', 'offline_access'],
    audience,
  }
  const clients = [{ id: 'desk', redirectUris: [publicClient.redirectUri] }]
  const { admin, server } = await start({ publicClient }, { clients })
  const { metadata, client } = await discover(admin)
  expect(client).toMatchObject({ client_id: 'desk', redirect_uri: publicClient.redirectUri, audience })
  expect(metadata).toMatchObject({ issuer: server.issuer, code_challenge_methods_supported: ['S256'] })
  expect(metadata).not.toHaveProperty('authorization_response_iss_parameter_supported')

  const verifier = 'v'.repeat(43)
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uri,
    scope: client.scopes.join(' '),
    state: 'some-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const callback = await followRedirects(`${metadata.authorization_endpoint}?${request}`, {
    until: client.redirect_uri,
  })
  expect(callback.searchParams.get('iss')).toBe(server.issuer)
  const { status, json: tokens } = await post(metadata.token_endpoint, {
    grant_type: 'authorization_code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uri,
    code: callback.searchParams.get('code') ?? '',
    code_verifier: verifier,
  })
  expect(status).toBe(200)
  expect(tokens.refresh_token).toEqual(expect.any(String))
  expect(await subjectOf(admin, tokens.access_token)).toBe('user-1')
  for (const path of ['/oauth2/token', '/oauth2/authorize']) {
    const response = await fetch(`${admin.url}${path}`, { method: 'POST' })
    expect([response.status, await response.json()]).toEqual([404, { code: 5, message: 'Not Found', details: [] }])
  }
})

test('a device flow, all of it found through Flyte Admin', async () => {
  const { admin, server } = await start()
  const { metadata, client } = await discover(admin)
  const form = { client_id: client.client_id }
  const { json: device } = await post(metadata.device_authorization_endpoint, {
    ...form,
    scope: client.scopes.join(' '),
  })
  await server.approveDevice(device.user_code ?? '')
  const { json: tokens } = await post(metadata.token_endpoint, {
    ...form,
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device.device_code ?? '',
  })
  expect(await subjectOf(admin, tokens.access_token)).toBe('user-1')
})
