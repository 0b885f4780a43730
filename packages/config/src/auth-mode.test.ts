import { ConfigError } from '@flyte-js/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAuthMode } from './auth-mode.js'

const words = {
  pkce: ['standard', 'pkce'],
  client_credentials: ['basic', 'client_credentials', 'clientsecret'],
  external_command: ['external_process', 'externalcommand', 'external_command'],
  device: ['deviceflow', 'device'],
  none: ['none', 'passthrough'],
}

test.each(Object.entries(words).flatMap(([mode, each]) => each.map((word) => [word, mode])))(
  '%s in any case is %s',
  (word, mode) => {
    fc.assert(
      fc.property(fc.mixedCase(fc.constant(word)), (any) => {
        expect(parseAuthMode(any)).toBe(mode)
      }),
    )
  },
)

test.each(['', ' ', 'basic ', 'oauth', 'constructor', '__proto__', 'toString'])(
  '%j is none, and the error lists them',
  (word) => {
    expect(() => parseAuthMode(word)).toThrow(ConfigError)
    try {
      parseAuthMode(word)
    } catch (error) {
      expect(error).toMatchObject({ code: 'FLYTE_CONFIG_INVALID', setting: 'credentials.auth_mode' })
      for (const each of Object.values(words).flat()) expect((error as Error).message).toContain(each)
    }
  },
)

test('the error does not repeat the word, which may be a secret in the wrong variable', () => {
  expect(() => parseAuthMode('canary-7f3a')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('canary') }),
  )
})
