import { AdminError, createAdminClient } from '@flyte-js/admin'
import { discoverAuthorizationServer, fetchPublicClientConfig } from '@flyte-js/auth'
import { clientCredentials } from '@flyte-js/basic-auth'
import { checkConfig, httpBaseUrl, resolveConfig } from '@flyte-js/config'
import { readYaml } from '@flyte-js/config/yaml'
import { ConfigError, createFetch, FlyteError, type TokenSource } from '@flyte-js/core'
import { expect, inject, test } from 'vitest'

const endpoint = inject('endpoint')
const tokenSource: TokenSource = {
  getToken: async () => ({ accessToken: inject('accessToken'), tokenType: 'bearer' }),
}
const { admin, identity } = createAdminClient({ endpoint, tokenSource })

test('this is a browser: neither process nor a Node module is about', () => {
  expect(typeof window).toBe('object')
  expect(typeof globalThis.process?.versions?.node).toBe('undefined')
})

test('the documents of Flyte Admin are read, in snake_case', async () => {
  const server = await discoverAuthorizationServer({ endpoint })
  expect(server.token_endpoint).toBe(`${endpoint}/oauth2/token`)
  expect(await fetchPublicClientConfig({ endpoint })).toMatchObject({ authorizationMetadataKey: 'flyte-authorization' })
})

test('the API answers to the header that the default CORS lets through', async () => {
  const { projects } = await admin.listProjects()
  expect(projects.map(({ id }) => id)).toContain('flytesnacks')
  expect(await identity.userInfo()).toHaveProperty('subject')
})

test('lists are paginated', async () => {
  const ids: string[] = []
  for await (const { id } of admin.listProjects.paginate({ limit: 2 })) ids.push(id)
  expect(ids).toHaveLength(3)
})

test('a header that CORS stops is an error that says where to look', async () => {
  const retries = { limit: 0 }
  const refused = createAdminClient({ endpoint, tokenSource, authorizationHeader: 'authorization', retries })
  const error = await refused.admin.listProjects().catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE' })
  expect(error.message).toContain('console')
})

test("Flyte Admin's own errors arrive", async () => {
  const error = await admin.getProject({ id: 'no-such-project' }).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(AdminError)
  expect(error).toMatchObject({ status: 404, grpcStatus: 'NOT_FOUND', rpc: 'getProject' })
})

test('an abort comes through as it is', async () => {
  const reason = new Error('the page was left')
  await expect(admin.listProjects({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const controller = new AbortController()
  const call = admin.listProjects({}, { signal: controller.signal })
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
})

test('a body that is larger than it should be is not read', async () => {
  const error = await createFetch({ maxBytes: 16 })(`${endpoint}/config/v1/flyte_client`).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'FLYTE_HTTP_BODY_TOO_LARGE' })
})

test('a redirect is followed with nothing secret on board only', async () => {
  const fetch = createFetch()
  expect((await fetch(`${endpoint}//config/v1/flyte_client`)).status).toBe(200)
  const error = await fetch(`${endpoint}//config/v1/flyte_client`, {
    headers: { 'flyte-authorization': 'Bearer x' },
  }).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'FLYTE_HTTP_REDIRECT_REFUSED' })
})

test('settings resolve from what the page gives', () => {
  const { config } = resolveConfig({ env: { FLYTE_PLATFORM_URL: 'dns:///flyte.example.com' } })
  expect(httpBaseUrl(config)).toBe('https://flyte.example.com')
})

test('so do settings from files, INI and YAML, each with its line', () => {
  const ini = { path: 'flytekit.config', text: '[platform]\nurl = flyte.example.com\n[credentials]\nscopes = a,b' }
  expect(resolveConfig({ env: {}, file: ini }).config).toMatchObject({
    platform: { url: 'flyte.example.com' },
    credentials: { scopes: ['a', 'b'] },
  })
  const yaml = { path: 'config.yaml', text: 'admin:\n  endpoint: dns:///h\n  perRetryTimeout: 1m30s' }
  const resolution = resolveConfig({ env: {}, file: yaml, yaml: readYaml })
  expect(resolution.config.admin.perRetryTimeout).toBe(90_000)
  expect(resolution.explain()[0]).toMatchObject({ value: 'h', source: 'config.yaml admin.endpoint line 2' })
  expect(() => resolveConfig({ env: {}, file: yaml })).toThrow(ConfigError)
  expect(() => resolveConfig({ env: {}, file: { ...yaml, text: 'admin: [' }, yaml: readYaml })).toThrow(ConfigError)
})

test('what is odd is found, and the names of settings are not part of the page', () => {
  const resolution = resolveConfig({ env: { FLYTE_PLATFORM_INSECURE: 'maybe', FLYTE_PLATFROM_URL: 'h' } })
  expect(checkConfig(resolution).map(({ rule }) => rule)).toEqual(['problem'])
})

test('the grant can be imported, and an empty secret is refused', () => {
  const make = () =>
    clientCredentials({ authorizationServer: { issuer: endpoint }, clientId: 'page', clientSecret: '' })
  expect(make).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
  expect(FlyteError.isInstance(new Error('x'))).toBe(false)
})
