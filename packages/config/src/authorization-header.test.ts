import { expect, test } from 'vitest'
import { authorizationHeader } from './authorization-header.js'
import { resolveConfig } from './resolve-config.js'

const headerOf = (key?: string) =>
  authorizationHeader(resolveConfig({ env: { FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: key } }).config)

test('the header is authorization unless another is configured, in lower case', () => {
  expect(headerOf()).toBe('authorization')
  expect(headerOf('Flyte-Authorization')).toBe('flyte-authorization')
})

test.each(['', ' ', 'a b', 'x\r\nevil: 1', 'héader', 'a:b', 'Host', 'cookie', 'Content-Length'])(
  '%j is refused',
  (key) => {
    expect(() => headerOf(key)).toThrow(
      expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID', setting: 'credentials.authorization_metadata_key' }),
    )
  },
)
