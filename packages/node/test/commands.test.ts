// Tokens that programs print: credentials.command for Flyte Admin, credentials.proxy_command for what stands before it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent } from '@flyte-js/core'
import { type FlyteAdmin, startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFlyteClient, type FlyteClientOptions } from '../src/create-flyte-client.js'

let admin: FlyteAdmin
let directory: string
let undo: (() => unknown)[] = []
beforeEach(async () => {
  admin = await startFlyteAdmin()
  directory = mkdtempSync(join(tmpdir(), 'flyte-commands-'))
})
afterEach(async () => {
  for (const each of undo) await each()
  undo = []
  await admin.close()
  rmSync(directory, { recursive: true })
  vi.unstubAllEnvs()
})

/** A program that prints the lines of a file, one a run, and keeps count. */
function printer(name: string, ...lines: string[]) {
  const count = join(directory, `${name}.count`)
  const script = join(directory, `${name}.mjs`)
  writeFileSync(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs'
appendFileSync(${JSON.stringify(count)}, '.')
const lines = ${JSON.stringify(lines)}
console.log(lines[Math.min(readFileSync(${JSON.stringify(count)}).length, lines.length) - 1])`,
  )
  return { argv: `${process.execPath},${script}`, runs: () => (existsSync(count) ? readFileSync(count).length : 0) }
}

async function accessToken(): Promise<string> {
  const form = { grant_type: 'client_credentials', scope: 'all' }
  const headers = { authorization: `Basic ${btoa('flytepropeller:short-secret')}` }
  const response = await fetch(`${admin.url}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
  admin.clearRequests()
  return ((await response.json()) as { access_token: string }).access_token
}

async function connect(env: Record<string, string>, options: FlyteClientOptions = {}) {
  const flyte = await createFlyteClient({
    env: { FLYTE_PLATFORM_URL: admin.url, FLYTE_PLATFORM_AUTH: 'true', FLYTE_JS_TOKEN_STORE: 'memory', ...env },
    ...options,
  })
  undo.push(() => flyte.close())
  return flyte
}

describe('the mode external_command', () => {
  it.each(['external_process', 'ExternalCommand'])(
    'by its name %s has a program print the token, once',
    async (mode) => {
      const program = printer('token', await accessToken())
      const env = { FLYTE_CREDENTIALS_AUTH_MODE: mode, FLYTE_CREDENTIALS_COMMAND: program.argv }
      const flyte = await connect(env)
      await Promise.all([flyte.admin.listProjects(), flyte.admin.getVersion()])
      await flyte.admin.getVersion()
      expect(program.runs()).toBe(1)
      expect(admin.requests.map(({ path }) => path)).not.toContain('/oauth2/token')
    },
  )

  it('asks it again for a token that was refused, and once its time is over', async () => {
    const good = await accessToken()
    const ended = JSON.stringify({ token: good, expiration_time: '2020-01-01T00:00:00Z' })
    const program = printer('token', 'a-bad-token', ended, good)
    const flyte = await connect({
      FLYTE_CREDENTIALS_AUTH_MODE: 'external_process',
      FLYTE_CREDENTIALS_COMMAND: program.argv,
    })
    await flyte.admin.getVersion()
    expect(program.runs()).toBe(2)
    await flyte.admin.getVersion()
    await flyte.admin.getVersion()
    expect(program.runs()).toBe(3)
  })

  it('keeps its tokens in the store, each program its own', async () => {
    vi.stubEnv('XDG_DATA_HOME', directory)
    const token = JSON.stringify({ token: await accessToken(), expiration_time: Date.now() / 1_000 + 600 })
    const [one, two] = [printer('one', token), printer('two', token)]
    for (const program of [one, one, two]) {
      const env = { FLYTE_CREDENTIALS_AUTH_MODE: 'external_process', FLYTE_CREDENTIALS_COMMAND: program.argv }
      const flyte = await connect({ ...env, FLYTE_JS_TOKEN_STORE: 'file', CI: 'true' })
      await flyte.admin.getVersion()
    }
    expect([one.runs(), two.runs()]).toEqual([1, 1])
  })

  it('waits for the first 401 without platform.auth, but sends a token that is stored at once', async () => {
    vi.stubEnv('XDG_DATA_HOME', directory)
    const program = printer(
      'token',
      JSON.stringify({ token: await accessToken(), expiration_time: Date.now() / 1_000 + 600 }),
    )
    for (const statuses of [[401, 200], [200]]) {
      const env = { FLYTE_CREDENTIALS_AUTH_MODE: 'external_process', FLYTE_CREDENTIALS_COMMAND: program.argv }
      const flyte = await connect({ ...env, FLYTE_PLATFORM_AUTH: 'false', FLYTE_JS_TOKEN_STORE: 'file' })
      await flyte.admin.getVersion()
      expect(admin.requestsTo('/api/v1/version').map(({ status }) => status)).toEqual(statuses)
      admin.clearRequests()
    }
  })

  it('says what is missing', async () => {
    const env = { FLYTE_CREDENTIALS_AUTH_MODE: 'external_process' }
    await expect(connect(env)).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_MISSING',
      setting: 'credentials.command',
      message: expect.stringMatching(/FLYTE_CREDENTIALS_COMMAND/),
    })
  })
})

