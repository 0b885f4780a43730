import { inspect } from 'node:util'
import { ConfigError } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { checkConfig } from './check-config.js'
import { httpBaseUrl } from './http-base-url.js'
import { type ConfigResolution, type ResolveConfigOptions, resolveConfig } from './resolve-config.js'
import { environmentName, type SettingName, settings } from './settings.js'
import { readYaml } from './yaml/index.js'

const names = Object.keys(settings) as SettingName[]

/** The error of `require`. */
function requireError(resolution: ConfigResolution, name: SettingName): ConfigError {
  try {
    resolution.require(name)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error(`${name} was expected to be missing`)
}

describe('get', () => {
  test('gives raw values, typed by the table', () => {
    const { get } = resolveConfig({
      env: { FLYTE_PLATFORM_URL: 'dns:///h', FLYTE_CREDENTIALS_AUTH_MODE: 'Basic', FLYTE_CREDENTIALS_SCOPES: 'a,b' },
    })
    const url: string | undefined = get('platform.url')
    const insecure: boolean = get('platform.insecure')
    const mode: string = get('credentials.auth_mode')
    const scopes: readonly string[] = get('credentials.scopes')
    expect([url, insecure, mode, scopes]).toEqual(['h', false, 'Basic', ['a', 'b']])
  })

  test('loses one leading dns:/// and nothing else', () => {
    const url = (text: string) => resolveConfig({ env: { FLYTE_PLATFORM_URL: text } }).get('platform.url')
    expect(['dns:///h:1', 'dns://h', 'DNS:///h', 'https://h/dns:///', ''].map(url)).toEqual([
      'h:1',
      'dns://h',
      'DNS:///h',
      'https://h/dns:///',
      '',
    ])
  })

  test('works without its object', () => {
    const { get, require: requireSetting, explain } = resolveConfig({ env: { FLYTE_CREDENTIALS_CLIENT_ID: 'ci' } })
    expect([get('credentials.client_id'), requireSetting('credentials.client_id'), explain().length]).toEqual([
      'ci',
      'ci',
      35,
    ])
  })
})

describe('require', () => {
  const id = 'FLYTE_CREDENTIALS_CLIENT_ID'

  test('gives the value that is there', () => {
    const resolution = resolveConfig({ env: { [id]: 'ci' } })
    const value: string = resolution.require('credentials.client_id')
    expect(value).toBe('ci')
    expect(resolution.require('platform.insecure')).toBe(false)
    expect(resolution.require('credentials.scopes')).toEqual([])
  })

  test('says which variables to set, and every place that was looked at', () => {
    const error = requireError(resolveConfig({ env: {} }), 'credentials.client_id')
    expect(error).toMatchObject({
      code: 'FLYTE_CONFIG_MISSING',
      setting: 'credentials.client_id',
      tried: [
        `${id} (not set)`,
        `${id}_FROM_ENV_VAR (not set)`,
        `${id}_FROM_FILE (not set)`,
        'configuration file admin.clientId (not set)',
      ],
    })
    expect(error.message).toBe(
      [
        `credentials.client_id is not set. Set ${id}, or ${id}_FROM_ENV_VAR to the name of a variable or ${id}_FROM_FILE to the path of a file that holds it, or admin.clientId in ~/.flyte/config.yaml.`,
        `Looked at: ${id} (not set); ${id}_FROM_ENV_VAR (not set); ${id}_FROM_FILE (not set); configuration file admin.clientId (not set)`,
      ].join('\n'),
    )
  })

  test('names the targets of redirects that lead nowhere', () => {
    const env = { [`${id}_FROM_ENV_VAR`]: 'NO_SUCH_VARIABLE', [`${id}_FROM_FILE`]: '/no/such/file' }
    const { message, tried } = requireError(resolveConfig({ env }), 'credentials.client_id')
    for (const each of ['NO_SUCH_VARIABLE (not set)', '/no/such/file (no such file, or it cannot be read)']) {
      expect(message).toContain(each)
      expect(tried.join()).toContain(each)
    }
  })

  test('names them for a secret too, unless they look like the secret itself', () => {
    const secret = 'FLYTE_CREDENTIALS_CLIENT_SECRET'
    const messageOf = (env: Record<string, string>) =>
      requireError(resolveConfig({ env }), 'credentials.client_secret').message
    expect(messageOf({ [`${secret}_FROM_ENV_VAR`]: 'NO_SUCH_VARIABLE' })).toContain('-> NO_SUCH_VARIABLE')
    expect(messageOf({ [`${secret}_FROM_FILE`]: '/no/such/file' })).toContain('-> /no/such/file')
    for (const text of ['foobar', 'p@ss:w/o+rd %41é']) {
      const message = messageOf({ [`${secret}_FROM_ENV_VAR`]: text, [`${secret}_FROM_FILE`]: text })
      expect(message).toContain('withheld')
      expect(message).not.toContain(text)
    }
  })

  test('takes an empty value for a missing one, and says so', () => {
    const { message } = requireError(resolveConfig({ env: { [id]: '' } }), 'credentials.client_id')
    expect(message).toContain(`Looked at: ${id} (empty)`)
    expect(requireError(resolveConfig({ env: { FLYTE_PLATFORM_URL: 'dns:///' } }), 'platform.url').setting).toBe(
      'platform.url',
    )
  })
})

describe('overrides', () => {
  const env = { FLYTE_PLATFORM_URL: 'env.example', FLYTE_PLATFORM_INSECURE: 'true', FLYTE_CREDENTIALS_SCOPE: 'a b' }

  test('win over the environment, which is shadowed', () => {
    const { config, explain, get } = resolveConfig({ env, overrides: { platform: { url: 'dns:///override.example' } } })
    expect([config.platform.url, get('platform.url'), config.platform.insecure]).toEqual([
      'override.example',
      'override.example',
      true,
    ])
    expect(explain()[0]).toMatchObject({
      value: 'override.example',
      source: 'override',
      shadowed: ['environment FLYTE_PLATFORM_URL'],
    })
  })

  test('win over defaults, which are not shadowed', () => {
    const { explain } = resolveConfig({ env: {}, overrides: { platform: { insecure: true } } })
    expect(explain().find(({ setting }) => setting === 'platform.insecure')).toMatchObject({
      value: 'true',
      source: 'override',
      shadowed: [],
    })
  })

  test('have the shape of the view, false and empty values too', () => {
    const { config } = resolveConfig({
      env,
      overrides: {
        platform: { insecure: false, auth: true },
        credentials: {
          clientId: 'ci',
          clientSecret: 'secret',
          authMode: 'client_credentials',
          scopes: [],
          audience: 'api',
          authorizationMetadataKey: 'X-Token',
        },
      },
    })
    expect(config.platform).toMatchObject({ url: 'env.example', insecure: false, auth: true })
    expect(config.credentials).toMatchObject({
      clientId: 'ci',
      authMode: 'client_credentials',
      scopes: [],
      audience: 'api',
      authorizationMetadataKey: 'x-token',
    })
    expect(config.credentials.clientSecret).toBe('secret')
  })

  test('that are undefined or null leave the environment its say', () => {
    for (const url of [undefined, null]) {
      const overrides = { platform: { url }, credentials: url } as never
      expect(resolveConfig({ env, overrides }).config.platform.url).toBe('env.example')
    }
  })

  test.each([
    ['platform.url', { platform: { url: 7 } }],
    ['platform.insecure', { platform: { insecure: 'false' } }],
    ['credentials.scopes', { credentials: { scopes: 'a b' } }],
    ['credentials.scopes', { credentials: { scopes: [1] } }],
    ['credentials.auth_mode', { credentials: { authMode: {} } }],
  ])('of the wrong type for %s are an error', (setting, overrides) => {
    expect(() => resolveConfig({ env: {}, overrides: overrides as never })).toThrow(
      expect.objectContaining({ code: 'FLYTE_CONFIG_INVALID', setting }),
    )
  })
})

describe('strict', () => {
  test('makes a redirect that leads nowhere an error at once, which names the target', () => {
    const env = { FLYTE_CREDENTIALS_CLIENT_ID: 'ci', FLYTE_CREDENTIALS_CLIENT_ID_FROM_FILE: '/no/such/file' }
    expect(() => resolveConfig({ env, strict: true })).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_REDIRECT_BROKEN',
        setting: 'credentials.client_id',
        message: expect.stringContaining('FLYTE_CREDENTIALS_CLIENT_ID_FROM_FILE -> /no/such/file'),
      }),
    )
    expect(resolveConfig({ env }).get('credentials.client_id')).toBe('ci')
  })

  test('minds nothing else', () => {
    const env = { FLYTE_PLATFORM_INSECURE: 'maybe', FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'A', A: 'ci' }
    expect(resolveConfig({ env, strict: true }).get('credentials.client_id')).toBe('ci')
  })

  test('withholds what looks like the secret itself', () => {
    const env = { FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: 'p@ss:w/o+rd %41é' }
    expect(() => resolveConfig({ env, strict: true })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('p@ss') }),
    )
  })
})

