import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LoadConfigOptions, loadConfig } from './load-config.js'
import { listProfiles } from './profiles.js'

let root: string
let home: string
let work: string
let warnings: string[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flyte-'))
  home = join(root, 'home')
  work = join(root, 'work')
  await mkdir(join(home, '.flyte'), { recursive: true })
  await mkdir(work)
  warnings = []
})
afterEach(() => rm(root, { recursive: true }))

async function write(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  return path
}
const ini = (url: string) => `[platform]\nurl = ${url}\n`
const yaml = (url: string) => `admin:\n  endpoint: dns:///${url}\n`

const load = (options: LoadConfigOptions = {}, env: Record<string, string> = {}) =>
  loadConfig({
    workingDirectory: work,
    onWarning: (each) => warnings.push(each),
    ...options,
    env: { HOME: home, ...env },
  })
const urlOf = async (options?: LoadConfigOptions, env?: Record<string, string>) =>
  (await load(options, env)).config.platform.url

describe('the file is the first of these that is there', () => {
  test('the named one, the profile’s, FLYTECTL_CONFIG, ./flytekit.config, ~/.flyte/config, ~/.flyte/config.yaml', async () => {
    const places: [path: string, content: string, options: LoadConfigOptions, env?: Record<string, string>][] = [
      [join(home, '.flyte/config.yaml'), yaml('yaml'), {}],
      [join(home, '.flyte/config'), ini('ini'), {}],
      [join(work, 'flytekit.config'), ini('work'), {}],
      [join(work, 'ctl.yaml'), yaml('ctl'), {}, { FLYTECTL_CONFIG: 'ctl.yaml' }],
      [join(home, '.flyte/config.env.yaml'), yaml('env'), {}, { FLYTECTL_CONFIG: 'ctl.yaml', FLYTE_PROFILE: 'env' }],
      [join(home, '.flyte/config.prod.yaml'), yaml('prod'), { profile: 'prod' }, { FLYTE_PROFILE: 'env' }],
      [join(work, 'mine.yml'), yaml('mine'), { path: 'mine.yml' }, { FLYTE_PROFILE: 'env' }],
    ]
    expect(await urlOf()).toBeUndefined()
    for (const [path, content, options, env] of places) {
      await write(path, content)
      expect(await urlOf(options, env), path).toBe(/\w+$/.exec(content.trim())?.[0])
    }
    expect(warnings).toEqual([])
  })

  test('an empty name counts as none', async () => {
    await write(join(home, '.flyte/config'), ini('ini'))
    expect(await urlOf({ profile: '' }, { FLYTECTL_CONFIG: '', FLYTE_PROFILE: '' })).toBe('ini')
    expect(warnings).toEqual([])
  })

  test('a folder of that name is no file', async () => {
    await mkdir(join(home, '.flyte/config'))
    await write(join(home, '.flyte/config.yaml'), yaml('yaml'))
    expect(await urlOf()).toBe('yaml')
  })

  test('the environment wins over it', async () => {
    await write(join(home, '.flyte/config'), ini('ini'))
    const { config, explain } = await load({}, { FLYTE_PLATFORM_URL: 'env' })
    expect(config.platform.url).toBe('env')
    expect(explain()[0]?.shadowed).toEqual([`${join(home, '.flyte/config')} platform.url line 2`])
  })
})

describe('a file that is named and is not there', () => {
  test('by FLYTECTL_CONFIG is warned of, and the next is taken', async () => {
    await write(join(home, '.flyte/config'), ini('ini'))
    expect(await urlOf({}, { FLYTECTL_CONFIG: '/no/such.yaml' })).toBe('ini')
    expect(warnings).toEqual([expect.stringContaining('/no/such.yaml')])
  })

  test('by path is an error', async () => {
    await expect(load({ path: 'none.yaml' })).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_FILE_MISSING',
      message: expect.stringMatching(/^There is no configuration file none\.yaml\. /),
    })
  })

  test('by profile is an error that lists those that there are', async () => {
    await write(join(home, '.flyte/config.b.yaml'), '')
    await write(join(home, '.flyte/config.a.yaml'), '')
    await expect(load({ profile: 'none' })).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_FILE_MISSING',
      message: expect.stringMatching(/^There is no profile none, .*config\.none\.yaml\. There are: a, b$/),
    })
    await rm(join(home, '.flyte'), { recursive: true })
    await expect(load({}, { FLYTE_PROFILE: 'none' })).rejects.toThrow('There are no profiles')
  })

  test('twice over is a mistake', async () => {
    await expect(load({ path: 'a', profile: 'b' })).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
  })
})

test.each(['../../etc/passwd', 'a/b', '..', '.hidden', 'a\0b', 'a b'])(
  'a profile named %j is refused before anything is read',
  async (profile) => {
    await expect(load({ profile })).rejects.toMatchObject({ code: 'FLYTE_CONFIG_INVALID' })
  },
)

