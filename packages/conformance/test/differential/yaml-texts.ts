import { type Setting, type SettingName, settings } from '@flyte-js/config'
import fc from 'fast-check'
import type { ConfigFile } from './case.js'
import { textOf } from './case.js'

/** What was written for a setting: words without quotes, a text in quotes, a list of these, or a mapping. */
export type YamlNode = { plain: string } | { quoted: string } | { list: YamlNode[] } | { mapping: true }

interface Written {
  yaml: string
  node: YamlNode
}

/** Words that YAML 1.1 and 1.2 read in different ways, or that are no text in either; each is safe without quotes. */
const plain = fc
  .constantFrom(
    ...[
      'true',
      'false',
      'True',
      'FALSE',
      'tRue',
      'yes',
      'no',
      'Yes',
      'on',
      'off',
      'OFF',
      'y',
      'N',
      'null',
      'Null',
      '~',
      'nUll',
    ],
    ...[
      '0',
      '7',
      '-7',
      '+7',
      '007',
      '0123',
      '089',
      '1_000',
      '12:30:45',
      '1:2',
      '0x1F',
      '0o17',
      '0b11',
      '1e3',
      '1.5',
      '1.',
      '.5',
    ],
    ...[
      '1.5e3',
      '1.5e+3',
      '-0',
      '0.0',
      '.inf',
      '-.INF',
      '.nan',
      '2020-01-01',
      '2020-01-01T00:00:00Z',
      '12345678901234567890',
    ],
    ...[
      'a',
      'host:81',
      'dns:///host:1',
      'x dns:///y',
      'http://host',
      'a b',
      'a;b',
      'é😀',
      '-',
      '_',
      '1a',
      'None',
      'basic',
      'Pkce',
    ],
  )
  // A dash of its own begins a list.
  .filter((word) => word !== '-')
  .map((word): Written => ({ yaml: word, node: { plain: word } }))

/** As JSON, with what is not ASCII as numbers: YAML 1.1 allows fewer characters. */
const inAscii = (text: string) =>
  JSON.stringify(text).replace(
    /[^ -~]/gu,
    (character) => `\\U${character.codePointAt(0)?.toString(16).padStart(8, '0')}`,
  )

/** The ways to write what is text whatever it says. */
const styles: ((text: string) => string)[] = [
  inAscii,
  (text) => (/^[ -~]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : inAscii(text)),
  (text) => `!!str ${inAscii(text)}`,
  (text) => `&anchor ${inAscii(text)}`,
]
const block = (text: string) => (/^[!-~][ -~]*$/.test(text) ? `|-\n    ${text}` : inAscii(text))

const textBy = (name: SettingName, ...ways: typeof styles) =>
  fc
    .tuple(textOf(name), fc.constantFrom(...ways))
    .map(([text, style]): Written => ({ yaml: style(text), node: { quoted: text } }))

/** A value: mostly of the setting's type. */
function nodeOf(name: SettingName): fc.Arbitrary<Written> {
  const text = textBy(name, ...styles)
  // flytekit does not survive a number or a boolean as the name of a file or a variable.
  const one = name.startsWith('credentials.client_secret_') ? text : fc.oneof(text, plain)
  const safe = fc.oneof({ weight: 12, arbitrary: text }, { weight: 1, arbitrary: one })
  const list = (item: fc.Arbitrary<Written>) =>
    fc.tuple(fc.array(item, { maxLength: 3 }), fc.boolean()).map(
      ([items, isBlock]): Written => ({
        yaml:
          isBlock && items.length > 0
            ? items.map(({ yaml }) => `\n    - ${yaml}`).join('')
            : `[${items.map(({ yaml }) => yaml).join(', ')}]`,
        node: { list: items.map(({ node }) => node) },
      }),
    )
  const nothing = fc.constantFrom<Written>(
    { yaml: '', node: { plain: 'null' } },
    { yaml: '""', node: { quoted: '' } },
    { yaml: '[]', node: { list: [] } },
  )
  const wrong = fc.oneof(
    list(one),
    fc.constantFrom<Written>({ yaml: '{}', node: { mapping: true } }, { yaml: '{ a: b }', node: { mapping: true } }),
  )
  const usual = settings[name].type === 'list' ? fc.oneof(list(safe), list(one)) : safe
  const right =
    settings[name].type === 'boolean' ? fc.oneof(fc.constantFrom('true', 'false').map(plainOf), safe) : usual
  return fc.oneof(
    { weight: 40, arbitrary: right },
    { weight: 4, arbitrary: textBy(name, block) },
    { weight: 6, arbitrary: one },
    { weight: 4, arbitrary: nothing },
    { weight: 1, arbitrary: wrong },
  )
}

