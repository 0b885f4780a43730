import { type SettingName, settings } from '@flyte-js/config'
import fc from 'fast-check'
import { textOf } from './case.js'

const from = (...texts: string[]) => fc.constantFrom(...texts)
const join = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((each) => each.join(''))

/** What Python counts as white space, and what it does not. */
const space = from(
  '',
  '',
  '',
  ' ',
  '  ',
  '\t',
  '    ',
  '\x0b',
  '\f',
  '\x1c',
  '\x1f',
  '\x85',
  '\u00a0',
  '\u2003',
  '\u2028',
  '\u3000',
  '\ufeff',
  '\u200b',
)
const separator = from('=', ':', ' = ', ' : ', '==', ':=', '\t=\u00a0', ' ', '')
const newline = from('\n', '\n', '\n', '\n', '\r\n', '\r', '\n\r', '\n\n', '\r\r\n')

const options = from(
  ...[
    'url',
    'URL',
    'Url',
    'insecure',
    'client_id',
    'CLIENT_ID',
    'client_secret',
    'scopes',
    'auth_mode',
    'a',
    'b',
    'A',
    'a b',
  ],
  ...[
    'clİent',
    'ΑΣ',
    'ας',
    'straße',
    'STRASSE',
    '\u212a',
    'ǅ',
    '[x',
    'x]',
    '%',
    '%(a)s',
    '',
    '__proto__',
    'constructor',
    '#a',
    'a;b',
  ],
)
const sections = from(
  ...[
    'platform',
    'platform',
    'credentials',
    'credentials',
    'local',
    'DEFAULT',
    'DEFAULT',
    'Platform',
    ' platform ',
    'default',
  ],
  ...['a]b', '', ']', '[', '__proto__', 'a\u2028b', 'platform ; x', 'DEFAULT ', 'ADMIN'],
)
const pieces = from(
  ...[
    'x',
    'value',
    'é😀',
    ' ',
    '#',
    ';',
    ' ; x',
    ' # x',
    '=',
    ':',
    '[',
    ']',
    '"q"',
    "'",
    '\\',
    ',',
    'true',
    'no',
    '4',
    '15s',
  ],
  ...[
    '%',
    '%%',
    '%%%',
    '%(',
    '%(a)s',
    '%(A)s',
    '%(b)s',
    '%(url)s',
    '%(nobody)s',
    '%(a)',
    '%()s',
    '%(client_id)s',
    '%x',
    '%(a b)s',
  ],
  ...['\x1c', '\x85', '\u00a0', '\u2028', '\x0b', '\f', '\ufeff', '\u0000', '', 'dns:///'],
)
const values = fc.array(pieces, { maxLength: 3 }).map((each) => each.join(''))

const header = join('[', sections, ']')
const line = fc.oneof(
  { weight: 4, arbitrary: join(space, options, separator, space, values, space) },
  { weight: 2, arbitrary: join(space, header, from('', '', ' ', 'x', ' # x', ']', ' = y')) },
  { weight: 2, arbitrary: join(from(' ', '  ', '\t', '   ', '\u00a0', '\x85'), space, values) },
  { weight: 1, arbitrary: join(space, from('#', ';'), values) },
  { weight: 2, arbitrary: space },
  { weight: 1, arbitrary: values },
)

/** Anything at all: most of these are no INI files. */
const wild = fc.array(join(line, newline), { maxLength: 8 }).map((each) => each.join(''))

/** A file that begins well and says nothing twice, with odd lines in between. */
const orderly = fc
  .tuple(
    fc.uniqueArray(sections, { minLength: 1, maxLength: 4 }),
    fc.infiniteStream(
      fc.uniqueArray(fc.tuple(options, from('=', ':', ' = '), values), {
        maxLength: 5,
        selector: ([option]) => option.toLowerCase(),
      }),
    ),
    fc.infiniteStream(newline),
    fc.infiniteStream(
      fc.oneof(
        { weight: 6, arbitrary: fc.constant('') },
        { weight: 2, arbitrary: join('\n', from(' ', '  ', '\t', '\u00a0 '), values) },
        { weight: 1, arbitrary: join('\n', space, from('#', ';'), values) },
        { weight: 1, arbitrary: join('\n', space) },
        { weight: 1, arbitrary: join('\r', space, values) },
      ),
    ),
    fc.infiniteStream(space),
  )
  .map(([names, entries, newlines, oddities, indents]) => {
    const next = <T>(stream: Iterator<T>) => stream.next().value as T
    return names
      .map((name) => {
        const indent = next(indents)
        const lines = next(entries).map((each) => `${indent}${each.join('')}${next(oddities)}${next(newlines)}`)
        return `[${name}]${next(newlines)}${lines.join('')}`
      })
      .join('')
  })

/** References that go deeper and deeper: `configparser` follows ten. */
const chain = fc
  .tuple(fc.integer({ min: 7, max: 12 }), from('x', '', '%', '%%', '%(nobody)s', '%(O0)s'))
  .map(
    ([depth, end]) =>
      `[platform]\n${Array.from({ length: depth }, (_, index) => `o${index} = -%(O${index + 1})s-\n`).join('')}o${depth} = ${end}\n`,
  )

/** Hard INI files. */
export const hardIni: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: orderly },
  // One line too many: a duplicate, as likely as not.
  { weight: 3, arbitrary: join(orderly, line, newline) },
  { weight: 4, arbitrary: wild },
  { weight: 1, arbitrary: chain },
)

/** An INI file with some of the settings, most of it well-formed. */
export function iniOf(names: readonly SettingName[]): fc.Arbitrary<string> {
  const oneLine = (text: string) => text.replace(/[\r\n]/g, '').replaceAll('%', '%%')
  const entry = (name: SettingName) => {
    const [, option = ''] = name.split('.')
    // configparser has eight words, in any case.
    const words = from('1', 'yes', 'TRUE', 'on', '0', 'No', 'false', 'OFF')
    const usual = settings[name].type === 'boolean' ? words : textOf(name).map(oneLine)
    const text = fc.oneof(
      { weight: 60, arbitrary: usual },
      { weight: 2, arbitrary: textOf(name).map(oneLine) },
      { weight: 2, arbitrary: from('%(given)s', 'a%%b') },
      { weight: 1, arbitrary: from('100%', '%(nobody)s') },
    )
    const written = fc.tuple(from(option, option.toUpperCase()), from('=', ' = ', ':', ': '), text, newline)
    return fc.option(
      written.map((each) => each.join('')),
      { nil: '', freq: 2 },
    )
  }
  const section = (which: string) => {
    const entries = names.filter((name) => name.startsWith(`${which}.`)).map(entry)
    return fc.tuple(...entries).map((each) => `[${which}]\n${each.join('')}`)
  }
  return fc
    .tuple(
      from(
        '',
        '',
        '',
        '\ufeff',
        '# comment\n',
        '[DEFAULT]\ngiven = g\n',
        '[DEFAULT]\nclient_id = shared\n',
        '[images]\na = b\n',
      ),
      ...[...new Set(names.map((name) => name.split('.')[0] ?? ''))].map(section),
      fc.oneof(
        { weight: 24, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom('[internal]\n', '[platform]\n', 'nothing\n', '  more', '; end') },
      ),
    )
    .map((each) => each.join(''))
}
