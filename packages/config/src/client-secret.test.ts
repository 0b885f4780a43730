import { describe, expect, test } from 'vitest'
import { type ResolveConfigOptions, resolveConfig } from './resolve-config.js'

const literal = 'FLYTE_CREDENTIALS_CLIENT_SECRET'
const location = `${literal}_LOCATION`
const envVar = `${literal}_ENV_VAR`

/** Resolves the secret and the mode from variables, and the file `/secret` if there is a text for it. */
function secretOf(env: Record<string, string>, file?: string, rest: Partial<ResolveConfigOptions> = {}) {
  const readFile = (path: string) => (path === '/secret' ? file : undefined)
  return resolveConfig({ env, readFile, ...rest })
}

describe('the last place that has one gives it, and all but the literal decide the mode', () => {
  test.each<[Record<string, string>, file: string | undefined, secret: string | undefined, mode: string]>([
    [{}, undefined, undefined, 'pkce'],
    [{ [literal]: 'a' }, undefined, 'a', 'pkce'],
    [{ [literal]: 'a', [location]: '/secret' }, 'b', 'b', 'client_credentials'],
    [{ [literal]: 'a', [location]: '/secret', [envVar]: 'V', V: 'c' }, 'b', 'c', 'client_credentials'],
    [{ [literal]: 'a', [envVar]: 'V', V: 'c' }, undefined, 'c', 'client_credentials'],
    [{ [location]: '/secret', [envVar]: 'V' }, 'b', 'b', 'client_credentials'],
    [{ [location]: '/secret', [envVar]: 'V', V: '' }, 'b', 'b', 'client_credentials'],
    [{ [literal]: 'a', [envVar]: 'V', V: '' }, undefined, 'a', 'pkce'],
    [{ [literal]: 'a', [location]: '/secret' }, '', 'a', 'pkce'],
    [{ [literal]: 'a', [location]: '', [envVar]: '' }, 'b', 'a', 'pkce'],
    // What stripping leaves is nothing: the literal remains, and the mode is decided all the same.
    [{ [literal]: 'a', [location]: '/secret' }, ' \n', 'a', 'client_credentials'],
    [{ [location]: '/secret' }, '\n', undefined, 'client_credentials'],
    [{ [literal]: '' }, undefined, undefined, 'pkce'],
  ])('%j with the file %j: %j', (env, file, secret, mode) => {
    const { config } = secretOf(env, file)
    expect([config.credentials.clientSecret, config.credentials.authMode]).toEqual([secret, mode])
  })
})

describe('a file is stripped when it ends in a line break, and then wholly', () => {
  test.each([
    ['secret', 'secret'],
    [' secret ', ' secret '],
    [' secret \n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret\r', 'secret'],
    ['a\r\nb', 'a\nb'],
    ['a\rb\n\n', 'a\nb'],
    ['\x1csecret\x85\n', 'secret'],
    ['secret\u2028', 'secret\u2028'],
    ['\uFEFFsecret\n', 'secret'],
  ])('%j gives %j', (text, secret) => {
    expect(secretOf({ [location]: '/secret' }, text).config.credentials.clientSecret).toBe(secret)
  })

  test('and its byte order mark is reported', () => {
    const row = secretOf({ [location]: '/secret' }, '\uFEFFsecret')
      .explain()
      .find(({ setting }) => setting === 'credentials.client_secret_location')
    expect(row?.problems).toEqual([expect.stringContaining('byte order mark')])
  })
})

test('explain tells where the secret is from', () => {
  const rowOf = (env: Record<string, string>, file?: string) =>
    secretOf(env, file)
      .explain()
      .find(({ setting }) => setting === 'credentials.client_secret')
  expect(rowOf({ [envVar]: 'V', V: 'c' })).toMatchObject({
    value: '••••',
    source: 'credentials.client_secret_env_var',
    shadowed: [],
  })
  expect(rowOf({ [literal]: 'a', [location]: '/secret' }, 'b')).toMatchObject({
    value: '••••',
    source: 'credentials.client_secret_location',
  })
  expect(rowOf({ [literal]: 'a', [location]: '/secret' }, '\n')?.source).toBe(`environment ${literal}`)
})

test('get keeps the raw values', () => {
  const { get } = secretOf({ [literal]: 'a', [location]: '/secret', [envVar]: 'V', V: 'c' }, 'b')
  expect([
    get('credentials.client_secret'),
    get('credentials.client_secret_location'),
    get('credentials.client_secret_env_var'),
    get('credentials.auth_mode'),
  ]).toEqual(['a', '/secret', 'V', 'standard'])
})

describe('a missing file', () => {
  test.each([
    [{ [location]: '/none' }],
    [{ [location]: '/none', [envVar]: 'V', V: 'c' }],
    [{ [location]: '/none', [literal]: 'a' }],
  ])('is an error that names it: %j', (env) => {
    expect(() => secretOf(env)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_FILE_MISSING',
        setting: 'credentials.client_secret_location',
        message: expect.stringContaining('/none'),
      }),
    )
  })

  test('is not named when it may be the secret itself', () => {
    expect(() => secretOf({ [location]: 'p@ss-canary' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') }),
    )
  })

  test('does no harm when the program says what the secret is', () => {
    const overrides = { credentials: { clientSecret: 'mine' } }
    const { config } = secretOf({ [location]: '/none', [envVar]: 'V', V: 'c' }, undefined, { overrides })
    expect(config.credentials.clientSecret).toBe('mine')
    expect(config.credentials.authMode).toBe('client_credentials')
  })
})

describe('the mode', () => {
  const mode = 'FLYTE_CREDENTIALS_AUTH_MODE'
  const notes = (env: Record<string, string>) =>
    secretOf(env)
      .explain()
      .find(({ setting }) => setting === 'credentials.auth_mode')?.problems

  test('that is set gives way to a secret from a variable, which is reported', () => {
    const env = { [mode]: 'standard', [envVar]: 'V', V: 'c' }
    expect(secretOf(env).config.credentials.authMode).toBe('client_credentials')
    expect(notes(env)).toEqual([expect.stringContaining('basic')])
    expect(notes({ [envVar]: 'V', V: 'c' })).toEqual([])
  })

  test('that the program says stays', () => {
    const overrides = { credentials: { authMode: 'device' } }
    expect(secretOf({ [envVar]: 'V', V: 'c' }, undefined, { overrides }).config.credentials.authMode).toBe('device')
  })

  test('a variable that is not set is reported', () => {
    const row = secretOf({ [envVar]: 'NO_SUCH' })
      .explain()
      .find(({ setting }) => setting === 'credentials.client_secret_env_var')
    expect(row?.problems).toEqual(['NO_SUCH (not set)'])
  })
})
