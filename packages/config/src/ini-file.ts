import type { ConfigFile, ConfigFileText } from './config-file.js'
import { iniEntry, interpolate, parseIni } from './ini.js'
import { invalidFile } from './invalid.js'
import { parseValue } from './parse-value.js'
import { settings } from './settings.js'

/**
 * Reads flytekit's INI file: `[section] option`, by the names of the table.
 *
 * @throws ConfigError when it is malformed, or has a section `[internal]`, which flytekit keeps for running tasks
 */
export function readIni({ path, text }: ConfigFileText): ConfigFile {
  const file = parseIni(text, path)
  if (file.sections.has('internal')) throw invalidFile(path, 'remove [internal]')
  return {
    kind: 'INI',
    path,
    ini: file,
    find(name) {
      const [section = '', option = ''] = name.split('.')
      const entry = iniEntry(file, section, option)
      return (
        entry && {
          line: entry.line,
          read() {
            const interpolated = interpolate(file, section, entry)
            if ('fault' in interpolated) return interpolated
            const { type } = settings[name]
            const reading = parseValue(type, interpolated.text)
            // configparser reads booleans itself, and has no words but the usual ones.
            const isUnusual = 'problem' in reading || interpolated.text === ''
            return type === 'boolean' && isUnusual ? { fault: 'expected true or false' } : reading
          },
        }
      )
    },
  }
}
