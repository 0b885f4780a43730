import type { ConfigOverrides } from './config-view.js'
import { parseGoDuration } from './go-duration.js'
import { invalid } from './invalid.js'
import type { Value } from './parse-value.js'
import { type SettingRow, settingRows } from './setting-rows.js'

/**
 * Finds what overrides a setting: `credentials.client_id` is `credentials.clientId` there, a duration milliseconds.
 *
 * @throws ConfigError at once for a key that is no setting; when it is asked, for a value of the wrong type
 */
export function readOverrides(overrides: ConfigOverrides | undefined): (row: SettingRow) => Value | undefined {
  const values = new Map<string, unknown>()
  for (const [section, options] of Object.entries(Object(overrides))) {
    // Not only what is enumerable: somebody may hand on a view, whose secret is not.
    for (const key of Object.getOwnPropertyNames(Object(options))) {
      const row = settingRows.find((each) => each.section === section && each.key === key)
      if (!row) throw invalid(`overrides.${section}.${key}`, 'no such setting')
      values.set(row.name, (options as Record<string, unknown>)[key])
    }
  }
  return ({ name, type }) => {
    const value = values.get(name) ?? undefined
    if (value === undefined || isOfType(type, value)) return value as Value
    const text = type === 'duration' && typeof value === 'number' ? `${value.toFixed(6)}ms` : ''
    if (parseGoDuration(text) !== undefined) return text
    throw invalid(name, `override: expected a ${type === 'duration' ? 'number of milliseconds' : type}`)
  }
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'list') return Array.isArray(value) && value.every((each) => isOfType('string', each))
  return type === 'integer' ? Number.isSafeInteger(value) && (value as number) >= 0 : typeof value === type
}
