import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SettingRow, settingRows } from './setting-rows.js'
import type { SettingName } from './settings.js'
import { type Environment, resolveSetting, type Sources } from './waterfall.js'

const X = 'FLYTE_CREDENTIALS_CLIENT_ID'
const name = 'credentials.client_id'

/** Resolves a setting from an environment, and from nothing else but what is given. */
function resolveIn(name: SettingName, env: Environment, rest: Partial<Sources> = {}) {
  const row = settingRows.find((each) => each.name === name) as SettingRow
  const nothing = { readFile: () => undefined, file: undefined, override: () => undefined, strict: false }
  return resolveSetting(row, { ...nothing, env, ...rest })
}

/** Resolves `credentials.client_id`, whose variable is X. */
function resolve(env: Environment, files: Record<string, string> = {}) {
  return resolveIn(name, env, { readFile: (path) => (Object.hasOwn(files, path) ? files[path] : undefined) })
}

describe('as flytekit 0.16 (facts, section 2)', () => {
  const files = { f: 'from file', lines: '  a\r\nb\n\n', mac: 'a\rb', '': 'of the empty path' }

  test.each<[string, Environment, string | undefined, string]>([
    ['nothing is set', {}, undefined, 'not set'],
    ['the variable', { [X]: 'x' }, 'x', `environment ${X}`],
    [
      'the variable before its redirects',
      { [X]: 'x', [`${X}_FROM_ENV_VAR`]: 'A', A: 'a', [`${X}_FROM_FILE`]: 'f' },
      'x',
      `environment ${X}`,
    ],
    ['set but empty is set', { [X]: '', [`${X}_FROM_ENV_VAR`]: 'A', A: 'a' }, '', `environment ${X}`],
    ['another variable', { [`${X}_FROM_ENV_VAR`]: 'A', A: 'a' }, 'a', `${X}_FROM_ENV_VAR -> A`],
    [
      'another variable before a file',
      { [`${X}_FROM_ENV_VAR`]: 'A', A: 'a', [`${X}_FROM_FILE`]: 'f' },
      'a',
      `${X}_FROM_ENV_VAR -> A`,
    ],
    [
      'another variable, though empty',
      { [`${X}_FROM_ENV_VAR`]: 'A', A: '', [`${X}_FROM_FILE`]: 'f' },
      '',
      `${X}_FROM_ENV_VAR -> A`,
    ],
    [
      'a file when the other variable is unset',
      { [`${X}_FROM_ENV_VAR`]: 'A', [`${X}_FROM_FILE`]: 'f' },
      'from file',
      `${X}_FROM_FILE -> f`,
    ],
    [
      'a file when the name of the other variable is empty',
      { [`${X}_FROM_ENV_VAR`]: '', [`${X}_FROM_FILE`]: 'f' },
      'from file',
      `${X}_FROM_FILE -> f`,
    ],
    ['a file', { [`${X}_FROM_FILE`]: 'f' }, 'from file', `${X}_FROM_FILE -> f`],
    ['nothing when the file is missing', { [`${X}_FROM_FILE`]: '/missing' }, undefined, 'not set'],
    [
      'a file without its line breaks, with its spaces',
      { [`${X}_FROM_FILE`]: 'lines' },
      '  ab',
      `${X}_FROM_FILE -> lines`,
    ],
    ['a file of old Macs', { [`${X}_FROM_FILE`]: 'mac' }, 'ab', `${X}_FROM_FILE -> mac`],
    [
      'no redirect of a redirect',
      { [`${X}_FROM_ENV_VAR`]: 'A', A_FROM_FILE: 'f', A_FROM_ENV_VAR: 'B', B: 'b' },
      undefined,
      'not set',
    ],
    ['no redirect in a value', { [X]: '$A', A: 'a' }, '$A', `environment ${X}`],
    ['its own variable by redirect is unset all the same', { [`${X}_FROM_ENV_VAR`]: X }, undefined, 'not set'],
  ])('%s', (_, env, value, source) => {
    expect(resolve(env, files)).toMatchObject({ value, source })
  })
})

