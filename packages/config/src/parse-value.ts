import { parseGoDuration } from './go-duration.js'
import type { SettingType } from './settings.js'

/** What a setting can hold. */
export type Value = string | boolean | number | readonly string[]

/** A value, and what was odd about what was written; or what is wrong with it, without repeating it: it may be a secret. */
export type Reading = { value: Value; problem?: string } | { fault: string }

/**
 * Turns the text of an environment variable into a value, as flytekit does (`configuration/file.py`).
 *
 * Lists are split on commas and not trimmed; an empty text is an empty list. Durations stay text, once they are known to be
 * some.
 */
export function parseValue(type: SettingType, text: string): Reading {
  switch (type) {
    case 'string':
      return { value: text }
    case 'list':
      return { value: text === '' ? [] : text.split(',') }
    case 'boolean':
      // flytekit's words in any case, and the empty text; everything else is true.
      if (/^(|false|0|off|no)$/i.test(text)) return { value: false }
      if (/^(true|1|on|yes)$/i.test(text)) return { value: true }
      return { value: true, problem: 'read as true. Write true or false' }
    case 'integer':
      return /^\d{1,15}$/.test(text) ? { value: Number(text) } : { fault: 'expected decimal digits' }
    case 'duration':
      return parseGoDuration(text) === undefined
        ? {
            fault: `expected a duration with its unit${/^[\d.]+$/.test(text) ? ', which is missing' : ''}, e.g. 15s`,
          }
        : { value: text }
  }
}
