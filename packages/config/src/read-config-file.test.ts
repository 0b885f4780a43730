import { describe, expect, test } from 'vitest'
import { resolveConfig } from './resolve-config.js'
import type { SettingName } from './settings.js'
import { readYaml } from './yaml/index.js'

const ini = (text: string, env = {}) => resolveConfig({ env, file: { path: 'flytekit.config', text } })
const invalidFile = (says: RegExp) =>
  expect.objectContaining({ code: 'FLYTE_CONFIG_FILE_INVALID', message: expect.stringMatching(says) })

describe('the kind of a file is what its name says', () => {
  test.each(['config.yaml', 'config.yml', 'CONFIG.YAML', 'a/b.Yml', '.yaml'])('%s is YAML', (path) => {
    const file = { path, text: 'admin: { endpoint: h }' }
    expect(resolveConfig({ env: {}, file, yaml: readYaml }).get('platform.url')).toBe('h')
    expect(() => resolveConfig({ env: {}, file })).toThrow(invalidFile(/readYaml.*@flyte-js\/config\/yaml/))
  })

  test.each(['config', 'flytekit.config', 'x.ini', 'myyaml', 'yml', 'config.yaml.bak'])('%s is INI', (path) => {
    const file = { path, text: '[platform]\nurl = h' }
    expect(resolveConfig({ env: {}, file, yaml: readYaml }).get('platform.url')).toBe('h')
  })

  test('a byte order mark is dropped from both', () => {
    expect(ini('\uFEFF[platform]\nurl = h').get('platform.url')).toBe('h')
    const file = { path: 'x.yaml', text: '\uFEFFadmin: { endpoint: h }' }
    expect(resolveConfig({ env: {}, file, yaml: readYaml }).get('platform.url')).toBe('h')
  })

  test('what is no text is refused', () => {
    for (const path of ['x.ini', 'x.yaml']) {
      expect(() => resolveConfig({ env: {}, file: { path, text: 7 as never }, yaml: readYaml })).toThrow(
        invalidFile(/^x\.\w+: expected text$/),
      )
    }
  })
})

describe('an INI file', () => {
  test('gives the settings of the table, by their names', () => {
    const { config } = ini(`
[platform]
url: dns:///h:1
INSECURE = Yes
[credentials]
client_id = ci
scopes = a, b
auth_mode = basic
command = program,argument
[local]
project = p
[admin]
max_retries = 7
per_retry_timeout = 1m
[DEFAULT]
audience = everywhere
`)
    expect(config).toMatchObject({
      platform: { url: 'h:1', insecure: true },
      credentials: {
        clientId: 'ci',
        scopes: ['a', ' b'],
        authMode: 'client_credentials',
        command: ['program', 'argument'],
        audience: 'everywhere',
      },
      local: { project: 'p' },
      admin: { maxRetries: 7, perRetryTimeout: 60_000 },
    })
  })

  test('with a section [internal] is refused; that of another case is not', () => {
    expect(() => ini('[internal]\na = 1')).toThrow(invalidFile(/remove \[internal\]/))
    expect(ini('[Internal]\na = 1\n[platform]\nurl = h').get('platform.url')).toBe('h')
  })

  test.each([
    ['1', true],
    ['yes', true],
    ['TRUE', true],
    ['on', true],
    ['0', false],
    ['No', false],
    ['false', false],
    ['OFF', false],
  ])('the boolean %s is %s', (word, value) => {
    expect(ini(`[platform]\ninsecure = ${word}`).get('platform.insecure')).toBe(value)
  })

  test.each<[SettingName, string]>([
    ['platform.insecure', 'maybe'],
    ['platform.insecure', ''],
    ['platform.insecure', 'n'],
    ['admin.max_retries', 'four'],
    ['admin.max_retries', ''],
    ['admin.per_retry_timeout', '15'],
    ['platform.url', '50%'],
    ['credentials.client_secret', 'a%(none)s'],
  ])('%s = %j is an error with its line, unless another place wins', (name, written) => {
    const [section, option] = name.split('.')
    const text = `[${section}]\n\n${option} = ${written}`
    expect(() => ini(text)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_INVALID',
        setting: name,
        message: expect.stringMatching(`^${name}: flytekit\\.config ${name} line 3: `),
      }),
    )
    const value = name === 'admin.per_retry_timeout' ? '1s' : '1'
    expect(() => ini(text, { [`FLYTE_${name.replace('.', '_').toUpperCase()}`]: value })).not.toThrow()
  })

  test('an empty value is set, but for the mode', () => {
    const resolution = ini('[credentials]\nclient_id =\nscopes =\nauth_mode =')
    expect([
      resolution.get('credentials.client_id'),
      resolution.get('credentials.scopes'),
      resolution.get('credentials.auth_mode'),
    ]).toEqual(['', [], 'standard'])
    expect(() => resolution.require('credentials.client_id')).toThrow('flytekit.config credentials.client_id (empty)')
  })
})

test('it loses to the environment and to redirects, and wins over the default', () => {
  const text = '[credentials]\nclient_id = file\nauth_mode = none'
  const id = 'FLYTE_CREDENTIALS_CLIENT_ID'
  expect(ini(text, { [id]: 'env' }).get('credentials.client_id')).toBe('env')
  expect(ini(text, { [`${id}_FROM_ENV_VAR`]: 'A', A: 'redirect' }).get('credentials.client_id')).toBe('redirect')
  expect(ini(text, { [`${id}_FROM_ENV_VAR`]: 'A' }).get('credentials.client_id')).toBe('file')
  expect(ini(text).get('credentials.auth_mode')).toBe('none')
  const row = ini(text, { [id]: 'env' })
    .explain()
    .find(({ setting }) => setting === 'credentials.client_id')
  expect(row?.shadowed).toEqual(['flytekit.config credentials.client_id line 2'])
})

test('what is missing says where in the file it could be', () => {
  expect(() => ini('[platform]').require('credentials.client_id')).toThrow(
    /, or credentials\.client_id in flytekit\.config\.\nLooked at: .*; flytekit\.config credentials\.client_id \(not set\)$/,
  )
  const file = { path: 'c.yaml', text: '' }
  expect(() => resolveConfig({ env: {}, file, yaml: readYaml }).require('credentials.client_id')).toThrow(
    /, or admin\.clientId in c\.yaml\./,
  )
})
