import type { SettingName } from '@flyte-js/config'
import { settings } from '@flyte-js/config'
import fc from 'fast-check'
import type { YamlNode } from './yaml-texts.js'

/** What both sides work from. */
export interface Case {
  /** The environment. */
  env: Record<string, string>
  /** Files by their paths; `null` is a folder. */
  files: Record<string, string | null>
  /** The configuration file. */
  file: ConfigFile | null
}

export interface ConfigFile {
  path: string
  text: string
  /** What was written for each setting, where the file is YAML: its reader keeps no letters. */
  nodes?: Partial<Record<SettingName, YamlNode>>
  /** What makes all of it unreadable to us, where it is YAML. */
  flaw?: string | undefined
}

/** Texts of all kinds, those that are read in a special way above all. None holds NUL, which no environment can. */
const texts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      'a',
      ' a b ',
      'A,b',
      'a, b,',
      ',',
      '%',
      '100%',
      '%%',
      'é😀',
      '\u00a0x\u2028',
      'x\n',
      '\t',
      '0',
      'None',
    ],
    ...['host:1', 'dns:///host:1', 'dns:///', 'dns:///dns:///host', 'x dns:///y', 'DNS:///host', 'dns://host'],
    ...['http://host', 'HTTP://host/x', 'https://host/x', ' http://host', 'httpx://host'],
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0')),
)
const booleans = fc.constantFrom(
  ...[
    'true',
    'false',
    'TRUE',
    'False',
    '1',
    '0',
    'yes',
    'No',
    'on',
    'oFF',
    '',
    'n',
    'y',
    ' false',
    'off ',
    'maybe',
    '00',
  ],
)
const modes = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      ...['standard', 'Pkce', 'PKCE', 'basic', 'Client_Credentials', 'ClientSecret', 'external_process'],
      ...['EXTERNALCOMMAND', 'DeviceFlow', ''],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('none', 'passthrough', 'device', 'external_command', 'oauth', ' basic') },
)
const integers = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('4', '0', '007', '123456789012345') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '+4',
      '-4',
      '4_0',
      ' 4',
      '4\n',
      '٣',
      '',
      '4.0',
      '0x4',
      'four',
      '1e3',
      '12345678901234567',
    ),
  },
)

/** Paths: those of {@link files}, and some where nothing is. */
const paths = ['lf', 'crlf', 'cr', 'mixed', 'inner', 'spaces', 'blank', 'odd', 'bom', 'empty', 'plain']
const location = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...paths) },
  { weight: 2, arbitrary: fc.constantFrom('missing', 'folder', '') },
)

/** Files with a secret in them, or with a value: every way in which a line may end. */
export const files: fc.Arbitrary<Case['files']> = fc.record({
  lf: fc.constant('s3cret\n'),
  crlf: fc.constant(' s3cret \r\n'),
  cr: fc.constant('s3cret\r'),
  mixed: fc.constant(' a\rb\r\n\nc\n\r'),
  inner: fc.constant('a\nb\r\nc '),
  spaces: fc.constantFrom('   ', ' \n', '\u00a0\x1c\n', '\t\r'),
  blank: fc.constantFrom('\n', '\r', '\r\n', '\n\n'),
  odd: fc.constantFrom('\x85a\x85\n', '\u2028a\u2028\n', '\x0ba\f\n', '\x1ca\x1f\n', 'a\u200b\n', 'a\ufeff\n'),
  bom: fc.constantFrom('\ufeffs3cret', '\ufeff\n', '\ufeff'),
  empty: fc.constant(''),
  plain: fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '4', ',', 'é', '\f'), maxLength: 8 }),
  folder: fc.constant(null),
})

/** The text of a setting, as somebody may write it. */
export function textOf(name: SettingName): fc.Arbitrary<string> {
  if (name === 'credentials.auth_mode') return modes
  if (name === 'credentials.client_secret_location') return location
  if (name === 'credentials.client_secret_env_var') return fc.constantFrom('MY_SECRET', 'EMPTY', 'UNSET', '', 'UNSET ')
  if (settings[name].type === 'boolean') return booleans
  return settings[name].type === 'integer' ? integers : texts
}

/** An environment with some of the settings, and the variables that they may name. */
export function environment(names: readonly SettingName[]): fc.Arbitrary<Case['env']> {
  const direct = Object.fromEntries(names.map((name) => [variableOf(name), sometimes(textOf(name))]))
  return fc.record({ ...direct, MY_SECRET: sometimes(texts), EMPTY: fc.constant('') }).map(withoutNothing)
}

/** The same, with redirects, which lead to each other, to variables, to files and to nowhere. */
export function redirectedEnvironment(names: readonly SettingName[]): fc.Arbitrary<Case['env']> {
  const targets = fc.constantFrom('A', 'B', 'EMPTY', 'UNSET', '', ...names.map(variableOf))
  const entries = names.flatMap((name) => [
    [variableOf(name), fc.option(textOf(name), { nil: undefined, freq: 2 })],
    [`${variableOf(name)}_FROM_ENV_VAR`, sometimes(targets)],
    [`${variableOf(name)}_FROM_FILE`, sometimes(location)],
  ])
  const record: Record<string, fc.Arbitrary<string | undefined>> = Object.fromEntries(entries)
  return fc
    .record({ ...record, A: sometimes(booleans), B: sometimes(integers), EMPTY: fc.constant('') })
    .map(withoutNothing)
}

export function variableOf(name: SettingName): string {
  return `FLYTE_${name.replace('.', '_').toUpperCase()}`
}

/** One time in four. */
function sometimes(arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

function withoutNothing(env: Record<string, string | undefined>): Case['env'] {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
