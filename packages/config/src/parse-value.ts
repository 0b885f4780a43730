import type { SettingType } from './settings.js'

/** Words that flytekit reads as false, in any case; the empty text too. Everything else is true. */
const falseWords = new Set(['', 'false', '0', 'off', 'no'])
/** Words that say true beyond doubt. */
const trueWords = new Set(['true', '1', 'on', 'yes'])

/** A value, and what was odd about its text. */
export interface ParsedValue {
  /** The value, of the setting's type. */
  value: string | boolean | readonly string[]
  /** What was odd, for `explain()`. */
  problem?: string
}

/**
 * Turns the text of an environment variable into a value, as flytekit does (`configuration/file.py`).
 *
 * Lists are split on commas and not trimmed; an empty text is an empty list.
 */
export function parseValue(type: SettingType, text: string): ParsedValue {
  switch (type) {
    case 'string':
      return { value: text }
    case 'list':
      return { value: text === '' ? [] : text.split(',') }
    case 'boolean': {
      const word = text.toLowerCase()
      if (falseWords.has(word)) return { value: false }
      if (trueWords.has(word)) return { value: true }
      return { value: true, problem: 'an unusual word for a boolean, read as true: write true or false' }
    }
  }
}
