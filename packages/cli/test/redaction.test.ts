// `--verbose` through whole logins: whatever servers and we told each other in secret is in no line of it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tokenKey } from '@flyte-js/auth'
import { fileStore } from '@flyte-js/token-store/file'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type AuthTarget, authTargets } from '../../node/test/auth-target.js'
import { runCli } from './run-cli.js'
import { startCli } from './start-cli.js'

const follower = fileURLToPath(new URL('../../conformance/test/differential/follow-login.mjs', import.meta.url))
const embedded = authTargets.slice(0, 2)
const secretFields = ['code', 'code_verifier', 'device_code', 'refresh_token', 'token', 'client_secret']

let home: string
let target: AuthTarget
let told: string
let secrets: Set<string>
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flyte-js-redaction-'))
  told = ''
  secrets = new Set()
})
afterEach(async () => {
  await target[Symbol.asyncDispose]()
  rmSync(home, { recursive: true })
})

const environment = (more: Readonly<Record<string, string>>) => ({
  HOME: home,
  PATH: process.env.PATH ?? '',
  FLYTE_PLATFORM_URL: target.endpoint,
  FLYTE_JS_TOKEN_STORE: 'file',
  ...more,
})

/** Takes down what nobody may be told: what was sent, and what is kept. */
function gather(): void {
  const { admin, provider } = target.embedded ?? expect.fail('it is embedded')
  for (const { body, headers } of [...admin.requests, ...(provider?.requests ?? [])]) {
    const form = new URLSearchParams(body)
    for (const name of secretFields) secrets.add(form.get(name) ?? '')
    secrets.add(headers.authorization?.split(' ')[1] ?? '')
  }
  const folder = join(home, '.local/share/flyte-js/tokens')
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    for (const [, value = ''] of text.matchAll(/"(?:accessToken|refreshToken|idToken)": ?"([^"]+)"/g))
      secrets.add(value)
  }
  secrets.delete('')
}

async function run(line: string, env: Readonly<Record<string, string>>, expected = 0): Promise<void> {
  const { code, stdout, stderr } = await runCli([...line.split(' '), '--verbose'], environment(env))
  expect(code, stderr).toBe(expected)
  told += stderr + (line === 'token' ? '' : stdout)
  gather()
}

function expectNothingTold(): void {
  expect(secrets.size).toBeGreaterThan(2)
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(9)
    expect(told).not.toContain(secret)
    expect(told).not.toContain(encodeURIComponent(secret))
  }
  const events = told.split('\n').filter((line) => line.startsWith('{"type"'))
  for (const line of events) expect(() => JSON.parse(line)).not.toThrow()
  for (const type of ['token.acquired', 'admin.call']) expect(told).toContain(`"type":"${type}"`)
}

it.each(embedded)('a person, at %s', async (_, start) => {
  target = await start()
  const person = { BROWSER: `'${process.execPath}' '${follower}'` }
  for (const line of ['login', 'get projects']) await run(line, person)
  // Its time is over: the next command renews it.
  const store = fileStore({ directory: join(home, '.local/share/flyte-js/tokens') })
  const key = await tokenKey({ endpoint: target.endpoint, scopes: [] })
  const kept = (await store.get(key)) ?? expect.fail('nothing is kept')
  await store.set(key, { ...kept, expiresAt: 1 })
  for (const line of ['token', 'whoami', 'logout']) await run(line, person)
  expect(told).toContain('"type":"token.refreshed"')
  expectNothingTold()
})

it.each(embedded)('client credentials, also refused ones and a server that repeats them, at %s', async (_, start) => {
  target = await start()
  const { id, secret } = target.client
  const client = {
    FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
    FLYTE_CREDENTIALS_CLIENT_ID: id,
    FLYTE_CREDENTIALS_CLIENT_SECRET: secret,
  }
  for (const line of ['login', 'get projects', 'token']) await run(line, client)
  secrets.add('canary-of-a-wrong-secret')
  await run('login', { ...client, FLYTE_CREDENTIALS_CLIENT_SECRET: 'canary-of-a-wrong-secret' }, 3)
  const { admin, provider } = target.embedded ?? expect.fail('it is embedded')
  const page = { status: 502, body: '<h1>canary-of-a-page</h1>' }
  for (const server of [admin, provider]) server?.answer(({ path }) => /\/token$/.test(path), page)
  secrets.add('canary-of-a-page')
  await run('login', client, 3)
  secrets.add(secret)
  expectNothingTold()
})

it('a person with another device', async () => {
  target = await (embedded[1]?.[1]() ?? expect.fail())
  const env = environment({ FLYTE_CREDENTIALS_CLIENT_ID: target.deviceClientId ?? '' })
  const login = startCli(['login', '--device', '-v'], env)
  const [, uri = '', userCode = ''] = await login.tells(
    /open (http\S+) on any device, and check or type in the code (\S+)/,
  )
  await target.answerDevice(uri, userCode, 'confirm')
  const { code, stderr } = await login.ended
  expect(code).toBe(0)
  told += stderr
  gather()
  expectNothingTold()
})