test('an unknown mode is an error at once', () => {
  expect(() => resolveConfig({ env: { FLYTE_CREDENTIALS_AUTH_MODE: 'oauth' } })).toThrow(
    expect.objectContaining({
      code: 'FLYTE_CONFIG_INVALID',
      setting: 'credentials.auth_mode',
      message: expect.stringMatching(
        /^credentials\.auth_mode: environment FLYTE_CREDENTIALS_AUTH_MODE: expected one of standard, /,
      ),
    }),
  )
})

test('it is pure: the environment is left alone, files are read only where a redirect names them', () => {
  const env = Object.freeze({ FLYTE_CREDENTIALS_CLIENT_ID_FROM_FILE: '/id', FLYTE_PLATFORM_URL: 'h' })
  const readFile = vi.fn(() => 'ci')
  expect(resolveConfig({ env, readFile }).get('credentials.client_id')).toBe('ci')
  expect(readFile.mock.calls).toEqual([['/id']])
})

const anyWord = fc.constantFrom(
  'a',
  '1',
  'true',
  '%',
  '%%',
  '%(url)s',
  'basic',
  '1s',
  '[',
  ']',
  '{',
  '}',
  '"',
  '',
  ' ',
  '-',
)
const iniText = fc
  .array(fc.tuple(fc.constantFrom(...names, 'DEFAULT.url', 'images.a', 'internal.a'), anyWord), { maxLength: 8 })
  .map((lines) => lines.map(([name, word]) => `[${name.replace('.', ']\n')} = ${word}`).join('\n'))
