import { type Setting, type SettingName, settings } from '@flyte-js/config'
import { ConfigError } from '@flyte-js/core'
import { expect, test } from 'vitest'
import { type IniFile, iniEntry, interpolate, parseIni } from '../../../config/src/ini.js'
import { type Difference, expectAgreement, resolve, theFile } from './agreement.js'
import { hardIni } from './ini-texts.js'
import { ask, sample } from './python.js'

/** What a file holds: each value, `null` where its references lead nowhere. */
type Sections = Record<string, Record<string, string | null>>
type Answer = { sections?: Sections; error?: string }

const texts = sample(hardIni, 6000)
const answers = await ask<Answer>('flytekit', 'ask_configparser.py', texts)

/** The same in our words. */
function read(text: string): Answer {
  let file: IniFile
  try {
    file = parseIni(text, 'x.ini')
  } catch (error) {
    if (error instanceof ConfigError) return { error: 'ConfigError' }
    throw error
  }
  const find = (section: string, option: string) => {
    const entry = iniEntry(file, section, option)
    const value = entry && interpolate(file, section, entry)
    return value && 'text' in value ? value.text : null
  }
  const sections = [...file.sections].map(([section, own]): [string, Sections[string]] => {
    const options = new Set([...own.keys(), ...file.defaults.keys()])
    return [section, Object.fromEntries([...options].map((option) => [option, find(section, option)]))]
  })
  return { sections: Object.fromEntries(sections) }
}

/** As text that does not depend on the order. */
function show({ sections, error }: Answer): string {
  if (error) return 'error'
  const sorted = <Value>(record: Record<string, Value>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(sorted(sections ?? {}).map(([section, options]) => [section, sorted(options)]))
}

test('every section, option and value is as configparser reads them, and so is every error', () => {
  const differences = texts.flatMap((text, index) => {
    const theirs = show(answers[index] as Answer)
    const ours = show(read(text))
    return ours === theirs ? [] : [{ given: text, theirs, ours }]
  })
  const errors = answers.filter(({ error }) => error).length
  const lost = answers.filter(({ sections }) =>
    Object.values(sections ?? {}).some((each) => Object.values(each).includes(null)),
  )
  expectAgreement(`configparser (${errors} errors, ${lost.length} with a lost value)`, texts.length, differences)
  // Neither kind of file is so frequent that the others are not there.
  expect(Math.min(errors, texts.length - errors, lost.length)).toBeGreaterThan(texts.length / 50)
})

test('a setting is what its section and option hold, or a ConfigError', () => {
  const names = Object.keys(settings) as SettingName[]
  const differences = texts.flatMap((text, index): Difference[] => {
    const { sections = {}, error } = answers[index] as Answer
    const held = (name: SettingName) => {
      const [section = '', option = ''] = name.split('.')
      return Object.hasOwn(sections, section) ? sections[section]?.[option] : undefined
    }
    const ours = resolve({ env: {}, files: {}, file: { path: 'x.ini', text } })
    // resolveConfig takes the mark off before the file is read.
    if (text.startsWith('\ufeff')) return []
    if (error) return 'error' in ours && ours.error === theFile ? [] : [{ given: text, theirs: error, ours }]
    if ('error' in ours) {
      const name = ours.error as SettingName
      // What types make of a text is compared with flytekit itself; a text can be anything.
      const isOdd = settings[name]?.type !== 'string' || /auth_mode|client_secret_location/.test(name)
      const theirs = ours.error === theFile ? sections : held(name)
      return theirs === null || (isOdd && typeof theirs === 'string') ? [] : [{ given: text, theirs, ours }]
    }
    return names.flatMap((name) => {
      const { type, default: value } = settings[name] as Setting
      const own: unknown = ours.get(name)
      const theirs = name === 'platform.url' ? held(name)?.replace(/^dns:\/\/\//, '') : (held(name) ?? value)
      const isPlain = type === 'string' && name !== 'credentials.auth_mode'
      const isSame = isPlain ? own === theirs : held(name) !== null
      return isSame ? [] : [{ given: text, theirs: { [name]: theirs }, ours: { [name]: own } }]
    })
  })
  expectAgreement('settings of INI files', texts.length, differences)
})
