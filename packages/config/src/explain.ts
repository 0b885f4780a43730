import type { SettingName } from './settings.js'
import { showPath, showVariable } from './show-target.js'
import type { Found } from './waterfall.js'

/** Where a value came from, in one row. */
export interface ExplainRow extends Readonly<Pick<Found, 'setting' | 'env' | 'source' | 'shadowed' | 'problems'>> {
  /** The value as text, `••••` for a secret, `''` where there is none. */
  readonly value: string
}

/** One row of `explain()`. A secret is masked whole: no prefix, no length. */
export function explainRow({ value, tried, isSet, ...row }: Found): ExplainRow {
  const { setting } = row
  const isSecret = setting === 'credentials.client_secret' && row.source !== 'not set'
  return { ...row, value: isSecret ? '••••' : show(setting, `${value ?? ''}`) }
}

/** What may be shown of a value that is no secret, or should be none. */
function show(name: SettingName, text: string): string {
  // Where the place of a secret belongs, the secret itself is found now and then.
  if (name === 'credentials.client_secret_location') return text && showPath(text, true)
  if (name === 'credentials.client_secret_env_var') return text && showVariable(text, true)
  // A URL with a password or a token in it is refused when it is used, but it is explained all the same.
  return /url|endpoint/.test(name) ? text.replace(/[?#].*/s, '?••••').replace(/^(\w*:?\/\/)?.*@/s, '$1••••@') : text
}