function plainOf(word: string): Written {
  return { yaml: word, node: { plain: word } }
}

/** Files that are YAML to us no more, and some that are to nobody. */
const flaws: Record<string, string> = {
  'a key twice': '\nother: 1\nother: 2\n',
  'an unknown tag': '\nother: !mine x\n',
  'no end of a list': '\nother: [\n',
  'a tab': '\nother:\n\t- x\n',
  'a second document': '\n---\nother: 1\n',
  'a section that is text': '\nconsole: text\n',
  'an unknown alias': '\nother: *nobody\n',
}

/** What a section may merge from another, where it says nothing itself. */
const bases: Record<string, Written> = {
  '  <<: *base\n': { yaml: '"of the base"', node: { quoted: 'of the base' } },
  '  <<: [*base]\n': plainOf('007'),
  '  << : *base\n': plainOf('true'),
}

/** A YAML file with some of the settings. */
export function yamlOf(names: readonly SettingName[]): fc.Arbitrary<Omit<ConfigFile, 'path'>> {
  const entries = names.flatMap((name) => {
    const path = (settings[name] as Setting).yaml
    if (path === undefined) return []
    const [section = '', key = ''] = path.split('.')
    return [
      fc.option(
        nodeOf(name).map((written) => ({ name, section, key, ...written })),
        { nil: undefined, freq: 2 },
      ),
    ]
  })
  return fc
    .tuple(
      fc.tuple(...entries),
      fc.constantFrom('\n', '\n', '\r\n', '\r'),
      fc.constantFrom('', '', '', '\ufeff', '# comment\n', '---\n', '%YAML 1.2\n---\n'),
      fc.constantFrom('', '', '  unknown: 1\n', '  # comment\n\n', ...Object.keys(bases)),
      fc.oneof(
        { weight: 20, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom(...Object.keys(flaws)) },
      ),
    )
    .map(([all, newline, start, extra, kind]) => {
      const there = all.filter((each) => each !== undefined)
      // The console's one key is not in the file when the flaw is.
      const kept = there.filter(({ section }) => kind !== 'a section that is text' || section !== 'console')
      const sections = [...new Set(kept.map(({ section }) => section))].map((section) => {
        const own = kept.filter((each) => each.section === section)
        return `${section}:\n${own.map(({ key, yaml }) => `  ${key}: ${yaml}\n`).join('')}${section === 'admin' ? extra : ''}`
      })
      const base = sections.some((each) => each.startsWith('admin:')) ? bases[extra] : undefined
      const text = `${start}${base ? `base: &base { clientId: ${base.yaml} }\n` : ''}${sections.join('')}${flaws[kind] ?? ''}`
      const nodes: ConfigFile['nodes'] = {
        ...(base && { 'credentials.client_id': base.node }),
        ...Object.fromEntries(kept.map(({ name, node }) => [name, node])),
      }
      // PyYAML refuses a name that is there twice.
      let anchors = 0
      const named = text.replace(/&anchor/g, () => `&anchor${++anchors}`)
      return { text: named.replaceAll('\n', newline), nodes, flaw: kind || undefined }
    })
}
