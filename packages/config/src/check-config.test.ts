import { describe, expect, test } from 'vitest'
import { checkConfig } from './check-config.js'
import type { ConfigFinding } from './config-file.js'
import { type ResolveConfigOptions, resolveConfig } from './resolve-config.js'
import { environmentName, type SettingName, settings } from './settings.js'
import { readYaml } from './yaml/index.js'

const check = (env: Record<string, string>, options: Partial<ResolveConfigOptions> = {}) =>
  checkConfig(resolveConfig({ env, ...options }))
const checkIni = (text: string, env = {}) => check(env, { file: { path: 'flytekit.config', text } })
const checkYaml = (text: string) => check({}, { file: { path: 'config.yaml', text }, yaml: readYaml })

const rulesOf = (findings: readonly ConfigFinding[]) => findings.map(({ rule }) => rule)

test('where everything is well there is nothing', () => {
  expect(check({ PATH: '/bin', FLYTE_PLATFORM_URL: 'h' })).toEqual([])
  expect(checkIni('[DEFAULT]\na = 1\nb = %(a)s\n[platform]\nurl = %(b)s')).toEqual([])
  expect(checkIni('[platform]\nurl = h\n[sdk]\nworkflow_packages = a\n[images]\nanything = x')).toEqual([])
  expect(
    checkYaml('admin:\n  endpoint: dns:///h\n  authType: Pkce\nlogger: { level: 4 }\nstorage: { type: s3 }'),
  ).toEqual([])
})

