import { inspect } from 'node:util'
import { ConfigError } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveConfig } from '../resolve-config.js'
import type { SettingName } from '../settings.js'
import { readYaml } from './read-yaml.js'

const resolve = (text: string, env = {}) => resolveConfig({ env, file: { path: 'config.yaml', text }, yaml: readYaml })
const rowOf = (text: string, name: SettingName) =>
  resolve(text)
    .explain()
    .find(({ setting }) => setting === name)

test('a file of flytectl gives its settings', () => {
  const { config } = resolve(`
# a comment
admin:
  endpoint: dns:///flyte.example.com:81
  insecure: true
  insecureSkipVerify: false
  caCertFilePath: /ca.pem
  httpProxyURL: http://proxy:3128
  authType: ClientSecret
  clientId: my-app
  clientSecretEnvVar: MY_SECRET
  scopes: [all, offline]
  audience: https://api
  authorizationHeader: Flyte-Authorization
  command: ["my program", "--token"]
  proxyCommand:
    - proxy
  tokenUrl: https://idp/token
  useAudienceFromAdmin: true
  maxRetries: 5
  perRetryTimeout: 20s
  maxBackoffDelay: 1m
  tokenRefreshWindow: 5m
  pkceConfig: { timeout: 3m, refreshTime: 1h }
  deviceFlowConfig: { timeout: 9m, refreshTime: 2m, pollInterval: 1s }
console: { endpoint: https://console }
task: { project: p, domain: d, org: o }
`)
  expect(config).toMatchObject({
    platform: {
      url: 'flyte.example.com:81',
      insecure: true,
      insecureSkipVerify: false,
      caCertFilePath: '/ca.pem',
      consoleEndpoint: 'https://console',
    },
    credentials: {
      authMode: 'client_credentials',
      clientId: 'my-app',
      clientSecretEnvVar: 'MY_SECRET',
      scopes: ['all', 'offline'],
      audience: 'https://api',
      authorizationMetadataKey: 'flyte-authorization',
      command: ['my program', '--token'],
      proxyCommand: ['proxy'],
    },
    local: { project: 'p', domain: 'd', org: 'o' },
    admin: {
      tokenUrl: 'https://idp/token',
      useAudienceFromAdmin: true,
      maxRetries: 5,
      perRetryTimeout: 20_000,
      maxBackoffDelay: 60_000,
      tokenRefreshWindow: 300_000,
      pkceTimeout: 180_000,
      pkceRefreshTime: 3_600_000,
      deviceFlowTimeout: 540_000,
      deviceFlowRefreshTime: 120_000,
      deviceFlowPollInterval: 1000,
    },
  })
  expect(config.platform.httpProxyUrl).toBe('http://proxy:3128')
})

describe('nothing is set by', () => {
  test.each([
    '',
    '# nothing',
    '---',
    'null',
    'admin:',
    'admin: {}',
    'admin: { clientId: }',
    'admin: { clientId: "" }',
    'admin: { clientId: ~ }',
  ])('%j', (text) => {
    expect(rowOf(text, 'credentials.client_id')).toMatchObject({ value: '', source: 'not set', problems: [] })
  })

  test('an empty list, text or mode', () => {
    const text = 'admin: { scopes: [], insecure: "", authType: "", maxRetries: [], perRetryTimeout:, clientId: [] }'
    const sources = resolve(text)
      .explain()
      .map(({ source }) => source)
    expect(new Set(sources)).toEqual(new Set(['default', 'not set']))
  })
})

test('a value has its line, through aliases and merged keys', () => {
  const text = `base: &base
  clientId: merged
  audience: base
list: &list
  - all
admin:
  <<: *base
  audience: own
  scopes: *list
`
  expect(rowOf(text, 'credentials.client_id')).toMatchObject({
    value: 'merged',
    source: 'config.yaml admin.clientId line 2',
  })
  expect(rowOf(text, 'credentials.audience')).toMatchObject({
    value: 'own',
    source: 'config.yaml admin.audience line 8',
  })
  expect(rowOf(text, 'credentials.scopes')).toMatchObject({ value: 'all', source: 'config.yaml admin.scopes line 9' })
})

test('a key may be an alias; what only looks like a merge key is none', () => {
  expect(resolve('x: &k clientId\nadmin:\n  *k : ci').get('credentials.client_id')).toBe('ci')
  for (const text of ['admin: { "<<": { clientId: evil } }', 'admin:\n  ? [x]\n  : { clientId: evil }']) {
    expect(resolve(text).get('credentials.client_id'), text).toBeUndefined()
  }
  expect(() => resolve('base: &b { endpoint: [a] }\nadmin: { <<: *b }')).toThrow('config.yaml line 1: admin.endpoint')
})

