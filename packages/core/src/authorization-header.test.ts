import { expect, test } from 'vitest'
import { authorizationHeader } from './authorization-header.js'

test('the header is authorization unless another is configured, in lower case', () => {
  expect(authorizationHeader()).toBe('authorization')
  expect(authorizationHeader('Flyte-Authorization')).toBe('flyte-authorization')
})

test.each(['', ' ', 'a b', 'x\r\nevil: 1', 'héader', 'a:b', 'Host', 'cookie', 'Content-Length'])(
  '%j is refused',
  (key) => {
    expect(() => authorizationHeader(key)).toThrow(
      expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID', setting: 'credentials.authorization_metadata_key' }),
    )
  },
)
