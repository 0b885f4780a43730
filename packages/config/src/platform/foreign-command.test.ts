import { describe, expect, test } from 'vitest'
import { type ResolveConfigOptions, resolveConfig } from '../resolve-config.js'

const text = '[credentials]\ncommand = evil,program'
const resolve = (path: string, options: Partial<ResolveConfigOptions> = {}) =>
  resolveConfig({ env: {}, file: { path, text }, workingDirectory: '/srv/repo', ...options })

describe('a command from a file in the working directory is refused', () => {
  test.each([
    '/srv/repo/flytekit.config',
    '/srv/repo/sub/flytekit.config',
    '/srv/other/../repo/flytekit.config',
    '/srv/repo/./flytekit.config',
    '//srv/repo/flytekit.config',
    'flytekit.config',
    './flytekit.config',
    'a b#c?d%41.config',
    '/srv/repo/.flyte/config',
    'a:b/flytekit.config',
    'http:',
    'a\\..\\..\\x',
  ])('%s', (path) => {
    expect(() => resolve(path)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_UNTRUSTED',
        setting: 'credentials.command',
        message: expect.stringContaining('trustWorkingDirectory: true'),
      }),
    )
    expect(resolve(path, { trustWorkingDirectory: true }).config.credentials.command).toEqual(['evil', 'program'])
  })

  test('also below a directory that ends in a slash, at the root, and on Windows', () => {
    const refused = { code: 'FLYTE_CONFIG_UNTRUSTED' }
    for (const [workingDirectory, path] of [
      ['/srv/repo/', '/srv/repo/x'],
      ['/', '/x'],
      ['C:\\me\\repo', 'c:\\Me\\repo\\flytekit.config'],
      ['C:\\me\\repo', 'C:/me/repo/flytekit.config'],
    ] as const) {
      expect(() => resolve(path, { workingDirectory }), path).toThrow(expect.objectContaining(refused))
    }
  })

  test('a proxy command likewise', () => {
    const file = { path: '/srv/repo/x', text: '[credentials]\nproxy_command = evil' }
    expect(() => resolve('', { file })).toThrow(expect.objectContaining({ setting: 'credentials.proxy_command' }))
  })
})

describe('it is taken', () => {
  test.each([
    ['/srv/repository/x', {}],
    ['/srv/x', {}],
    ['/srv/repo/../x', {}],
    ['../x', {}],
    ['/srv/repo\\x', {}],
    ['/home/me/.flyte-not/x', { env: { HOME: '/home/me' } }],
    ['/etc/flyte/config', { workingDirectory: '/' }],
    ['C:\\flyte\\config', { workingDirectory: 'C:\\' }],
    ['/home/me/.flyte/config', { workingDirectory: '/home/me', env: { HOME: '/home/me' } }],
    ['/home/me/.flyte/config', { workingDirectory: '/home/me', homeDirectory: '/home/me' }],
    ['/home/me/.flyte/config', { workingDirectory: '/', env: { USERPROFILE: '/home/me' } }],
  ])('from %s, %j', (path, options) => {
    expect(resolve(path, options).config.credentials.command).toEqual(['evil', 'program'])
  })

  test('where nobody says what the working directory is', () => {
    const { config } = resolveConfig({ env: {}, file: { path: 'flytekit.config', text } })
    expect(config.credentials.command).toEqual(['evil', 'program'])
  })

  test('from a variable and from the program, whatever the file says', () => {
    const env = { FLYTE_CREDENTIALS_COMMAND: 'mine' }
    expect(resolve('x', { env }).config.credentials.command).toEqual(['mine'])
    const overrides = { credentials: { command: ['mine'] } }
    expect(resolve('x', { overrides }).config.credentials.command).toEqual(['mine'])
  })
})

test('a name with a backslash in it is no way home', () => {
  for (const workingDirectory of ['/home/me/repo/..\\.flyte', '/home/me/repo/.\t./.flyte', '/home/me/.flyte-evil']) {
    const options = { workingDirectory, env: { HOME: '/home/me' } }
    expect(() => resolve(`${workingDirectory}/flytekit.config`, options), workingDirectory).toThrow()
  }
})

test('a home in the home directory is not anybody’s: .flyte of another user is foreign', () => {
  const options = { workingDirectory: '/home', env: { HOME: '/home/me' } }
  expect(() => resolve('/home/you/.flyte/config', options)).toThrow()
})
