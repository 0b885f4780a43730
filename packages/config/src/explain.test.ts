import { describe, expect, test } from 'vitest'
import { resolveConfig } from './resolve-config.js'
import type { SettingName } from './settings.js'

const rowOf = (setting: SettingName, env: Record<string, string>, files: Record<string, string> = {}) =>
  resolveConfig({ env, readFile: (path) => files[path] })
    .explain()
    .find((row) => row.setting === setting)

test.each<[SettingName, Record<string, string>, value: string, source: string]>([
  ['platform.url', {}, '', 'not set'],
  ['platform.url', { FLYTE_PLATFORM_URL: 'dns:///h:1' }, 'h:1', 'environment FLYTE_PLATFORM_URL'],
  ['platform.insecure', {}, 'false', 'default'],
  ['platform.insecure', { FLYTE_PLATFORM_INSECURE: '1' }, 'true', 'environment FLYTE_PLATFORM_INSECURE'],
  ['credentials.auth_mode', {}, 'standard', 'default'],
  [
    'credentials.auth_mode',
    { FLYTE_CREDENTIALS_AUTH_MODE: 'Basic' },
    'Basic',
    'environment FLYTE_CREDENTIALS_AUTH_MODE',
  ],
  ['credentials.scopes', {}, '', 'default'],
  ['credentials.scopes', { FLYTE_CREDENTIALS_SCOPES: 'a, b' }, 'a, b', 'environment FLYTE_CREDENTIALS_SCOPES'],
  ['credentials.audience', { FLYTE_CREDENTIALS_AUDIENCE: 'a@b' }, 'a@b', 'environment FLYTE_CREDENTIALS_AUDIENCE'],
])('%s of %j is %j from %s', (setting, env, value, source) => {
  const variable = `FLYTE_${setting.toUpperCase().replace('.', '_')}`
  expect(rowOf(setting, env)).toEqual({ setting, env: variable, value, source, shadowed: [], problems: [] })
})

test('there is one row a setting, and a redirect shows its target', () => {
  const env = { FLYTE_CREDENTIALS_CLIENT_ID_FROM_FILE: '/run/id', FLYTE_CREDENTIALS_CLIENT_ID: 'ci' }
  expect(rowOf('credentials.client_id', env, { '/run/id': 'other' })).toMatchObject({
    value: 'ci',
    shadowed: ['FLYTE_CREDENTIALS_CLIENT_ID_FROM_FILE -> /run/id'],
  })
  const settings = resolveConfig({ env })
    .explain()
    .map((row) => row.setting)
  expect(new Set(settings).size).toBe(settings.length)
  expect(settings).toHaveLength(35)
})

describe('the client secret', () => {
  const secret = 'FLYTE_CREDENTIALS_CLIENT_SECRET'

  test('is masked whole, whatever its length', () => {
    const values = ['s', 'a longer secret'].map((text) => rowOf('credentials.client_secret', { [secret]: text })?.value)
    expect(values).toEqual(['••••', '••••'])
  })

  test('shows that it is set though empty, and that it is not', () => {
    expect(rowOf('credentials.client_secret', { [secret]: '' })?.value).toBe('••••')
    expect(rowOf('credentials.client_secret', {})?.value).toBe('')
  })
})

test.each([
  ['https://user:canary@h/', 'https://••••@h/'],
  ['https://user:can/ary@h/', 'https://••••@h/'],
  ['user:canary@h:80', '••••@h:80'],
  ['https://h/', 'https://h/'],
  ['https://h/?token=canary', 'https://h/?••••'],
  ['h#canary', 'h?••••'],
  ['//user:canary@h', '//••••@h'],
])('of an endpoint with a password, %s, it shows %s', (url, value) => {
  expect(rowOf('platform.url', { FLYTE_PLATFORM_URL: url })?.value).toBe(value)
})

test('the same goes for every other URL, and for nothing that is none', () => {
  const env = {
    FLYTE_PLATFORM_HTTP_PROXY_URL: 'http://user:canary@proxy:3128',
    FLYTE_ADMIN_TOKEN_URL: 'https://idp/token?key=canary',
    FLYTE_CREDENTIALS_AUDIENCE: 'a@b',
    FLYTE_PLATFORM_HTTP_URL: '//user:canary@h',
    FLYTE_PLATFORM_CONSOLE_ENDPOINT: 'user:canary@h',
  }
  expect(JSON.stringify(resolveConfig({ env }).explain())).not.toContain('canary')
  expect(rowOf('platform.http_proxy_url', env)?.value).toBe('http://••••@proxy:3128')
  expect(rowOf('admin.token_url', env)?.value).toBe('https://idp/token?••••')
  expect(rowOf('credentials.audience', env)?.value).toBe('a@b')
})

test('a secret where the path of its file belongs is withheld', () => {
  const resolution = resolveConfig({
    env: { FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION: 'p@ss-canary' },
    readFile: () => 'secret',
  })
  expect(JSON.stringify(resolution.explain())).not.toContain('canary')
})

test('a secret where the name of its place belongs is withheld', () => {
  const env = { FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR: 'p@ss-canary' }
  expect(JSON.stringify(resolveConfig({ env }).explain())).not.toContain('canary')
  expect(rowOf('credentials.client_secret_env_var', env)?.value).toContain('withheld')
  expect(rowOf('credentials.client_secret_env_var', { FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR: 'CI_SECRET' })).toEqual({
    setting: 'credentials.client_secret_env_var',
    env: 'FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR',
    value: 'CI_SECRET',
    source: 'environment FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR',
    shadowed: [],
    problems: ['CI_SECRET (not set)'],
  })
})