test('an alias stands for the last anchor of its name before it', () => {
  const text = 'a: &x first\nb: &x second\nadmin: { clientId: *x, audience: &x third, scopes: [*x] }'
  expect(resolve(text).config.credentials).toMatchObject({ clientId: 'second', audience: 'third', scopes: ['third'] })
})

test('a list that holds itself is an error, as is one in lists without end', () => {
  for (const text of ['admin:\n  scopes: &a [*a]', `admin: { scopes: ${'['.repeat(800)}${']'.repeat(800)} }`]) {
    expect(() => resolve(text)).toThrow(/admin\.scopes: expected a list of texts, found a list that holds a list$/)
  }
})

test('thousands of anchors take no time', () => {
  const anchors = Array.from({ length: 4000 }, (_, index) => `a${index}: &a${index} x\nb${index}: *a${index}`)
  expect(resolve(`${anchors.join('\n')}\nadmin: { clientId: *a3999 }`).get('credentials.client_id')).toBe('x')
})

test('of several merged maps the earlier wins', () => {
  const text = 'a: &a { clientId: a }\nb: &b { clientId: b, audience: b }\nadmin: { <<: [*a, *b] }'
  expect(resolve(text).config.credentials).toMatchObject({ clientId: 'a', audience: 'b' })
})

test.each([
  ['007', '007'],
  ['7', '7'],
  ['1.0', '1.0'],
  ['0x1F', '0x1F'],
  ['12345678901234567890', '12345678901234567890'],
  ['1e3', '1e3'],
  ['1234e5678', '1234e5678'],
  ['.inf', '.inf'],
  ['.nan', '.nan'],
])('the number %s where text belongs is that text, which is reported', (written, value) => {
  expect(rowOf(`admin: { clientId: ${written} }`, 'credentials.client_id')).toMatchObject({
    value,
    problems: [expect.stringContaining('quotes')],
  })
  expect(rowOf(`admin: { scopes: [a, ${written}] }`, 'credentials.scopes')).toMatchObject({
    value: `a,${value}`,
    problems: [expect.stringContaining('quotes')],
  })
})

test.each(['yes', 'no', 'on', 'off', '1_000', '12:30:45', '2024-01-01', 'True1'])(
  '%s is text, as YAML 1.2 has it',
  (word) => {
    expect(rowOf(`admin: { clientId: ${word} }`, 'credentials.client_id')).toMatchObject({ value: word, problems: [] })
  },
)

test('a text where a list belongs is split on commas, which is reported', () => {
  expect(rowOf('admin: { scopes: "a, b" }', 'credentials.scopes')).toMatchObject({
    value: 'a, b',
    problems: [expect.stringContaining('Write a list')],
  })
  expect(resolve('admin: { scopes: "a, b" }').get('credentials.scopes')).toEqual(['a', ' b'])
})

test('a number where a number belongs is no problem', () => {
  expect(rowOf('admin: { maxRetries: 3 }', 'admin.max_retries')).toMatchObject({ value: '3', problems: [] })
})

test.each([
  ['true', true],
  ['False', false],
  ['"false"', false],
  ['"0"', false],
  ['off', false],
  ['yes', true],
  ['maybe', true],
])('the boolean %s is %s', (written, value) => {
  const row = rowOf(`admin: { insecure: ${written} }`, 'platform.insecure')
  expect(row?.value).toBe(String(value))
  expect(row?.problems).toHaveLength(written === 'maybe' ? 1 : 0)
})

describe('the wrong type at the path of a setting is an error that names path and type', () => {
  test.each([
    ['admin: { endpoint: { a: 1 } }', 'admin.endpoint', 'a mapping'],
    ['admin: { endpoint: [a] }', 'admin.endpoint', 'a list'],
    ['admin: { clientId: true }', 'admin.clientId', 'a boolean'],
    ['admin: { insecure: 1 }', 'admin.insecure', 'a number'],
    ['admin: { scopes: 5 }', 'admin.scopes', 'a number'],
    ['admin: { scopes: { a: 1 } }', 'admin.scopes', 'a mapping'],
    ['admin: { scopes: [a, null] }', 'admin.scopes', 'a list that holds nothing'],
    ['admin: { scopes: [[a]] }', 'admin.scopes', 'a list that holds a list'],
    ['admin: { maxRetries: true }', 'admin.maxRetries', 'a boolean'],
    ['admin: { pkceConfig: 3m }', 'admin.pkceConfig', 'a string'],
    ['admin: { pkceConfig: { timeout: [1] } }', 'admin.pkceConfig.timeout', 'a list'],
    ['admin: [a]', 'admin', 'a list'],
    ['task: 1', 'task', 'a number'],
    ['[a]', 'the file', 'a list'],
    ['canary', 'the file', 'a string'],
  ])('%s', (text, path, type) => {
    expect(() => resolve(`\n${text}`)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_FILE_INVALID',
        message: expect.stringMatching(
          new RegExp(`^config\\.yaml line [12]: ${path.replaceAll('.', '\\.')}: expected .*, found ${type}$`),
        ),
      }),
    )
  })

  test('also when another place wins', () => {
    expect(() => resolve('admin: { endpoint: [a] }', { FLYTE_PLATFORM_URL: 'h' })).toThrow(ConfigError)
  })
})