const yamlText = fc
  .array(fc.tuple(fc.constantFrom('endpoint', 'scopes', 'insecure', 'maxRetries', 'perRetryTimeout', 'x'), anyWord), {
    maxLength: 8,
  })
  .map((lines) => ['admin:', ...lines.map(([key, word]) => `  ${key}: ${word}`)].join('\n'))

/** An environment in which anything may be set, and its files. */
const anyOptions: fc.Arbitrary<ResolveConfigOptions> = fc.record(
  {
    env: fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          ...names.flatMap((name) => ['', '_FROM_ENV_VAR', '_FROM_FILE'].map((end) => environmentName(name) + end)),
        ),
        fc.constantFrom('A', 'B', '__proto__', 'constructor', ''),
      ),
      fc.oneof(
        fc.constantFrom('A', 'B', '/f', '', '__proto__', 'basic', 'true', 'http://h', 'dns:///h'),
        fc.string({ unit: 'binary' }),
        fc.anything(),
      ),
    ) as fc.Arbitrary<Record<string, string>>,
    file: fc.oneof(
      fc.record({
        path: fc.constantFrom('f', 'x.yaml', 'x.YML', './x'),
        text: fc.oneof(fc.string({ unit: 'binary' }), iniText, yamlText),
      }),
      fc.record({ path: fc.constantFrom('f', 'x.yaml'), text: fc.anything() }) as fc.Arbitrary<never>,
    ),
    yaml: fc.constant(readYaml),
    workingDirectory: fc.constantFrom('/', '/w', ''),
    trustWorkingDirectory: fc.boolean(),
    readFile: fc.oneof(
      fc.func(fc.option(fc.string({ unit: 'binary' }), { nil: undefined })),
      fc.constant((path: string) => {
        throw new Error(path)
      }),
    ),
    overrides: fc.record(
      {
        platform: fc.oneof(
          fc.record({ url: fc.anything(), insecure: fc.anything(), auth: fc.boolean() }, { requiredKeys: [] }),
          fc.anything(),
        ),
        credentials: fc.oneof(
          fc.record(
            { scopes: fc.anything(), authMode: fc.anything(), clientSecret: fc.anything() },
            { requiredKeys: [] },
          ),
          fc.anything(),
        ),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<never>,
    strict: fc.boolean(),
  },
  { requiredKeys: ['env'] },
)

test('no input makes it, or what it returns, throw anything but a ConfigError', () => {
  const orConfigError = <T>(run: () => T): T | undefined => {
    try {
      return run()
    } catch (error) {
      if (error instanceof ConfigError) return undefined
      throw error
    }
  }
  fc.assert(
    fc.property(anyOptions, (options) => {
      const resolution = orConfigError(() => resolveConfig(options))
      if (resolution === undefined) return
      for (const name of names) {
        resolution.get(name)
        orConfigError(() => resolution.require(name))
      }
      orConfigError(() => httpBaseUrl(resolution.config))
      expect(resolution.explain()).toHaveLength(names.length)
      checkConfig(resolution)
    }),
    { numRuns: 1000 },
  )
})