describe('what it reports', () => {
  test('the places that were looked at, until one had it', () => {
    expect(resolve({}).tried).toEqual([
      `${X} (not set)`,
      `${X}_FROM_ENV_VAR (not set)`,
      `${X}_FROM_FILE (not set)`,
      'configuration file admin.clientId (not set)',
    ])
    expect(resolve({ [X]: '' }).tried).toEqual([`${X} (empty)`])
    expect(resolve({ [`${X}_FROM_ENV_VAR`]: 'A', A: 'a' }).tried).toEqual([`${X} (not set)`, `${X}_FROM_ENV_VAR`])
  })

  test('redirects that lead nowhere, by their targets', () => {
    const env = { [`${X}_FROM_ENV_VAR`]: 'NO_SUCH', [`${X}_FROM_FILE`]: '/no/such file' }
    const broken = [
      `${X}_FROM_ENV_VAR -> NO_SUCH (not set)`,
      `${X}_FROM_FILE -> /no/such file (no such file, or it cannot be read)`,
    ]
    expect(resolve(env)).toMatchObject({
      problems: broken,
      tried: [`${X} (not set)`, ...broken, 'configuration file admin.clientId (not set)'],
    })
  })

  test('an empty target, as one', () => {
    expect(resolve({ [`${X}_FROM_ENV_VAR`]: '', [`${X}_FROM_FILE`]: '' }).problems).toEqual([
      `${X}_FROM_ENV_VAR -> (empty) (not set)`,
      `${X}_FROM_FILE -> (empty) (no such file, or it cannot be read)`,
    ])
  })

  test('a redirect that leads nowhere even when it is not needed', () => {
    expect(resolve({ [X]: 'x', [`${X}_FROM_ENV_VAR`]: 'NO_SUCH' })).toMatchObject({
      value: 'x',
      problems: [`${X}_FROM_ENV_VAR -> NO_SUCH (not set)`],
      tried: [X],
    })
  })

  test('the places that lost', () => {
    const env = { [X]: 'x', [`${X}_FROM_ENV_VAR`]: 'A', A: 'a', [`${X}_FROM_FILE`]: 'f' }
    expect(resolve(env, { f: 'f' }).shadowed).toEqual([`${X}_FROM_ENV_VAR -> A`, `${X}_FROM_FILE -> f`])
    expect(resolve({ [X]: 'x' }).shadowed).toEqual([])
  })

  test('a byte order mark, which stays out of the value', () => {
    const { value, problems } = resolve({ [`${X}_FROM_FILE`]: 'f' }, { f: '\uFEFFa\n' })
    expect(value).toBe('a')
    expect(problems).toEqual([`${X}_FROM_FILE -> f: byte order mark left out`])
    expect(resolve({ [`${X}_FROM_FILE`]: 'f' }, { f: 'a\uFEFF' }).value).toBe('a\uFEFF')
  })

  test('an unusual word, with the place that has it', () => {
    expect(resolveIn('platform.insecure', { FLYTE_PLATFORM_INSECURE: 'maybe' })).toMatchObject({
      value: true,
      problems: [expect.stringMatching(/^environment FLYTE_PLATFORM_INSECURE: read as true/)],
    })
  })
})

describe('the mode', () => {
  const mode = 'FLYTE_CREDENTIALS_AUTH_MODE'
  const resolveMode = (env: Environment) => resolveIn('credentials.auth_mode', env, { readFile: () => '' })

  test('that is empty counts as unset, unlike every other string', () => {
    expect(resolveMode({ [mode]: '' })).toMatchObject({ value: 'standard', source: 'default' })
    expect(resolveMode({ [mode]: '' }).tried[0]).toBe(`${mode} (empty)`)
    expect(resolveMode({ [`${mode}_FROM_FILE`]: 'empty' })).toMatchObject({ value: 'standard', source: 'default' })
  })

  test('that is empty lets a redirect have its say', () => {
    expect(resolveMode({ [mode]: '', [`${mode}_FROM_ENV_VAR`]: 'A', A: 'basic' })).toMatchObject({ value: 'basic' })
  })
})

describe('an environment', () => {
  test('without a prototype is one', () => {
    expect(resolve(Object.assign(Object.create(null), { [X]: 'x' })).value).toBe('x')
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'has no variable %s unless somebody sets it',
    (key) => {
      expect(resolve({ [`${X}_FROM_ENV_VAR`]: key }).source).toBe('not set')
      const env = JSON.parse(`{"${key}":"own","${X}_FROM_ENV_VAR":"${key}"}`)
      expect(resolve(env).value).toBe('own')
    },
  )

  test('that inherits a variable does not have it', () => {
    expect(resolve(Object.create({ [X]: 'inherited' })).source).toBe('not set')
  })

  test('with what is no text has no value there', () => {
    expect(resolve({ [X]: undefined }).source).toBe('not set')
    expect(resolve({ [X]: 7 } as never).source).toBe('not set')
  })
})

test('a reader that throws, or reads no text, has no such file', () => {
  const env = { [`${X}_FROM_FILE`]: '/a' }
  const throwing = () => {
    throw new Error('ENOENT')
  }
  for (const readFile of [throwing, () => Buffer.from('x') as never]) {
    expect(resolveIn(name, env, { readFile }).problems).toHaveLength(1)
  }
})

test('the first place that has a text wins, whatever is in the others', () => {
  const text = fc.option(fc.string(), { nil: undefined })
  fc.assert(
    fc.property(text, text, text, (direct, target, file) => {
      const env = {
        ...(direct !== undefined && { [X]: direct }),
        [`${X}_FROM_ENV_VAR`]: 'TARGET',
        ...(target !== undefined && { TARGET: target }),
        [`${X}_FROM_FILE`]: 'f',
      }
      const { value, shadowed, problems } = resolve(env, file === undefined ? {} : { f: file })
      const clean = file
        ?.replace(/^\uFEFF/, '')
        .replaceAll('\n', '')
        .replaceAll('\r', '')
      expect(value).toBe(direct ?? target ?? clean)
      const present = [direct, target, file].filter((each) => each !== undefined).length
      expect(shadowed).toHaveLength(Math.max(0, present - 1))
      const broken = problems.filter((each) => each.includes(' -> ') && each.endsWith(')'))
      expect(broken).toHaveLength([target, file].filter((each) => each === undefined).length)
    }),
  )
})