describe('credentials.proxy_command', () => {
  const basic = {
    FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
    FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
    FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
  }
  const proxyTokens = () => admin.requests.map(({ headers }) => headers['proxy-authorization'])

  it('gives a token to all that goes to Flyte Admin, the login too', async () => {
    const program = printer('proxy', 'proxy-token')
    const flyte = await connect({ ...basic, FLYTE_CREDENTIALS_PROXY_COMMAND: program.argv })
    await flyte.admin.getVersion()
    expect(admin.requests.length).toBeGreaterThan(3)
    expect(new Set(proxyTokens())).toEqual(new Set(['Bearer proxy-token']))
    expect(admin.requests.at(-1)?.headers.authorization).toMatch(/^Bearer ey/)
    expect(program.runs()).toBe(1)
  })

  it.each([407, 401])('is asked again where the proxy answers with %i, once', async (status) => {
    const program = printer('proxy', 'old', 'new', 'newer')
    const events: FlyteEvent[] = []
    admin.answer(({ headers }) => headers['proxy-authorization'] !== 'Bearer new', { status, body: 'no' })
    const options = { onEvent: (event: FlyteEvent) => events.push(event) }
    const flyte = await connect({ ...basic, FLYTE_CREDENTIALS_PROXY_COMMAND: program.argv }, options)
    await flyte.admin.getVersion()
    expect(program.runs()).toBe(2)
    expect(JSON.stringify(events)).not.toMatch(/Bearer|"old"|"new"/)
  })

  it('is not asked without end where its token is never taken', async () => {
    const program = printer('proxy', '1', '2', '3', '4')
    admin.answer(() => true, { status: 407, body: 'no' })
    const tokenSource = { getToken: async () => ({ accessToken: 'mine', tokenType: 'bearer' }) }
    const flyte = await connect({ FLYTE_CREDENTIALS_PROXY_COMMAND: program.argv }, { tokenSource })
    await expect(flyte.admin.getVersion()).rejects.toMatchObject({ status: 407 })
    expect(program.runs()).toBe(2)
    expect(proxyTokens()).toEqual(['Bearer 1', 'Bearer 2'])
  })

  it('gives nothing to a foreign authorization server, but to those that are named', async () => {
    const clients = [{ id: 'ci', secret: 'ci-secret-of-32-characters-or-more' }]
    await using provider = await startAuthorizationServer({ clients })
    await using external = await startFlyteAdmin({ auth: 'external', externalAuthServer: provider.issuer })
    const program = printer('proxy', 'proxy-token')
    const env = {
      FLYTE_PLATFORM_URL: external.url,
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID: 'ci',
      FLYTE_CREDENTIALS_CLIENT_SECRET: 'ci-secret-of-32-characters-or-more',
      FLYTE_CREDENTIALS_PROXY_COMMAND: program.argv,
    }
    // Flyte Admin asks it for its metadata and keys, too.
    const seen = () =>
      new Set(
        provider.requests
          .filter(({ method }) => method === 'POST')
          .map(({ headers }) => headers['proxy-authorization']),
      )
    await (await connect(env)).auth.login()
    expect(seen()).toEqual(new Set([undefined]))
    provider.clearRequests()
    await (await connect(env, { proxyOrigins: [provider.issuer] })).auth.login()
    expect(seen()).toEqual(new Set(['Bearer proxy-token']))
    await expect(connect(env, { proxyOrigins: ['idp'] })).rejects.toMatchObject({ setting: 'proxyOrigins' })
  })
})