test('it takes a resolution and nothing else', () => {
  expect(() => checkConfig({} as never)).toThrow(expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID' }))
})

describe('a variable that nobody reads', () => {
  test.each([
    ['FLYTE_PLATFROM_URL', 'FLYTE_PLATFORM_URL'],
    ['FLYTE_PLATFORM_ULR', 'FLYTE_PLATFORM_URL'],
    ['FLYTE_CREDENTIAL_CLIENT_ID', 'FLYTE_CREDENTIALS_CLIENT_ID'],
    ['FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENVVAR', 'FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR'],
    ['FLYTE_SDK_LOGING_LEVEL', 'FLYTE_SDK_LOGGING_LEVEL'],
    ['FLYTE_ADMIN_ENDPOINT', 'FLYTE_PLATFORM_URL'],
    ['FLYTE_ADMIN_CLIENTID', 'FLYTE_CREDENTIALS_CLIENT_ID'],
    ['FLYTE_TASK_PROJECT', 'FLYTE_LOCAL_PROJECT'],
    ['FLYTE_PROJECT', 'FLYTE_LOCAL_PROJECT'],
    ['FLYTE_ENDPOINT', 'FLYTE_PLATFORM_URL'],
  ])('%s: %s was meant', (place, suggestion) => {
    expect(check({ [place]: 'canary' })).toEqual([
      { rule: 'unknown-variable', place, suggestion, message: expect.stringContaining(suggestion) },
    ])
  })

  test('without a likeness is named all the same, and its value is not', () => {
    const findings = check({ FLYTE_SOMETHING_ELSE_ALTOGETHER: 'canary' })
    expect(findings).toEqual([
      { rule: 'unknown-variable', place: 'FLYTE_SOMETHING_ELSE_ALTOGETHER', message: expect.any(String) },
    ])
    expect(JSON.stringify(findings)).not.toContain('canary')
  })

  test.each([
    'FLYTE_INTERNAL_EXECUTION_ID',
    'FLYTE_INTERNAL_ANYTHING',
    'FLYTE_ATTEMPT_NUMBER',
    'FLYTE_START_TIME',
    'FLYTE_EXECUTION_URL',
    'FLYTE_SECRET_MINE',
    'FLYTE_SECRETS_ENV_PREFIX',
    'FLYTE_SDK_LOGGING_LEVEL',
    'FLYTE_AWS_ENDPOINT',
    'FLYTE_STATSD_HOST',
    'FLYTE_PROFILE',
    'FLYTE_DEFAULT_PROJECT',
    'FLYTECTL_CONFIG',
    'FLYTEKIT_ANYTHING',
  ])('%s is read by somebody', (name) => {
    expect(check({ [name]: 'x' })).toEqual([])
  })

  test('the variables and redirects of every setting are known', () => {
    for (const name of Object.keys(settings) as SettingName[]) {
      const variable = environmentName(name)
      // A value that suits every type but that of modes.
      const value = settings[name].type === 'duration' ? '1s' : name.endsWith('auth_mode') ? 'basic' : '1'
      const readFile = () => value
      expect(rulesOf(check({ [variable]: value }, { readFile }))).not.toContain('unknown-variable')
      expect(check({ [`${variable}_FROM_ENV_VAR`]: 'A', A: value }, { readFile })).not.toContainEqual(
        expect.objectContaining({ rule: 'unknown-variable' }),
      )
      expect(rulesOf(check({ [`${variable}_FROM_FILE`]: '/f' }, { readFile }))).not.toContain('unknown-variable')
    }
  })
})

describe('what is set twice or contradicts itself', () => {
  const id = 'FLYTE_CREDENTIALS_CLIENT_ID'

  test('a value and its redirect, wherever that leads', () => {
    for (const env of [{ [`${id}_FROM_ENV_VAR`]: 'A', A: 'b' }, { [`${id}_FROM_FILE`]: '/none' }]) {
      expect(rulesOf(check({ [id]: 'a', ...env }))).toContain('redirect-and-value')
      expect(rulesOf(check(env))).not.toContain('redirect-and-value')
    }
  })

  test('insecure with an https URL', () => {
    expect(rulesOf(check({ FLYTE_PLATFORM_URL: 'https://h', FLYTE_PLATFORM_INSECURE: 'true' }))).toEqual([
      'insecure-https',
    ])
    expect(check({ FLYTE_PLATFORM_URL: 'http://h', FLYTE_PLATFORM_INSECURE: 'true' })).toEqual([])
    expect(check({ FLYTE_PLATFORM_URL: 'https://h' })).toEqual([])
    expect(checkYaml('admin:\n  endpoint: HTTPS://h\n  insecure: true')[0]).toMatchObject({
      rule: 'insecure-https',
      place: 'config.yaml admin.insecure line 3',
    })
  })

  test('whatever explain() calls a problem', () => {
    expect(check({ FLYTE_PLATFORM_INSECURE: 'maybe', [`${id}_FROM_FILE`]: '/none' })).toEqual([
      { rule: 'problem', place: 'FLYTE_PLATFORM_INSECURE', message: expect.stringContaining('read as true') },
      { rule: 'problem', place: id, message: expect.stringContaining('/none') },
    ])
  })
})

describe('an INI file', () => {
  test('options that nobody reads, with their lines', () => {
    expect(checkIni('[platform]\nurl = h\nuri = h\n[nonsense]\na = 1\n[DEFAULT]\nb = 1')).toEqual([
      {
        rule: 'unknown-key',
        place: 'flytekit.config line 3',
        message: expect.stringContaining('platform.uri'),
        suggestion: 'platform.url',
      },
      { rule: 'unknown-key', place: 'flytekit.config line 5', message: expect.stringContaining('nonsense.a') },
    ])
  })

  test('a secret that a line break has made a key is not repeated', () => {
    const secret = 'dGhpc2lzYXNlY3JldA'
    const findings = checkIni(`[credentials]\nclient_secret =\n${secret}==\n[${secret}]\na = b`)
    expect(findings.map(({ rule }) => rule)).toEqual(['unknown-key', 'unknown-key'])
    expect(JSON.stringify(findings).toLowerCase()).not.toContain(secret.toLowerCase())
    expect(JSON.stringify(checkYaml(`admin:\n  ${secret}: x`))).not.toContain(secret)
  })

  test('a value that wins over its redirect below another that wins over both', () => {
    const id = 'FLYTE_CREDENTIALS_CLIENT_ID'
    const overrides = { credentials: { clientId: 'mine' } }
    expect(rulesOf(check({ [id]: 'a', [`${id}_FROM_ENV_VAR`]: 'A', A: 'b' }, { overrides }))).toEqual([
      'redirect-and-value',
    ])
  })

  test('a % that makes flytekit lose a value, where it does not matter here', () => {
    const findings = checkIni('[platform]\nurl = a%b\n[sdk]\nlocal_sandbox = %(none)s\n[DEFAULT]\na = %', {
      FLYTE_PLATFORM_URL: 'h',
    })
    expect(findings.map(({ rule, place }) => [rule, place])).toEqual([
      ['percent', 'flytekit.config line 6'],
      ['percent', 'flytekit.config line 2'],
      ['percent', 'flytekit.config line 4'],
    ])
  })
})

describe('a YAML file', () => {
  test('a client secret that nobody reads, and never its value', () => {
    const findings = checkYaml('admin:\n  clientSecret: canary')
    expect(findings).toEqual([
      {
        rule: 'unread-key',
        place: 'config.yaml line 2',
        message: expect.stringMatching(/admin\.clientSecretLocation.*admin\.clientSecretEnvVar/),
      },
    ])
    expect(JSON.stringify(findings)).not.toContain('canary')
  })

  test('keys that nobody reads, once for all that is below one', () => {
    expect(checkYaml('admin:\n  endpiont: h\n  pkceConfig: { timeuot: 1s }\nnonsense: { a: 1, b: 2 }')).toEqual([
      {
        rule: 'unknown-key',
        place: 'config.yaml line 2',
        message: expect.stringContaining('admin.endpiont'),
        suggestion: 'admin.endpoint',
      },
      {
        rule: 'unknown-key',
        place: 'config.yaml line 3',
        message: expect.stringContaining('timeuot'),
        suggestion: 'admin.pkceConfig.timeout',
      },
      { rule: 'unknown-key', place: 'config.yaml line 4', message: expect.stringContaining('nonsense') },
    ])
  })

  test.each([
    ['admn: { endpoint: h }', 'admin'],
    ['Admin: { endpoint: h }', 'admin'],
    ['admin: { pkceconfig: { timeout: 1s } }', 'admin.pkceConfig'],
    ['admin: { deviceFlow: {} }', undefined],
  ])('a section that is called otherwise: %s', (text, suggestion) => {
    expect(checkYaml(text)).toEqual([
      expect.objectContaining({ rule: 'unknown-key', ...(suggestion && { suggestion }) }),
    ])
  })

  test('what INI files call otherwise, and a key with a dot, at its own line', () => {
    expect(checkYaml('\nplatform: { url: h }')).toEqual([
      { rule: 'unknown-key', place: 'config.yaml line 2', message: expect.stringContaining('admin.endpoint') },
    ])
    expect(checkYaml('\n"a.b": 1')[0]?.place).toBe('config.yaml line 2')
  })

  test('a boolean in quotes', () => {
    expect(rulesOf(checkYaml('admin:\n  insecure: "false"'))).toEqual(['quoted-boolean'])
    expect(rulesOf(checkYaml("admin: { insecureSkipVerify: 'true' }"))).toEqual(['quoted-boolean'])
    expect(checkYaml('admin:\n  insecure: false')).toEqual([])
  })

  test.each(['standard', 'basic', 'pkce', 'clientSecret', 'none', 'Passthrough'])(
    'the mode %s, which flytectl refuses',
    (mode) => {
      expect(rulesOf(checkYaml(`admin: { authType: ${mode} }`))).toEqual(['flytectl-mode'])
    },
  )

  test.each(['Pkce', 'ClientSecret', 'ExternalCommand', 'DeviceFlow', '""'])('the mode %s, which it takes', (mode) => {
    expect(checkYaml(`admin: { authType: ${mode} }`)).toEqual([])
  })

  test('numbers and texts that were turned into something else', () => {
    expect(rulesOf(checkYaml('admin: { clientId: 7, scopes: "a,b" }'))).toEqual(['problem', 'problem'])
  })
})
