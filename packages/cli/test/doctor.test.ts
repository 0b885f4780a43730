// biome-ignore-all lint/suspicious/noControlCharactersInRegex: colours begin with one
// `doctor` as a whole: what it prints, how it ends. Each check has its faults in doctor-network.test.ts and doctor-login.test.ts.

import { createTestClock } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runNode } from '../../basic-auth/test/run.js'
import { take } from '../../pkce-auth/test/loopback.js'
import { type Check, runCheck } from '../src/doctor/check.js'
import { checks } from '../src/doctor/checks.js'
import type { CheckResult } from '../src/doctor/draw-check.js'
import { Interruption } from '../src/io.js'
import { createSession } from '../src/session.js'
import { type DoctorStage, machine, startDoctor } from './doctor-stage.js'
import { bin, runCli } from './run-cli.js'

const origin = 'https://app.example.com'
let stage: DoctorStage
beforeEach(async () => {
  stage = await startDoctor({ cors: { allowedOrigins: [origin] } })
})
afterEach(() => stage[Symbol.asyncDispose]())

/** What differs from run to run. */
const settled = (text: string) =>
  text
    .replaceAll(String(stage.admin.port), '30080')
    .replaceAll(String(stage.callbackPort), '53593')
    .replace(/\(\d+ ms\)/g, '(5 ms)')
    .replace(/good for [\dhms ]+,/, 'good for 1h,')
    .replace(/there is (no|a) terminal[^;]*/, 'there is a terminal')
    .replace(/localhost is [\d.:, ]+/, 'localhost is 127.0.0.1')

