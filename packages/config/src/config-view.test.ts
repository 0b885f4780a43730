import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { resolveConfig } from './resolve-config.js'

/** The view over variables given without their FLYTE_. */
const view = (env: Record<string, string> = {}) =>
  resolveConfig({ env: Object.fromEntries(Object.entries(env).map(([name, text]) => [`FLYTE_${name}`, text])) }).config

test('without any setting there are the defaults', () => {
  const { platform, credentials } = view()
  expect(platform).toEqual({ insecure: false, insecureSkipVerify: false, auth: false, cloudProvider: 'aws' })
  expect(credentials).toEqual({
    clientId: undefined,
    authMode: 'pkce',
    scopes: [],
    audience: undefined,
    authorizationMetadataKey: undefined,
  })
  expect(credentials.clientSecret).toBeUndefined()
})

test('every setting has its place', () => {
  const { platform, credentials } = view({
    PLATFORM_URL: 'dns:///flyte.example.com',
    PLATFORM_INSECURE: 'yes',
    PLATFORM_AUTH: 'on',
    CREDENTIALS_CLIENT_ID: 'ci',
    CREDENTIALS_CLIENT_SECRET: 'secret',
    CREDENTIALS_AUTH_MODE: 'Basic',
    CREDENTIALS_SCOPES: 'all,offline',
    CREDENTIALS_AUDIENCE: 'https://api.example',
    CREDENTIALS_AUTHORIZATION_METADATA_KEY: 'Flyte-Authorization',
  })
  expect(platform).toMatchObject({ url: 'flyte.example.com', insecure: true, auth: true })
  expect(credentials).toEqual({
    clientId: 'ci',
    authMode: 'client_credentials',
    scopes: ['all', 'offline'],
    audience: 'https://api.example',
    authorizationMetadataKey: 'flyte-authorization',
  })
  expect(credentials.clientSecret).toBe('secret')
})

describe('scopes', () => {
  test.each<[scopes: string | undefined, scope: string | undefined, list: string[]]>([
    ['a,b', undefined, ['a', 'b']],
    ['a, b,', undefined, ['a', ' b', '']],
    [undefined, 'a b', ['a', 'b']],
    [undefined, '  a   b ', ['a', 'b']],
    [undefined, '', []],
    [undefined, 'a,b', ['a,b']],
    [undefined, 'a\tb', ['a\tb']],
    ['a', 'b c', ['a']],
    ['', 'b c', []],
  ])('of scopes=%j and scope=%j are %j', (scopes, scope, list) => {
    const env = {
      ...(scopes !== undefined && { CREDENTIALS_SCOPES: scopes }),
      ...(scope !== undefined && { CREDENTIALS_SCOPE: scope }),
    }
    expect(view(env).credentials.scopes).toEqual(list)
  })
})

describe('insecure', () => {
  test.each<[url: string, insecure: string | undefined, expected: boolean]>([
    ['http://h', undefined, true],
    ['HTTP://h', undefined, true],
    ['https://h', undefined, false],
    ['h', undefined, false],
    ['httpbin.example', undefined, false],
    ['http://h', 'false', false],
    ['h', 'true', true],
    ['h', '', false],
  ])('of url=%j and insecure=%j is %s', (url, insecure, expected) => {
    const env = { PLATFORM_URL: url, ...(insecure !== undefined && { PLATFORM_INSECURE: insecure }) }
    expect(view(env).platform.insecure).toBe(expected)
  })
})

describe('the client secret', () => {
  const { credentials } = view({ CREDENTIALS_CLIENT_SECRET: 'canary' })

  test('can be read, and nobody prints it', () => {
    expect(credentials.clientSecret).toBe('canary')
    expect(Object.keys(credentials)).not.toContain('clientSecret')
    expect(JSON.stringify(credentials)).not.toContain('canary')
    expect(JSON.stringify({ ...credentials })).not.toContain('canary')
    expect(inspect(credentials)).not.toContain('canary')
    expect(inspect(credentials, { showHidden: true })).not.toContain('canary')
  })

  test('that is empty is none', () => {
    expect(view({ CREDENTIALS_CLIENT_SECRET: '' }).credentials.clientSecret).toBeUndefined()
  })
})
