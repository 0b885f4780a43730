import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { AuthError } from './auth-error.js'
import { ConfigError } from './config-error.js'
import { FlyteError } from './flyte-error.js'
import { TransportError } from './http-transport.js'

const canary = 'canary-7f3a'

test('an error has its class as its name, its code and its message', () => {
  const error = new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.')
  expect(error).toBeInstanceOf(Error)
  expect([error.name, error.code, error.message]).toEqual(['FlyteError', 'FLYTE_INVALID_ARGUMENT', 'No.'])
  expect(new ConfigError('FLYTE_CONFIG_MISSING', 'No.').name).toBe('ConfigError')
  expect('cause' in error).toBe(false)
})

test('isInstance knows the errors of another copy of this package', async () => {
  // The query makes Node load the same built file anew.
  const url = new URL('../dist/index.js', import.meta.url).href
  const one = (await import(/* @vite-ignore */ `${url}?copy=1`)) as typeof import('./index.js')
  const other = (await import(/* @vite-ignore */ `${url}?copy=2`)) as typeof import('./index.js')
  const error = new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'No.')
  expect(error).not.toBeInstanceOf(one.FlyteError)
  expect(FlyteError.isInstance(new one.ConfigError('FLYTE_CONFIG_MISSING', 'No.'))).toBe(true)
  expect(one.FlyteError.isInstance(error)).toBe(true)
  expect(other.FlyteError.isInstance(new one.AuthError('FLYTE_AUTH_GRANT_REFUSED', 'No.'))).toBe(true)
})

test('the error of another copy is kept as a cause with all that it says', async () => {
  const url = new URL('../dist/index.js', import.meta.url).href
  const copy = (await import(/* @vite-ignore */ `${url}?copy=3`)) as typeof import('./index.js')
  const cause = new copy.AuthError('FLYTE_AUTH_GRANT_REFUSED', 'Refused.', { oauthError: 'invalid_client' })
  expect(new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.', { cause }).cause).toBe(cause)
})

test.each([undefined, null, 0, '', 'FlyteError', true, Symbol('x'), 1n, {}, [], () => 0, new Error('x')])(
  'isInstance(%s) is false',
  (value) => {
    expect(FlyteError.isInstance(value)).toBe(false)
  },
)

test('the brand is invisible: no logger prints it, no copy has it', () => {
  const error = new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.')
  expect(inspect(error)).not.toContain('flyte-js.error')
  expect(FlyteError.isInstance({ ...error })).toBe(false)
})

test('toJSON tells name, code, message and what the subclass adds, and no stack', () => {
  const error = new TransportError('FLYTE_HTTP_TIMEOUT', 'Late.', {
    url: `https://user:${canary}@h:8/p?token=${canary}#x`,
  })
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'TransportError',
    code: 'FLYTE_HTTP_TIMEOUT',
    message: 'Late.',
    url: 'https://h:8/p',
    sent: 'unknown',
    reusedSocket: false,
    isTemporary: true,
  })
})

test('toJSON tells nested causes, ours in full and those of others in summary', () => {
  const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', errno: -111 })
  const foreign = new TypeError(`fetch failed ${canary}`, { cause: system })
  const middle = new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'Middle.', { grant: 'password', cause: foreign })
  const outer = new FlyteError('FLYTE_INVALID_ARGUMENT', 'Outer.', { cause: middle })
  expect(JSON.parse(JSON.stringify(outer))).toEqual({
    name: 'FlyteError',
    code: 'FLYTE_INVALID_ARGUMENT',
    message: 'Outer.',
    cause: {
      name: 'AuthError',
      code: 'FLYTE_AUTH_SERVER_UNREACHABLE',
      message: 'Middle.',
      grant: 'password',
      cause: {
        name: 'TypeError',
        message: '(message withheld)',
        cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' },
      },
    },
  })
})

test('no way to print an error shows what a foreign cause holds', () => {
  const cause = Object.assign(new Error(`got ${canary}`), { response: { body: canary }, config: { auth: canary } })
  const error = new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.', { cause })
  const printed = [
    String(error),
    error.stack,
    JSON.stringify(error),
    inspect(error, { depth: 20, showHidden: true }),
    inspect(structuredClone(error), { depth: 20, showHidden: true }),
  ]
  expect(printed.join('\n')).not.toContain(canary)
})

test('isInstance of a subclass tells its kind, and names survive bundlers that shorten those of classes', () => {
  const config = new ConfigError('FLYTE_CONFIG_MISSING', 'No.')
  const transport = new TransportError('FLYTE_HTTP_TIMEOUT', 'No.', { url: 'http://a' })
  expect(ConfigError.isInstance(config)).toBe(true)
  expect(AuthError.isInstance(config)).toBe(false)
  expect([config, transport].map((error) => FlyteError.isInstance(error))).toEqual([true, true])
  expect([undefined, null, 'text', new Error('x')].map((error) => ConfigError.isInstance(error))).not.toContain(true)
  const shortened = class a extends AuthError {}
  expect(new shortened('FLYTE_AUTH_GRANT_REFUSED', 'No.').name).toBe('AuthError')
})