describe('where all is well', () => {
  beforeEach(() => stage.keep({ expiresAt: Date.now() + 3_600_900, refreshToken: 'r' }))

  it.each(['table', 'json', 'yaml', 'name'])('prints as %s', async (format) => {
    const { code, stdout, stderr } = await stage.run(['--origin', origin, '-o', format])
    expect({ code, stderr }).toEqual({ code: 0, stderr: format === 'table' ? 'no faults, no warnings\n' : '' })
    await expect(settled(stdout)).toMatchFileSnapshot(`./golden/doctor.${format}.txt`)
  })

  it('--json is -o json', async () => {
    const [flag, format] = [await stage.run(['--json']), await stage.run(['-o', 'json'])]
    expect(settled(flag.stdout)).toBe(settled(format.stdout))
  })

  it('asks for nothing but what is open, and once for the version with the token', async () => {
    stage.admin.clearRequests()
    await stage.run()
    const withToken = stage.admin.requests.filter(({ headers }) => headers.authorization !== undefined)
    expect(withToken.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1/version'])
  })
})

it('tells faults on a terminal in lines that it has room for, and ends with 1', async () => {
  const taken = await take(stage.callbackPort)
  const io = { isTerminal: true, columns: 70 }
  const { code, stdout, stderr } = await stage.run([], { TERM: 'xterm', FLYTE_JS_TOKEN_STORE: 'file' }, io)
  taken.close()
  expect(code).toBe(1)
  expect(stderr).toBe('1 fault, 1 warning\n')
  expect(stdout).toMatch(/^\u001b\[32mok\u001b\[0m {7}configuration /)
  expect(stdout).toMatch(/^\u001b\[31mfault\u001b\[0m {4}callback-port {4}port \d+ is taken/m)
  expect(stdout).toMatch(/^ {26}\u001b\[1mCure: \u001b\[0mClose what has it/m)
  const lines = stdout.replace(/\u001b\[\d+m/g, '').split('\n')
  const isOneWord = (line: string) => !/\S \S/.test(line.slice(26))
  for (const line of lines) if (line.length > 70) expect(isOneWord(line), line).toBe(true)
  for (const line of lines) expect(line).toMatch(/^((ok|warning|fault|skipped) {1,8}\S|( {26}| {32})\S|$)/)
})

it('-o name prints the checks that have found a fault', async () => {
  const { stdout, code } = await stage.run(['-o', 'name', '--origin', 'https://other.example.com'])
  expect({ stdout, code }).toEqual({ stdout: 'cors\n', code: 1 })
})

it('skips what makes no sense after a fault, and says why', async () => {
  const { stdout } = await stage.run(['--json', '--origin', origin], { FLYTE_PLATFORM_URL: 'http://localhost:1' })
  const { checks: found } = JSON.parse(stdout) as { checks: CheckResult[] }
  const skippedOnes = found.filter(({ verdict }) => verdict === 'skipped')
  const because = { verdict: 'skipped', found: 'because no connection can be made' }
  const server = ['tls', 'healthcheck', 'discovery', 'issuer', 'header-name', 'clock', 'call', 'cors']
  const login = [
    { name: 'login-flow', verdict: 'skipped', found: 'because no authorization server is known' },
    { name: 'callback-port', verdict: 'skipped', found: 'because no redirect URI is known' },
  ]
  const expected = server.map((name) => ({ name, ...because }))
  expect(skippedOnes).toEqual([...expected.slice(0, 6), ...login, ...expected.slice(6)])
})

it('without an endpoint skips everything else', async () => {
  const { stdout, code } = await stage.run(['--json'], { FLYTE_PLATFORM_URL: '' })
  const { checks: found } = JSON.parse(stdout) as { checks: CheckResult[] }
  expect(code).toBe(1)
  expect(found.slice(1).map(({ verdict, found }) => `${verdict} ${found}`)).toEqual(
    Array(checks.length - 1).fill('skipped because no endpoint is known'),
  )
})

it.each(['app.example.com', 'https://app.example.com/path', 'ftp://app.example.com', ''])(
  '--origin %s is wrong usage',
  async (wrong) => {
    const { code, stdout, stderr } = await stage.run(['--origin', wrong])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('https://app.example.com')
  },
)

describe('never hangs', () => {
  const endless: Check = {
    name: 'endless',
    limit: 7_000,
    cure: 'Wait',
    blocks: 'it hangs',
    run: () => new Promise(() => {}),
  }
  const examination = (signal = new AbortController().signal) => {
    const clock = createTestClock()
    const io = { env: {}, stdout: { write() {} }, stderr: { write() {} }, stdin: () => process.stdin, signal, clock }
    const surroundings = { ...io, isTerminal: false, isErrorTerminal: false, columns: undefined }
    const session = createSession(surroundings, { output: 'table', color: false }, { code: 0 })
    return { session, clock, lookup: async () => [], known: {} as { blocked?: string } }
  }

  it('every check has its limit, at which it is a fault', async () => {
    for (const { limit } of checks) expect(limit).toBeLessThanOrEqual(30_000)
    const examined = examination()
    const running = runCheck(endless, examined)
    await examined.clock.advance(6_999)
    expect(examined.known.blocked).toBeUndefined()
    await examined.clock.advance(1)
    expect(await running).toEqual({ verdict: 'fault', found: 'no answer within 7 s', cure: 'Wait' })
    expect(examined.known.blocked).toBe('it hangs')
    expect(examined.clock.sleeping).toBe(0)
  })

  it('one that has ended leaves nothing behind', async () => {
    const examined = examination()
    const quick = { ...endless, run: async () => ({ verdict: 'ok', found: 'good' }) as const }
    expect(await runCheck(quick, examined)).toEqual({ verdict: 'ok', found: 'good' })
    expect(examined.clock.sleeping).toBe(0)
  })

  it('what nobody thought of is a fault of the check, without its text', async () => {
    const broken = { ...endless, run: async () => Promise.reject(new Error('canary')) }
    expect(await runCheck(broken, examination())).toEqual({ verdict: 'fault', found: 'no answer', cure: 'Wait' })
  })

  it('nor does a process in which something goes on, as a prompt of the keyring that nobody answers', async () => {
    const preload = 'data:text/javascript,setInterval(() => {}, 1e6)'
    const { code, stdout } = await runNode(['--import', preload, bin, 'doctor', '--json'], stage.env)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true })
  })

  it('Ctrl-C ends it, and what it waits for', async () => {
    const ending = new AbortController()
    let asked = () => {}
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    stage.admin.answer('/healthcheck', async () => {
      asked()
      return new Promise(() => {})
    })
    const running = stage.run([], {}, { signal: ending.signal })
    await isAsked
    ending.abort(new Interruption())
    expect(await running).toMatchObject({ code: 130, stdout: expect.not.stringContaining('healthcheck') })
  })
})

describe('no line has a secret', () => {
  const secrets = {
    FLYTE_CREDENTIALS_CLIENT_SECRET: 'canary-secret',
    FLYTE_CREDENTIALS_PROXY_COMMAND: 'printf,canary-proxy-token',
    PATH: process.env.PATH ?? '',
  }
  const kept = { accessToken: 'canary-access', refreshToken: 'canary-refresh', idToken: 'canary-id' }

  it.each<[string, Record<string, string>, () => unknown]>([
    ['of the login', {}, () => {}],
    ['of the client', { ...machine, ...secrets }, () => {}],
    ['of a token that has ended', {}, () => stage.keep({ ...kept, expiresAt: 1 })],
    ['of the proxy', { FLYTE_PLATFORM_HTTP_PROXY_URL: 'http://canary-user:canary-password@localhost:1' }, () => {}],
    ['of a proxy that is none', { HTTPS_PROXY: 'socks5://canary:canary@localhost:1' }, () => {}],
    ['of an endpoint with a password', { FLYTE_PLATFORM_URL: 'https://canary:canary@localhost:1' }, () => {}],
    ['of an endpoint with a query', { FLYTE_PLATFORM_URL: 'https://localhost:1?token=canary' }, () => {}],
    [
      'that a server repeats',
      {},
      () =>
        stage.admin.answer('/api/v1/version', ({ headers }) => ({
          status: 400,
          body: { code: 3, message: `do not like ${headers.authorization}`, details: [] },
        })),
    ],
    [
      'that a redirect holds',
      {},
      () => stage.admin.fault('/healthcheck', { kind: 'redirect', location: '/login?code=canary' }),
    ],
  ])('%s', async (_, env, arrange) => {
    await stage.keep(kept)
    await arrange()
    for (const parameters of [[], ['--json'], ['--verbose']]) {
      const { stdout, stderr } = await stage.run(['--origin', origin, ...parameters], env)
      expect(stdout.length).toBeGreaterThan(100)
      expect(stdout + stderr).not.toContain('canary')
    }
  })
})

it('is a command like the others: in the help, with its flags', async () => {
  const { stdout } = await runCli(['doctor', '--help'])
  for (const flag of ['--origin <origin>', '--json', '--endpoint']) expect(stdout).toContain(flag)
  expect((await runCli(['--help'])).stdout).toMatch(/doctor \[options\] +Find out what is wrong/)
})
