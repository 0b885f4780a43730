import type { ConfigFinding } from '../config-file.js'
import { type IniFile, interpolate, strayPercent } from '../ini.js'
import { settings } from '../settings.js'
import { optionsOfOthers } from './known-options.js'
import { nearestKey } from './nearest.js'

const known: ReadonlySet<string> = new Set([...Object.keys(settings), ...optionsOfOthers])

/** Finds options of an INI file that nobody reads, and values whose `%` makes flytekit lose them. */
export function lintIni(path: string, file: IniFile): ConfigFinding[] {
  const sections = new Map([['DEFAULT', file.defaults], ...file.sections])
  return [...sections].flatMap(([section, options]) =>
    [...options].flatMap(([option, entry]): ConfigFinding[] => {
      const key = `${section}.${option}`
      const place = `${path} line ${entry.line}`
      const isLost = 'fault' in interpolate({ ...file, sections }, section, entry)
      // [DEFAULT] is where the words of others are kept; the names of images are the user's.
      const isKnown = known.has(key) || section === 'DEFAULT' || section === 'images'
      return [
        ...(isLost ? [{ rule: 'percent', place, message: `${key}: ${sayLost(entry.raw)}` } as const] : []),
        ...(isKnown ? [] : [{ rule: 'unknown-key', place, ...nearestKey(key, known) } as const]),
      ]
    }),
  )
}

function sayLost(raw: string): string {
  return /%\([^)]+\)s/.test(raw)
    ? 'a %(name)s names no option of this section or of [DEFAULT], or leads back to itself. Write %% for a percent sign'
    : strayPercent
}
