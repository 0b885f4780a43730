import { invalidFile } from './invalid.js'
import { indentOf, strip, universalNewlines } from './python-text.js'

/** What an option holds, before interpolation, and the line where it begins. */
export interface IniEntry {
  raw: string
  readonly line: number
}

type IniSection = Map<string, IniEntry>

/** An INI file: its sections, and what `[DEFAULT]` gives all of them. */
export interface IniFile {
  readonly sections: Map<string, IniSection>
  readonly defaults: IniSection
}

/**
 * Reads an INI file as `configparser.ConfigParser()` of Python 3.11 does.
 *
 * Keys are case-insensitive, sections are not. `=` and `:` separate. A line that is indented deeper than its option continues
 * it. Comments are lines that begin with `#` or `;`; behind a value they are part of it.
 *
 * @param path - for the errors
 * @throws ConfigError for a duplicate, an option without a section, or a line that is neither: what it holds is not repeated
 */
export function parseIni(text: string, path: string): IniFile {
  const sections = new Map<string, IniSection>()
  const defaults: IniSection = new Map()
  let section: IniSection | undefined
  /** The option that a deeper line continues. */
  let open: IniEntry | undefined
  let indent = 0
  /** Empty lines count only when the option goes on behind them. */
  let blanks = ''

  for (const [index, line] of universalNewlines(text).split('\n').entries()) {
    const fail = (says: string) => invalidFile(`${path} line ${index + 1}`, says)
    const content = strip(line)
    if (/^[#;]/.test(content)) continue
    blanks += '\n'
    if (content === '') continue
    const depth = indentOf(line)
    if (open && depth > indent) open.raw += blanks + content
    blanks = ''
    if (open && depth > indent) continue
    indent = depth
    const [, header] = /^\[(.+)\]/s.exec(content) ?? []
    const separator = content.search(/[=:]/)
    if (header !== undefined) {
      if (sections.has(header)) throw fail('this section is there twice')
      section = header === 'DEFAULT' ? defaults : new Map()
      if (section !== defaults) sections.set(header, section)
      open = undefined
    } else if (section === undefined) {
      throw fail('no section yet. Begin with e.g. [platform]')
    } else if (separator < 1) {
      throw fail('expected "name = value"')
    } else {
      const name = strip(content.slice(0, separator)).toLowerCase()
      if (section.has(name)) throw fail('this option is there twice')
      open = { raw: strip(content.slice(separator + 1)), line: index + 1 }
      section.set(name, open)
    }
  }
  return { sections, defaults }
}

/** An option of a section, else that of `[DEFAULT]`; a section that is not there inherits nothing. */
export function iniEntry({ sections, defaults }: IniFile, section: string, option: string): IniEntry | undefined {
  const own = sections.get(section)
  return own && (own.get(option) ?? defaults.get(option))
}

/** What is said of a `%` that is neither `%%` nor a reference to another option. */
export const strayPercent = 'a % begins a %(name)s. Write %% for a percent sign'

/**
 * Replaces `%(name)s` by that option of the same section or of `[DEFAULT]`, and `%%` by `%`.
 *
 * @returns the text, or what is wrong with it
 */
export function interpolate(file: IniFile, section: string, { raw }: IniEntry): { text: string } | { fault: string } {
  let isWhole = true
  // What ten levels of many references can come to has no end in practice, and a million characters are no setting.
  let left = 1e6
  const expand = (text: string, depth: number): string =>
    text.replace(/%(?:(%)|\(([^)]{1,999})\)s)?/g, (_, percent?: string, name = ''): string => {
      if (percent && depth < 11) return percent
      const { raw } = iniEntry(file, section, name.toLowerCase()) ?? {}
      left -= 1 + (raw?.length ?? 0)
      // `configparser.MAX_INTERPOLATION_DEPTH`
      if (raw === undefined || depth > 10 || left < 0) isWhole = false
      if (!raw || !isWhole) return ''
      return raw.includes('%') ? expand(raw, depth + 1) : raw
    })
  const text = expand(raw, 1)
  return isWhole ? { text } : { fault: strayPercent }
}
