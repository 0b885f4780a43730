// Every connection of a client goes through its proxy, and through no other client's.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFlyteClient } from '../../src/create-flyte-client.js'
import { connections, good, type NetworkStage, startNetworkStage } from './network-stage.js'
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.js'

let stage: NetworkStage
let proxies: RunningProxy[] = []
beforeEach(async () => {
  stage = await startNetworkStage()
})
afterEach(async () => {
  await Promise.all([stage, ...proxies].map((each) => each[Symbol.asyncDispose]()))
  proxies = []
})

async function proxy(options: ProxyOptions = {}): Promise<RunningProxy & { url: string }> {
  const started = await startProxy(options)
  proxies.push(started)
  const password = options.credentials ? `${options.credentials}@` : ''
  return { ...started, url: `${options.tls ? 'https' : 'http'}://${password}localhost:${started.port}` }
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error & { code: string },
  )

describe.each([
  ['http', {}],
  ['https', { tls: good }],
  ['http, with a password', { credentials: 'ci:p%40ss' }],
  ['https, with a password', { tls: good, credentials: 'ci:pass' }],
])('a proxy by %s', (_, options) => {
  it.each(Object.entries(connections))('carries %s through a tunnel', async (_, { front, before, go }) => {
    const { credentials } = options as ProxyOptions
    const through = await proxy({ ...options, ...(credentials && { credentials: decodeURIComponent(credentials) }) })
    const url = credentials ? through.url.replace(decodeURIComponent(credentials), credentials) : through.url
    const flyte = await stage.connect({ FLYTE_PLATFORM_HTTP_PROXY_URL: url })
    await before(flyte, stage)
    await go(flyte, stage)
    expect(through.seen).toContain(`CONNECT localhost:${stage[front].port}`)
    // Nothing went beside it: each connection that came in was opened by the proxy.
    expect(stage.front.visitors.length + stage.store.visitors.length).toBe(through.seen.length)
  })
})

it('a Flyte Admin by plain http is asked through it too', async () => {
  const through = await proxy({ credentials: 'ci:pass' })
  through.ports['flyte.test'] = stage.admin.port
  const flyte = await createFlyteClient({
    env: { FLYTE_PLATFORM_URL: 'http://flyte.test', FLYTE_PLATFORM_INSECURE: 'true', HTTP_PROXY: through.url },
    tokenSource: { getToken: async () => ({ accessToken: 'a-token', tokenType: 'bearer' }) },
  })
  stage.admin.answer('/api/v1/version', { body: { control_plane_version: null } })
  await flyte.admin.getVersion()
  flyte.close()
  expect(through.seen).toEqual(['GET http://flyte.test/api/v1/version'])
  const [request] = stage.admin.requestsTo('/api/v1/version')
  expect(request?.headers).toMatchObject({ host: 'flyte.test', authorization: 'Bearer a-token' })
  expect(request?.headers).not.toHaveProperty('proxy-authorization')
})

it.each([
  ['HTTPS_PROXY', 'NO_PROXY', 'flyte.test'],
  ['https_proxy', 'no_proxy', '.test'],
  ['ALL_PROXY', 'NO_PROXY', '*'],
])('the environment says which, by %s, and where not, by %s=%s', async (name, exemption, list) => {
  const through = await proxy()
  through.ports['flyte.test:443'] = stage.front.port
  const env = {
    FLYTE_PLATFORM_URL: 'https://flyte.test',
    FLYTE_PLATFORM_INSECURE_SKIP_VERIFY: 'true',
    [name]: through.url,
  }
  const tokenSource = { getToken: async () => ({ accessToken: 'a-token', tokenType: 'bearer' }) }
  const connect = (more = {}) =>
    createFlyteClient({ env: { ...env, ...more }, tokenSource, retries: { limit: 0 }, timeout: 2_000 })
  const flyte = await connect()
  stage.admin.answer('/api/v1/version', { body: { control_plane_version: null } })
  await flyte.admin.getVersion()
  expect(through.seen).toEqual(['CONNECT flyte.test:443'])
  const direct = await connect({ [exemption]: list })
  expect(await failureOf(direct.admin.getVersion())).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE' })
  expect(through.seen).toHaveLength(1)
  flyte.close()
  direct.close()
})

describe('a proxy that does not let through', () => {
  it('for want of a password says so, and is not asked again', async () => {
    const through = await proxy({ credentials: 'ci:canary-password' })
    const url = through.url.replace('ci:canary-password@', 'ci:canary-wrong@')
    const tokenSource = { getToken: async () => ({ accessToken: 'a-token', tokenType: 'bearer' }) }
    const flyte = await stage.connect({ FLYTE_PLATFORM_HTTP_PROXY_URL: url }, { tokenSource })
    const error = await failureOf(flyte.admin.getVersion())
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE', isRetryable: false })
    expect(error.message).toMatch(/proxy http:\/\/localhost:\d+\/ .*HTTP 407.*user:password@host/)
    expect(JSON.stringify(error) + error.stack).not.toContain('canary')
    expect(through.seen).toHaveLength(1)
  })

  it('because it is in trouble is asked again', async () => {
    const through = await proxy({ refuse: 503 })
    const tokenSource = { getToken: async () => ({ accessToken: 'a-token', tokenType: 'bearer' }) }
    const options = { tokenSource, retries: { limit: 2, maxDelay: 1 } }
    const flyte = await stage.connect({ FLYTE_PLATFORM_HTTP_PROXY_URL: through.url }, options)
    const error = await failureOf(flyte.admin.getVersion())
    expect(error.message).toContain('HTTP 503')
    expect(through.seen).toHaveLength(3)
    expect(stage.admin.requests).toEqual([])
  })
})

it('what is no proxy is an error at once, whose message repeats no password', async () => {
  const error = await failureOf(stage.connect({ HTTPS_PROXY: 'socks5://ci:canary@localhost:1080' }))
  expect(error).toMatchObject({ code: 'FLYTE_CONFIG_INVALID', setting: 'HTTPS_PROXY' })
  expect(JSON.stringify(error) + error.stack).not.toContain('canary')
})
