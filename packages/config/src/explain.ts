import { environmentName, type Setting, type SettingName, settings } from './settings.js'
import type { Found } from './waterfall.js'

/** Where a value came from, in one row. */
export interface ExplainRow {
  /** The setting, as `section.option`. */
  setting: SettingName
  /** Its environment variable. */
  env: string
  /** Its value as text, `••••` for a secret, `''` where there is none. */
  value: string
  /** Where it came from, e.g. `environment FLYTE_PLATFORM_URL`, `default`, `not set`. */
  source: string
  /** Places that are set as well and lost. */
  shadowed: readonly string[]
  /** Redirects that lead nowhere, unusual words. */
  problems: readonly string[]
}

/** One row of `explain()`. A secret is masked whole: no prefix, no length. */
export function explainRow(setting: SettingName, { value, source, shadowed, problems }: Found): ExplainRow {
  const row: Setting = settings[setting]
  const text = value === undefined ? '' : row.secret ? '••••' : Array.isArray(value) ? value.join(',') : String(value)
  return { setting, env: environmentName(setting), value: text, source, shadowed, problems }
}
