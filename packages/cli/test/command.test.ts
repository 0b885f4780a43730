// The command as a process: exit codes, what goes to stdout and what to stderr.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.js'
import { type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

describe('how it ends', () => {
  it('is 0 with an answer on stdout, and nothing on stderr', async () => {
    const { code, stdout, stderr } = await stage.run(['get', 'projects', '-o', 'name'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^flytesnacks$/m)
  })

  it.each([
    ['no command', [], /Usage: flyte-js/],
    ['a command that there is not, with the nearest one', ['logn'], /unknown command 'logn'\n\(Did you mean login\?\)/],
    ['a flag that there is not', ['token', '--headr'], /unknown option '--headr'\n\(Did you mean --header\?\)/],
    ['a word that is none of the choices', ['get', 'projects', '-o', 'xml'], /Allowed choices are table, wide, json/],
    ['two configuration files', ['token', '-c', 'x', '--profile', 'y'], /--profile <name>' cannot be used with/],
    [
      'a file that is not there',
      ['token', '-c', 'no-such.yaml'],
      /no-such\.yaml\. Correct its path.*\ncode: FLYTE_CONFIG_FILE_MISSING\n$/,
    ],
  ])('is 2 for wrong usage: %s', async (_, parameters, told) => {
    const { code, stdout, stderr } = await stage.run(parameters)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(told)
  })

  it('is 2 without an endpoint, and names every place that was looked at', async () => {
    const { code, stderr } = await runCli(['token'])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^error: platform\.url is not set\. Set FLYTE_PLATFORM_URL,[\s\S]*\ncode: FLYTE_CONFIG_MISSING\n$/,
    )
  })

  it('is 3 for a login that is refused, and says no secret and no stack', async () => {
    const { code, stdout, stderr } = await stage.run(['token'], {
      FLYTE_CREDENTIALS_CLIENT_SECRET: 'canary-secret',
      FLYTE_JS_TOKEN_STORE: 'memory',
    })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^error: .*\n(.*\n)*code: FLYTE_AUTH_GRANT_REFUSED\n$/)
    expect(stderr).not.toMatch(/canary|\n {4}at /)
  })

  it('is 4 for what is not there', async () => {
    const { code, stderr } = await stage.run(['get', 'project', 'no-such-project'])
    expect(code).toBe(4)
    expect(stderr).toMatch(/^error: .*no-such-project.*\ncode: FLYTE_ADMIN_RPC_FAILED\n$/)
  })

  it('is 1 for a server that cannot be reached', async () => {
    const { code, stderr } = await stage.run(['get', 'projects', '--endpoint', 'localhost:1', '--insecure'], {
      FLYTE_CREDENTIALS_AUTH_MODE: 'none',
      FLYTE_ADMIN_MAX_RETRIES: '0',
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/code: FLYTE_ADMIN_UNREACHABLE\n$/)
  })

  it.each([['--help'], ['get --help'], ['token'], ['get projects']])(
    'is 0 and quiet where whoever reads has left: %s',
    async (command) => {
      await stage.run(['token'])
      const { code, stderr } = await runCli(command.split(' '), stage.env, { isHeard: false })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    },
  )
})

describe('--help', () => {
  it('is the same from the file that is made of it as from the program', async () => {
    const { stdout } = await runCli(['--help'])
    expect(stdout).toContain('Usage: flyte-js [options] [command]')
    // `-o table` keeps it from the short way.
    expect((await runCli(['-o', 'table', '--help'])).stdout).toBe(stdout)
    expect((await runCli(['-h'])).stdout).toBe(stdout)
  })
})

describe('global flags', () => {
  it('stand before the command or behind it, and win over the environment', async () => {
    const env = { FLYTE_PLATFORM_URL: 'localhost:1', FLYTE_PLATFORM_HTTP_URL: 'http://localhost:2' }
    const flag = ['--endpoint', stage.target.url]
    const before = await stage.run([...flag, 'get', 'projects', '-o', 'name'], env)
    expect(before.code).toBe(0)
    expect(await stage.run(['get', 'projects', '-o', 'name', ...flag], env)).toEqual(before)
  })

  it('--verbose tells events as JSON, a line each, on stderr, and no token', async () => {
    const { code, stdout, stderr } = await stage.run(['token', '-v'], { FLYTE_JS_TOKEN_STORE: 'memory' })
    expect(code).toBe(0)
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ type }) => type)).toEqual(['discovery.completed', 'token.acquired'])
    for (const secret of [stdout.trim(), stage.target.clientSecret]) expect(stderr).not.toContain(secret)
  })

  it('paints nothing where nobody looks, but with FORCE_COLOR', async () => {
    const plain = await stage.run(['get', 'projects'])
    expect(plain.stdout).not.toContain('\u001b')
    const painted = await stage.run(['get', 'projects'], { FORCE_COLOR: '1' })
    expect(painted.stdout).toContain('\u001b[1mID\u001b[0m')
    expect((await stage.run(['get', 'projects', '--no-color'], { FORCE_COLOR: '1' })).stdout).toBe(plain.stdout)
    expect((await stage.run(['get', 'projects'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).toBe(plain.stdout)
  })
})
