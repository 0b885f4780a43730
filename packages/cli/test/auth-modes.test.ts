// The login of every mode, from the command line on: what a person and a script see, and what the servers are sent.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuthTarget, authTargets, basicCredentials } from '../../node/test/auth-target.js'
import { runCli } from './run-cli.js'
import { startCli } from './start-cli.js'

const follower = fileURLToPath(new URL('../../conformance/test/differential/follow-login.mjs', import.meta.url))
const names = (stdout: string) => stdout.trimEnd().split('\n')

describe.each(authTargets)('at %s', (_, start) => {
  let target: AuthTarget
  beforeAll(async () => {
    target = await start()
  })
  afterAll(() => target[Symbol.asyncDispose]())

  let home: string
  let env: Readonly<Record<string, string>>
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'flyte-js-modes-'))
    env = {
      HOME: home,
      PATH: process.env.PATH ?? '',
      FLYTE_PLATFORM_URL: target.endpoint,
      FLYTE_JS_TOKEN_STORE: 'file',
    }
    target.embedded?.clear()
    return () => rmSync(home, { recursive: true })
  })
  const run = (line: string, more: Readonly<Record<string, string>> = {}) =>
    runCli(line.split(' '), { ...env, ...more })
  const all = (lines: readonly string[], more: Readonly<Record<string, string>>) =>
    Promise.all(lines.map(async (line) => [line, await run(line, more)] as const))
  const json = async (line: string, more?: Readonly<Record<string, string>>) => {
    const ended = await run(`${line} -o json`, more)
    expect(ended, ended.stderr).toMatchObject({ code: 0 })
    return JSON.parse(ended.stdout)
  }

  /** That a server takes a token. */
  async function expectGood(token: string): Promise<void> {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
    expect((await fetch(`${target.endpoint}/me`, { headers })).status).toBe(200)
  }

  /** How Flyte Admin's API was asked: with which tokens. */
  const tokensSent = () => target.embedded?.calls().map(({ headers }) => headers.authorization?.replace('Bearer ', ''))

  describe('client credentials', () => {
    const clientEnv = () => ({
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID: target.client.id,
      FLYTE_CREDENTIALS_CLIENT_SECRET: target.client.secret,
    })

    it('log in at the first 401, once, and the next commands send what is kept', async () => {
      const first = await run('get projects -o name', clientEnv())
      expect({ ...first, stdout: names(first.stdout) }).toEqual({
        code: 0,
        stdout: expect.arrayContaining(['flytesnacks']),
        stderr: '',
      })
      const token = (await run('token', clientEnv())).stdout.trimEnd()
      await expectGood(token)
      if (target.embedded) {
        const [{ form, headers } = expect.fail('nobody asked for a token'), ...more] = target.embedded.tokenRequests()
        expect(more).toEqual([])
        expect(form.get('grant_type')).toBe('client_credentials')
        expect(form.has('client_secret')).toBe(false)
        expect(basicCredentials(headers.authorization)).toEqual([target.client.id, target.client.secret])
        expect(tokensSent()?.slice(0, 2)).toEqual([undefined, token])
      }
      target.embedded?.clear()

      expect(await run('get projects -o name', clientEnv())).toEqual(first)
      expect(await json('whoami', clientEnv())).toMatchObject({ mode: 'client_credentials', isRenewable: true })
      expect(target.embedded?.tokenRequests() ?? []).toEqual([])
      expect(tokensSent() ?? [token]).toSatisfy((sent: string[]) => sent.every((each) => each === token))
    })

    it('log in anew by login, and are forgotten by logout', async () => {
      await run('token', clientEnv())
      expect(await json('login', clientEnv())).toMatchObject({ mode: 'client_credentials', keptIn: expect.any(String) })
      expect(target.embedded?.tokenRequests() ?? [1, 2]).toHaveLength(2)
      expect(await json('logout', clientEnv())).toMatchObject({ ended: true })
      expect(await json('logout', clientEnv())).toMatchObject({ ended: false })
    })

    it.each([
      [
        'from another variable',
        'client_credentials',
        () => ({ FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: 'OURS', OURS: target.client.secret }),
      ],
      [
        'from a file',
        'ClientSecret',
        () => {
          const path = join(home, 'secret')
          writeFileSync(path, `${target.client.secret}\n`)
          return { FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: path }
        },
      ],
    ])('take their secret %s (%s)', async (_source, mode, source) => {
      const id = { FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'ID', ID: target.client.id }
      const { code, stdout, stderr } = await run('token', { FLYTE_CREDENTIALS_AUTH_MODE: mode, ...id, ...source() })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      await expectGood(stdout.trimEnd())
      const [sent] = target.embedded?.tokenRequests() ?? []
      if (sent) expect(basicCredentials(sent.headers.authorization)).toEqual([target.client.id, target.client.secret])
    })

    it('that are refused are exit code 3, of every command, and the secret is not repeated', async () => {
      const wrong = { ...clientEnv(), FLYTE_CREDENTIALS_CLIENT_SECRET: 'canary-secret' }
      const launch = 'launch x -p flytesnacks -d development'
      for (const [command, ended] of await all(['login', 'token', 'whoami', 'get projects', launch], wrong)) {
        const { code, stdout, stderr } = ended
        expect({ command, code, stdout }).toEqual({ command, code: 3, stdout: '' })
        expect(stderr).toMatch(/\ncode: FLYTE_AUTH_GRANT_REFUSED\n$/)
        expect(stderr).not.toContain('canary')
      }
    })
  })

  describe('a person with a browser', () => {
    /** What shows URLs here; it logs in by itself. */
    const browser = { BROWSER: `'${process.execPath}' '${follower}'` }

    it('logs in by login, and is asked by no command that follows, until logout', async () => {
      const { code, stdout, stderr } = await run('login -o json', browser)
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ mode: 'pkce', subject: 'user-1', isRenewable: true })
      expect(stderr).toMatch(/^A browser opens to log in to /)
      const token = (await run('token')).stdout.trimEnd()
      await expectGood(token)
      if (target.embedded) {
        const [asked = expect.fail('nobody was asked'), ...again] = target.embedded.authorizationRequests()
        expect(again).toEqual([])
        expect(asked.query.get('code_challenge_method')).toBe('S256')
        const [{ form, headers } = expect.fail('no code was exchanged'), ...more] = target.embedded.tokenRequests()
        expect(more).toEqual([])
        expect(form.get('grant_type')).toBe('authorization_code')
        expect(form.get('redirect_uri')).toBe(target.redirectUri)
        expect(headers.authorization).toBeUndefined()
        for (const name of ['code', 'code_verifier']) {
          expect(form.get(name)).toMatch(/.{40}/)
          expect(stdout + stderr).not.toContain(form.get(name))
        }
      }
      expect(stdout + stderr).not.toContain(token)
      target.embedded?.clear()

      expect(await run('get projects -o name')).toMatchObject({ code: 0, stderr: '' })
      expect(await json('whoami')).toMatchObject({ mode: 'pkce', subject: 'user-1' })
      if (target.embedded) {
        expect(target.embedded.tokenRequests()).toEqual([])
        expect(tokensSent()).toEqual([token, token])
      }

      const { provider } = target.embedded ?? {}
      expect(await json('logout')).toMatchObject({
        ended: true,
        ...(target.embedded && { revoked: provider !== undefined }),
      })
      if (provider) {
        const [revoked] = provider.requestsTo('/token/revocation')
        expect(revoked?.status).toBe(200)
        expect(new URLSearchParams(revoked?.body).get('client_id')).toBe('flytectl')
      }
      expect(await run('whoami')).toMatchObject({ code: 3, stdout: '' })
    })

    it('is asked by whatever command a server refuses first', async () => {
      const { code, stdout, stderr } = await run('get projects -o name', browser)
      expect(code, stderr).toBe(0)
      expect(names(stdout)).toContain('flytesnacks')
      expect(stderr).toMatch(/^A browser opens to log in to /)
      expect(target.embedded?.authorizationRequests() ?? [1]).toHaveLength(1)
    })

    it('is a login that is missing, exit code 3, where there is no browser and no terminal', async () => {
      const mark = join(home, 'started')
      const outcomes = [
        ...(await all(['token', 'get projects', 'login'], {})),
        // There is one, which is not wanted.
        ...(await all(['login --no-browser', 'whoami'], { BROWSER: `touch ${mark}` })),
      ]
      for (const [command, { code, stdout, stderr }] of outcomes) {
        expect({ command, code, stdout }).toEqual({ command, code: 3, stdout: '' })
        expect(stderr).toMatch(/\ncode: FLYTE_AUTH_(LOGIN_UNAVAILABLE|LOGGED_OUT)\n$/)
      }
      expect(existsSync(mark)).toBe(false)
      expect(target.embedded?.authorizationRequests() ?? []).toEqual([])
    })
  })

  describe('a person with another device', () => {
    const deviceEnv = () => ({
      ...(target.deviceClientId !== undefined && { FLYTE_CREDENTIALS_CLIENT_ID: target.deviceClientId }),
      // With a browser at hand that would be the way.
      BROWSER: 'true',
    })
    const begin = () => startCli(['login', '--device', '-o', 'json'], { ...env, ...deviceEnv() })
    const prompt = /To log in, open (http\S+) on any device, and check or type in the code (\S+)/

    it('logs in by the code that login --device tells, or hears that there is no such flow', async () => {
      const login = begin()
      if (target.deviceClientId === undefined) {
        const { code, stdout, stderr } = await login.ended
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
        expect(stderr).toMatch(/\ncode: FLYTE_AUTH_(LOGIN_UNAVAILABLE|GRANT_REFUSED)\n$/)
        return
      }
      const [, uri = '', userCode = ''] = await login.tells(prompt)
      await target.answerDevice(uri, userCode, 'confirm')
      const { code, stdout, stderr } = await login.ended
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ mode: 'device', subject: 'user-1', isRenewable: true })
      const token = (await run('token', deviceEnv())).stdout.trimEnd()
      await expectGood(token)
      if (target.embedded) {
        expect(target.embedded.authorizationRequests()).toEqual([])
        const asked = target.embedded.tokenRequests()
        const [deviceCode, ...others] = new Set(asked.map(({ form }) => form.get('device_code')))
        expect(others).toEqual([])
        for (const { form } of asked)
          expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:device_code')
        for (const secret of [deviceCode, token]) expect(stdout + stderr).not.toContain(secret)
      }
      target.embedded?.clear()
      // The login is a person's, whichever way it was got.
      for (const mode of ['deviceflow', 'standard']) {
        const ended = await run('get projects -o name', { ...deviceEnv(), FLYTE_CREDENTIALS_AUTH_MODE: mode })
        expect(ended).toMatchObject({ code: 0, stderr: '' })
      }
      expect(tokensSent() ?? [token, token]).toEqual([token, token])
      expect(await json('logout', deviceEnv())).toMatchObject({ ended: true })
    })

    it('who refuses it ends the command with 3', async () => {
      const login = begin()
      if (target.deviceClientId !== undefined) {
        const [, uri = '', userCode = ''] = await login.tells(prompt)
        await target.answerDevice(uri, userCode, 'abort')
      }
      const { code, stdout, stderr } = await login.ended
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      if (target.deviceClientId !== undefined)
        expect(stderr).toMatch(/access_denied[\s\S]*\ncode: FLYTE_AUTH_GRANT_REFUSED\n$/)
    })
  })

  describe('a program that prints the token', () => {
    /** A program that prints this, and the number of its runs. */
    function printer(text: string) {
      const [printed, count] = [join(home, 'printed'), join(home, 'count')]
      const script = join(home, 'print.sh')
      writeFileSync(printed, text)
      writeFileSync(script, `echo >> '${count}'\ncat '${printed}'\n`)
      return {
        env: { FLYTE_CREDENTIALS_AUTH_MODE: 'external_process', FLYTE_CREDENTIALS_COMMAND: `sh,${script}` },
        runs: () => (existsSync(count) ? readFileSync(count).length : 0),
        fails: () => appendFileSync(script, 'exit 7\n'),
      }
    }
    const aToken = async () => {
      const clientEnv = {
        FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
        FLYTE_CREDENTIALS_CLIENT_ID: target.client.id,
        FLYTE_CREDENTIALS_CLIENT_SECRET: target.client.secret,
        FLYTE_JS_TOKEN_STORE: 'memory',
      }
      const { stdout } = await run('token', clientEnv)
      target.embedded?.clear()
      return stdout.trimEnd()
    }

    it('is run once for all commands, until what it printed ends, and again by login', async () => {
      const token = await aToken()
      const ending = (seconds: number) => JSON.stringify({ token, expiration_time: Date.now() / 1_000 + seconds })
      const program = printer(ending(600))
      expect(await run('token', program.env)).toEqual({ code: 0, stdout: `${token}\n`, stderr: '' })
      expect(await run('get projects -o name', program.env)).toMatchObject({ code: 0, stderr: '' })
      expect(await json('whoami', program.env)).toMatchObject({ mode: 'external_command', isRenewable: true })
      expect(program.runs()).toBe(1)
      expect(tokensSent() ?? [token, token]).toEqual([token, token])
      expect(target.embedded?.tokenRequests() ?? []).toEqual([])

      expect(await json('login', program.env)).toMatchObject({ mode: 'external_command' })
      expect(program.runs()).toBe(2)
      expect(await json('logout', program.env)).toMatchObject({ ended: true, revoked: false })
      // What it prints has ended: it is run each time.
      const ended = printer(ending(-600))
      for (const _ of [1, 2]) expect((await run('token', ended.env)).stdout).toBe(`${token}\n`)
      expect(ended.runs()).toBe(4)
    })

    it('is exit code 3 where it fails or prints no good token, and what it printed is not told', async () => {
      const program = printer('canary-token\n')
      const refused = await run('get projects -o name', program.env)
      expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 3, stdout: '' })
      expect(refused.stderr).toMatch(/\ncode: FLYTE_ADMIN_UNAUTHENTICATED\n$/)
      // For the first refusal, and once more for the refusal of what it printed.
      expect(program.runs()).toBe(2)
      program.fails()
      const failed = await run('login', program.env)
      expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code: 3, stdout: '' })
      expect(failed.stderr).toMatch(/\ncode: FLYTE_AUTH_COMMAND_FAILED\n$/)
      expect(refused.stderr + failed.stderr).not.toContain('canary')
    })
  })

  describe('no login at all', () => {
    const none = { FLYTE_CREDENTIALS_AUTH_MODE: 'none' }

    it('is exit code 3 where the server wants one, and nobody is asked', async () => {
      const { code, stdout, stderr } = await run('get projects', { ...none, BROWSER: `touch ${join(home, 'started')}` })
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(
        / No token was sent: log in, or configure a login \(FLYTE_CREDENTIALS_AUTH_MODE\)\ncode: FLYTE_ADMIN_UNAUTHENTICATED\n$/,
      )
      expect(existsSync(join(home, 'started'))).toBe(false)
      expect(tokensSent() ?? [undefined]).toEqual([undefined])
    })

    it('is exit code 2 of what needs one, and says how to have one', async () => {
      for (const [command, { code, stdout, stderr }] of await all(['login', 'logout', 'whoami', 'token'], none)) {
        expect({ command, code, stdout }).toEqual({ command, code: 2, stdout: '' })
        expect(stderr).toMatch(
          /credentials\.auth_mode is none\. Set FLYTE_CREDENTIALS_AUTH_MODE[\s\S]*\ncode: FLYTE_CONFIG_/,
        )
      }
      expect(target.embedded?.admin.requests ?? []).toEqual([])
    })
  })
})

it('a Flyte Admin without logins is asked without one, in any mode', async () => {
  await using admin = await startFlyteAdmin({ auth: 'none' })
  const env = { FLYTE_PLATFORM_URL: admin.url, FLYTE_JS_TOKEN_STORE: 'memory' }
  for (const mode of ['none', 'standard', 'deviceflow']) {
    const ended = await runCli(['get', 'projects', '-o', 'name'], { ...env, FLYTE_CREDENTIALS_AUTH_MODE: mode })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  }
  expect(admin.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual(
    Array(3).fill(['/api/v1/projects', undefined]),
  )
})
