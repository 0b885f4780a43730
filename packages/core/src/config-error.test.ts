import { expect, test } from 'vitest'
import { ConfigError } from './config-error.js'

test('a ConfigError has its setting and the places that were looked at, in order', () => {
  const tried = ['FLYTE_PLATFORM_URL (not set)', 'FLYTE_PLATFORM_URL_FROM_FILE (not set)']
  const error = new ConfigError('FLYTE_CONFIG_MISSING', 'No.', {
    setting: 'platform.url',
    tried,
    cause: new Error('x'),
  })
  expect(error.toJSON()).toEqual({
    name: 'ConfigError',
    code: 'FLYTE_CONFIG_MISSING',
    message: 'No.',
    setting: 'platform.url',
    tried,
    cause: { name: 'Error', message: '(message withheld)' },
  })
})

test('without a setting the field is absent, and nothing was tried', () => {
  const error = new ConfigError('FLYTE_CONFIG_INVALID', 'No.')
  expect('setting' in error).toBe(false)
  expect(error.tried).toEqual([])
})
