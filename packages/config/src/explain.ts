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
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '')
  const shown = row.secret && value !== undefined ? '••••' : setting === 'platform.url' ? withoutPassword(text) : text
  return { setting, env: environmentName(setting), value: shown, source, shadowed, problems }
}

/** An endpoint with a user and a password in it is refused when it is used, but it is explained all the same. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)?.*@/s, '$1••••@')
}
