import { expect, test } from 'vitest'
import { parseGoDuration } from './go-duration.js'
import { settingRows } from './setting-rows.js'
import { environmentName, type SettingName, settings } from './settings.js'

const names = Object.keys(settings) as SettingName[]

test.each<[SettingName, string]>([
  ['platform.url', 'FLYTE_PLATFORM_URL'],
  ['platform.insecure_skip_verify', 'FLYTE_PLATFORM_INSECURE_SKIP_VERIFY'],
  ['credentials.client_secret_env_var', 'FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR'],
  ['local.project', 'FLYTE_LOCAL_PROJECT'],
  ['admin.device_flow_poll_interval', 'FLYTE_ADMIN_DEVICE_FLOW_POLL_INTERVAL'],
])('the variable of %s is %s', (name, variable) => {
  expect(environmentName(name)).toBe(variable)
})

test('no two settings share a variable, a key of the view or a path in a file', () => {
  for (const key of ['name', 'variable', 'yaml'] as const) {
    const taken = settingRows.flatMap((row) => row[key] ?? [])
    expect(new Set(taken).size, key).toBe(taken.length)
  }
  const keys = settingRows.map(({ section, key }) => `${section}.${key}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test('a default is of its setting’s type', () => {
  for (const { name, type, default: value } of settingRows) {
    if (value === undefined) continue
    const isOfType = {
      string: typeof value === 'string',
      boolean: typeof value === 'boolean',
      list: Array.isArray(value),
      integer: Number.isSafeInteger(value),
      duration: parseGoDuration(String(value)) !== undefined,
    }[type]
    expect(isOfType, name).toBe(true)
  }
})

test('where the clients of Flyte disagree on a default there is none', () => {
  const withDefault = names.filter((name) => 'default' in settings[name])
  expect(withDefault).toEqual([
    'platform.insecure',
    'platform.insecure_skip_verify',
    'platform.auth',
    'platform.cloud_provider',
    'credentials.auth_mode',
    'credentials.scopes',
    'admin.max_retries',
    'admin.per_retry_timeout',
    'admin.max_backoff_delay',
    'admin.token_refresh_window',
    'admin.use_audience_from_admin',
    'admin.pkce_timeout',
    'admin.pkce_refresh_time',
    'admin.device_flow_timeout',
    'admin.device_flow_refresh_time',
    'admin.device_flow_poll_interval',
  ])
})

test('one setting is a secret', () => {
  expect(names.filter((name) => 'secret' in settings[name])).toEqual(['credentials.client_secret'])
})
