import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flyte-js-cli-config-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const run = (parameters: string[], env: Record<string, string> = {}) => runCli(parameters, { HOME: home, ...env })
const file = (name = 'config.yaml') => join(home, '.flyte', name)

describe('config init', () => {
  it('writes what the flags say, for its user alone, and the other commands read it', async () => {
    const { code, stdout } = await run(['config', 'init', '--host', 'localhost:30080', '--insecure', '--auth', 'none'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file()}\n` })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect((await run(['config', 'path'])).stdout).toBe(`${file()}\n`)
    const { stdout: explained } = await run(['config', 'explain', 'platform.url', '-o', 'json'])
    expect(JSON.parse(explained)).toMatchObject([{ value: 'localhost:30080', source: expect.stringContaining(file()) }])
  })

  it('leaves what is there, but with --force', async () => {
    await run(['config', 'init', '--host', 'one.example.com'])
    const before = readFileSync(file(), 'utf8')
    const { code, stderr } = await run(['config', 'init', '--host', 'two.example.com'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/is there already.*--force/)
    expect(readFileSync(file(), 'utf8')).toBe(before)
    expect((await run(['config', 'init', '--host', 'two.example.com', '--force'])).code).toBe(0)
    expect(readFileSync(file(), 'utf8')).toContain('two.example.com')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['no endpoint, where nobody can be asked', [], /--endpoint/],
    ['an endpoint that is none', ['--host', 'a b?c'], /platform\.url/],
    ['a mode that is none', ['--host', 'h', '--auth', 'magic'], /--auth/],
    ['a profile that leads elsewhere', ['--host', 'h', '--profile', '../../x'], /profile/],
  ])('writes nothing for %s', async (_, flags, told) => {
    const { code, stderr } = await run(['config', 'init', ...flags])
    expect(code).toBe(2)
    expect(stderr).toMatch(told)
    expect(existsSync(join(home, '.flyte'))).toBe(false)
  })
})

it('config profiles shows each, the one in use, and what cannot be read', async () => {
  await run(['config', 'init', '--host', 'staging.example.com', '--profile', 'staging', '--auth', 'deviceflow'])
  await run(['config', 'init', '--host', 'x', '--profile', 'broken'])
  writeFileSync(file('config.broken.yaml'), 'admin: [')
  const { stdout } = await run(['config', 'profiles', '-o', 'json'], {
    FLYTE_PROFILE: 'staging',
    FLYTE_PLATFORM_URL: 'e',
  })
  expect(JSON.parse(stdout)).toEqual([
    {
      profile: 'broken',
      isUsed: false,
      endpoint: null,
      authMode: null,
      problem: expect.stringContaining('broken.yaml'),
    },
    { profile: 'staging', isUsed: true, endpoint: 'staging.example.com', authMode: 'device', problem: null },
  ])
})

it('config path is 4 where there is no file', async () => {
  expect(await run(['config', 'path'])).toEqual({
    code: 4,
    stdout: '',
    stderr: 'There is no configuration file. Make one with: flyte-js config init\n',
  })
})

describe('config explain', () => {
  const env = { FLYTE_PLATFORM_URL: 'h', FLYTE_CREDENTIALS_CLIENT_SECRET: 'canary-secret' }

  it('tells where values come from, and no secret', async () => {
    const { code, stdout } = await run(['config', 'explain', '--set'], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^platform\.url +h +environment FLYTE_PLATFORM_URL$/m)
    expect(stdout).toMatch(/^credentials\.client_secret +•••• +environment/m)
    for (const format of ['json', 'yaml', 'wide', 'name'])
      expect((await run(['config', 'explain', '-o', format], env)).stdout).not.toContain('canary')
  })

  it('takes a section or a setting, and refuses what is neither', async () => {
    const { stdout } = await run(['config', 'explain', 'local', '-o', 'name'])
    expect(stdout).toBe('local.project\nlocal.domain\nlocal.org\n')
    expect((await run(['config', 'explain', 'locale'])).code).toBe(2)
  })

  it('has the flags on top, and warns of what is odd', async () => {
    const more = { FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'NOT_THERE' }
    const { stdout, stderr } = await run(['config', 'explain', '--endpoint', 'other'], { ...env, ...more })
    expect(stdout).toMatch(/^platform\.url +other +override$/m)
    expect(stderr).toMatch(/^warning: credentials\.client_id: .*NOT_THERE/m)
  })
})

describe('config check', () => {
  it('is 0 where nothing is wrong, and an empty list for programs', async () => {
    expect(await run(['config', 'check'])).toMatchObject({ code: 0, stdout: '' })
    expect((await run(['config', 'check', '-o', 'json'])).stdout).toBe('[]\n')
  })

  it('is 1 for a name that nobody reads, with the one that was meant', async () => {
    const { code, stdout } = await run(['config', 'check'], { FLYTE_PLATFROM_URL: 'h' })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^unknown-variable +FLYTE_PLATFROM_URL .*FLYTE_PLATFORM_URL$/m)
  })

  it('of a file that is not there says so, and how to go on', async () => {
    const { code, stdout, stderr } = await run(['config', 'check', '-c', 'missing.yaml'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      'error: There is no configuration file missing.yaml. Correct its path, or name none to have one found\ncode: FLYTE_CONFIG_FILE_MISSING\n',
    )
  })
})