test.each([
  ['admin: { maxRetries: 1.5 }', 'admin.max_retries'],
  ['admin: { maxRetries: -1 }', 'admin.max_retries'],
  ['admin: { maxRetries: four }', 'admin.max_retries'],
  ['admin: { perRetryTimeout: 15 }', 'admin.per_retry_timeout'],
  ['admin: { perRetryTimeout: 0 }', 'admin.per_retry_timeout'],
  ['admin: { perRetryTimeout: soon }', 'admin.per_retry_timeout'],
])('%s is an error, unless another place wins', (text, setting) => {
  expect(() => resolve(text)).toThrow(expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID', setting }))
  const env = { FLYTE_ADMIN_MAX_RETRIES: '1', FLYTE_ADMIN_PER_RETRY_TIMEOUT: '1s' }
  expect(resolve(text, env).config.admin).toMatchObject({ maxRetries: 1, perRetryTimeout: 1000 })
})

describe('a broken file is an error with line and column that repeats nothing', () => {
  test.each([
    ['admin: {', 1],
    ['admin:\n  a: 1\n a: 2', 3],
    ['admin:\n\tendpoint: h', 2],
    ['admin: { a: 1, a: 2 }', 1],
    ['admin:\n  endpoint: h\n  endpoint: canary', 3],
    ['admin: { clientId: *canary }', 1],
    ['admin: "canary', 1],
    ['a: 1\n---\nb: canary', 2],
    ['admin: { clientId: !canary x }', 1],
    ['admin: @canary', 1],
  ])('%j', (text, line) => {
    let error: unknown
    try {
      resolve(text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({
      code: 'FLYTE_CONFIG_FILE_INVALID',
      message: expect.stringMatching(new RegExp(`^config\\.yaml line ${line}, column \\d+: (?!.*canary)[a-z].+$`)),
    })
    expect(inspect(error)).not.toContain('canary')
  })

  test('of aliases that multiply, or lists in lists without end', () => {
    const aliases = ['a0: &a0 [x]']
    for (let index = 1; index < 12; index += 1) aliases.push(`a${index}: &a${index} [${`*a${index - 1},`.repeat(9)}]`)
    for (const text of [aliases.join('\n'), '['.repeat(20_000)]) {
      expect(() => resolve(text)).toThrow(expect.objectContaining({ code: 'FLYTE_CONFIG_FILE_INVALID' }))
    }
  })
})

test('whatever version the file says, it is read as 1.2', () => {
  expect(resolve('%YAML 1.1\n---\nadmin: { clientId: yes }').get('credentials.client_id')).toBe('yes')
})

test('a line may end in CR alone', () => {
  expect(rowOf('a: 1\radmin:\r  clientId: ci\r', 'credentials.client_id')).toMatchObject({
    value: 'ci',
    source: 'config.yaml admin.clientId line 3',
  })
})

test('keys such as __proto__ and constructor mean nothing', () => {
  const { get } = resolve(
    '__proto__: { admin: { clientId: a } }\nadmin: { __proto__: { clientId: b }, constructor: c }',
  )
  expect(get('credentials.client_id')).toBeUndefined()
})

test('whatever the text is, it is a file or a ConfigError', () => {
  const piece = fc.constantFrom(
    'admin',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '*a',
    '&a',
    '<<',
    '"',
    "'",
    '!',
    '|',
    '>',
    '#',
    '?',
    'endpoint',
    'scopes',
    'x',
    '1',
    '\t',
    '%',
    '---',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece, { maxLength: 30 }).map((each) => each.join('')),
      ),
      (text) => {
        try {
          resolve(text).explain()
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error
        }
      },
    ),
    { numRuns: 2000 },
  )
})