test('a file that is no UTF-8 is an error', async () => {
  const path = await write(join(work, 'latin.ini'), new Uint8Array([0x5b, 0x61, 0x5d, 0xe9]))
  await expect(load({ path })).rejects.toMatchObject({
    code: 'FLYTE_CONFIG_FILE_INVALID',
    message: expect.stringContaining('UTF-8'),
  })
})

test('a file that may not be read is an error', async () => {
  const path = await write(join(home, '.flyte/config'), ini('ini'))
  await chmod(path, 0)
  // Root may read everything.
  if (process.getuid?.() === 0) expect(await urlOf()).toBe('ini')
  else await expect(load()).rejects.toMatchObject({ code: 'FLYTE_CONFIG_FILE_INVALID' })
})

test('a byte order mark is dropped', async () => {
  await write(join(home, '.flyte/config'), `\uFEFF${ini('ini')}`)
  expect(await urlOf()).toBe('ini')
  await write(join(work, 'x.YAML'), `\uFEFF${yaml('yaml')}`)
  expect(await urlOf({ path: 'x.YAML' })).toBe('yaml')
})

describe('a command', () => {
  const command = '[credentials]\ncommand = evil'

  test('from ./flytekit.config needs trust', async () => {
    await write(join(work, 'flytekit.config'), command)
    await expect(load()).rejects.toMatchObject({ code: 'FLYTE_CONFIG_UNTRUSTED' })
    expect((await load({ trustWorkingDirectory: true })).config.credentials.command).toEqual(['evil'])
  })

  test('through a symbolic link as well, whichever way it leads', async () => {
    await write(join(work, 'flytekit.config'), command)
    const link = join(root, 'link')
    await symlink(work, link)
    const untrusted = { code: 'FLYTE_CONFIG_UNTRUSTED' }
    await expect(load({ path: join(link, 'flytekit.config') })).rejects.toMatchObject(untrusted)
    await expect(load({ path: join(work, 'flytekit.config'), workingDirectory: link })).rejects.toMatchObject(untrusted)
    await expect(load({}, { FLYTECTL_CONFIG: join(link, 'flytekit.config') })).rejects.toMatchObject(untrusted)
    await write(join(home, '.flyte/config'), command)
    expect((await load({ path: join(home, '.flyte/config') })).config.credentials.command).toEqual(['evil'])
  })

  test('from ~/.flyte does not, even at home', async () => {
    await write(join(home, '.flyte/config'), command)
    expect((await load({ workingDirectory: home })).config.credentials.command).toEqual(['evil'])
    const options = { env: {}, workingDirectory: home, homeDirectory: home }
    expect((await loadConfig(options)).config.credentials.command).toEqual(['evil'])
  })
})

test('files that settings name are relative to the working directory', async () => {
  await write(join(work, 'id.txt'), 'ci')
  await write(join(work, 'secret.txt'), 'secret')
  const { config } = await load(
    {},
    { FLYTE_CREDENTIALS_CLIENT_ID_FROM_FILE: 'id.txt', FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION: 'secret.txt' },
  )
  expect([config.credentials.clientId, config.credentials.clientSecret]).toEqual(['ci', 'secret'])
})

test('without a HOME in the environment it is the user’s own', async () => {
  const { config } = await loadConfig({ env: {}, workingDirectory: work, homeDirectory: home })
  expect(config.platform.url).toBeUndefined()
})

test('on Windows the home is USERPROFILE', async () => {
  await write(join(home, '.flyte/config'), ini('ini'))
  const { config } = await loadConfig({ env: { USERPROFILE: home }, workingDirectory: work })
  expect(config.platform.url).toBe('ini')
})

test('a path through what is no folder leads to no file', async () => {
  await write(join(work, 'file'), '')
  await expect(load({ path: 'file/config' })).rejects.toMatchObject({ code: 'FLYTE_CONFIG_FILE_MISSING' })
})

test('profiles are listed by name; what is named otherwise is none', async () => {
  for (const name of [
    'config.yaml',
    'config.b.yaml',
    'config.a-1.yaml',
    'config.x.yml',
    'config..yaml',
    'other.c.yaml',
  ])
    await write(join(home, '.flyte', name), '')
  expect(listProfiles({ homeDirectory: home })).toEqual(['a-1', 'b'])
  expect(listProfiles({ homeDirectory: work })).toEqual([])
})

test('the default warning is Node’s own', async () => {
  const heard = new Promise<Error>((resolve) => process.once('warning', resolve))
  await loadConfig({ env: { FLYTECTL_CONFIG: '/no/such.yaml' }, workingDirectory: work, homeDirectory: home })
  expect(await heard).toMatchObject({ name: 'FlyteConfigWarning', message: expect.stringContaining('/no/such.yaml') })
})
