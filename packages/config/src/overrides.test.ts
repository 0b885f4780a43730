import { describe, expect, test } from 'vitest'
import { resolveConfig } from './resolve-config.js'

const resolve = (overrides: object) => resolveConfig({ env: { FLYTE_ADMIN_MAX_RETRIES: 'nonsense' }, overrides })
/** A value that is given keeps what is wrong in the environment from mattering. */
const retries = { maxRetries: 1 }

describe('durations are milliseconds, as in the view', () => {
  test.each([
    [0, 0],
    [15_000, 15_000],
    [1.5, 1.5],
    [0.000001, 0.000001],
    [86_400_000, 86_400_000],
  ])('%f', (given, expected) => {
    const { config, get } = resolve({ admin: { ...retries, perRetryTimeout: given } })
    expect(config.admin.perRetryTimeout).toBe(expected)
    expect(get('admin.per_retry_timeout')).toMatch(/^[\d.]+ms$/)
  })

  test.each([
    -1,
    -0.4,
    1e13,
    9e15,
    1e22,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '15s',
    '15',
    true,
    [15],
    new Date(0),
    1n,
  ])('not %s', (given) => {
    expect(() => resolve({ admin: { ...retries, perRetryTimeout: given } })).toThrow(
      expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID', setting: 'admin.per_retry_timeout' }),
    )
  })
})

test('every type is checked', () => {
  for (const [section, key, value] of [
    ['admin', 'maxRetries', 1.5],
    ['admin', 'maxRetries', -1],
    ['admin', 'maxRetries', '4'],
    ['credentials', 'command', 'a b'],
    ['platform', 'insecureSkipVerify', 'yes'],
    ['local', 'project', 7],
  ] as const) {
    expect(() =>
      resolve({
        admin: { ...retries, ...(section === 'admin' && { [key]: value }) },
        [section]: { ...(section === 'admin' && retries), [key]: value },
      }),
    ).toThrow(expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID' }))
  }
})

test.each([
  [{ platform: { uri: 'h' } }, 'platform.uri'],
  [{ credentials: { client_id: 'ci' } }, 'credentials.client_id'],
  [{ nonsense: { url: 'h' } }, 'nonsense.url'],
])('a key that is no setting is an error that names it: %j', (overrides, name) => {
  expect(() => resolve(overrides)).toThrow(
    expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID', message: expect.stringContaining(name) }),
  )
})

test('a mode may be any of its words', () => {
  expect(resolve({ admin: retries, credentials: { authMode: 'DeviceFlow' } }).config.credentials.authMode).toBe(
    'device',
  )
})

test('a view can be handed on, its secret too', () => {
  const { config } = resolveConfig({ env: { FLYTE_CREDENTIALS_CLIENT_SECRET: 'secret', FLYTE_PLATFORM_URL: 'h' } })
  const again = resolveConfig({ env: {}, overrides: config }).config
  expect(again).toEqual(config)
  expect(again.credentials.clientSecret).toBe('secret')
})