test('the secret is nowhere but where it is asked for', () => {
  const canary = 'Canary7f3aZ9'
  const secret = 'FLYTE_CREDENTIALS_CLIENT_SECRET'
  /** Where the secret is, rightly or by mistake. */
  const places: Record<string, Partial<ResolveConfigOptions>> = {
    variable: { env: { [secret]: canary } },
    'another variable': { env: { [`${secret}_FROM_ENV_VAR`]: 'A', A: canary } },
    file: { env: { [`${secret}_FROM_FILE`]: '/f' }, readFile: (path) => (path === '/f' ? `${canary}\n` : undefined) },
    override: { env: {}, overrides: { credentials: { clientSecret: canary } } },
    'name of a variable': { env: { [`${secret}_FROM_ENV_VAR`]: canary } },
    'path of a file': { env: { [`${secret}_FROM_FILE`]: canary } },
    'password of the endpoint': { env: { FLYTE_PLATFORM_URL: `https://user:${canary}@h/` } },
    'password of the proxy': { env: { FLYTE_PLATFORM_HTTP_PROXY_URL: `http://user:${canary}@h/` } },
    'name of the variable with it': { env: { [`${secret}_ENV_VAR`]: canary } },
    'redirect of the name of the variable': { env: { [`${secret}_ENV_VAR_FROM_ENV_VAR`]: canary } },
    'redirect of the location': { env: { [`${secret}_LOCATION_FROM_FILE`]: canary } },
    'location itself': { env: { [`${secret}_LOCATION`]: canary } },
    'file of the location': {
      env: { [`${secret}_LOCATION`]: '/f' },
      readFile: (path) => (path === '/f' ? `${canary}\n` : undefined),
    },
    'variable that is named': { env: { [`${secret}_ENV_VAR`]: 'A', A: canary } },
    'INI file': { env: {}, file: { path: 'x.ini', text: `[credentials]\nclient_secret = ${canary}` } },
    'INI file, with a percent sign': {
      env: {},
      file: { path: 'x.ini', text: `[credentials]\nclient_secret = %${canary}` },
    },
    'broken INI file': { env: {}, file: { path: 'x.ini', text: `[credentials]\n${canary}` } },
    'YAML file': { env: {}, file: { path: 'x.yaml', text: `admin: { clientSecret: ${canary} }` }, yaml: readYaml },
    'broken YAML file': {
      env: {},
      file: { path: 'x.yaml', text: `admin: { clientSecret: "${canary} }` },
      yaml: readYaml,
    },
    'YAML file, of another type': { env: {}, file: { path: 'x.yaml', text: `admin: [${canary}]` }, yaml: readYaml },
  }
  const others = fc.dictionary(
    fc.constantFrom(
      ...names.map(environmentName),
      `${secret}_FROM_ENV_VAR`,
      `${secret}_FROM_FILE`,
      'FLYTE_PLATFORM_URL_FROM_FILE',
    ),
    fc.constantFrom('', 'A', 'B', '/no/such/file', 'basic', 'true', 'maybe', 'http://h'),
  )
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(places)), others, fc.boolean(), (place, env, strict) => {
      const options = { strict, ...places[place], env: { ...env, ...places[place]?.env } }
      const told: unknown[] = []
      const tell = (run: () => unknown) => {
        try {
          told.push(run())
        } catch (error) {
          told.push(error, JSON.stringify(error), String((error as Error).stack))
        }
      }
      tell(() => {
        const resolution = resolveConfig(options)
        for (const name of names) if (!/client_secret|url$/.test(name)) told.push(resolution.get(name))
        if (!resolution.get('credentials.client_secret')) tell(() => resolution.require('credentials.client_secret'))
        // The endpoint itself is shown as it is; its password is nobody's setting.
        const { url: _url, ...platform } = resolution.config.platform
        const rest =
          place === 'password of the endpoint'
            ? { ...resolution, config: { ...resolution.config, platform } }
            : resolution
        tell(() => httpBaseUrl(resolution.config))
        told.push(JSON.stringify(rest), JSON.stringify(resolution.explain()), checkConfig(resolution))
        return rest
      })
      for (const each of told) expect(inspect(each, { depth: 20, showHidden: true })).not.toContain(canary)
    }),
    { numRuns: 500 },
  )
})
