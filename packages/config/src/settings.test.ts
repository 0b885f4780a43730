import { expect, test } from 'vitest'
import { environmentName, type SettingName, settings } from './settings.js'

test('every setting that the main job needs has its variable and its default', () => {
  const rows = (Object.keys(settings) as SettingName[]).map((name) => {
    const { type, ...rest } = settings[name]
    return [environmentName(name), type, rest]
  })
  expect(rows).toEqual([
    ['FLYTE_PLATFORM_URL', 'string', {}],
    ['FLYTE_PLATFORM_INSECURE', 'boolean', { default: false }],
    ['FLYTE_PLATFORM_AUTH', 'boolean', { default: false }],
    ['FLYTE_CREDENTIALS_CLIENT_ID', 'string', {}],
    ['FLYTE_CREDENTIALS_CLIENT_SECRET', 'string', { secret: true }],
    ['FLYTE_CREDENTIALS_AUTH_MODE', 'string', { default: 'standard' }],
    ['FLYTE_CREDENTIALS_SCOPE', 'string', {}],
    ['FLYTE_CREDENTIALS_SCOPES', 'list', { default: [] }],
    ['FLYTE_CREDENTIALS_AUDIENCE', 'string', {}],
    ['FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY', 'string', {}],
  ])
})
