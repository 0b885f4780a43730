import { ConfigError } from '@flyte-js/core'
import type { Get } from './config-view.js'
import { strip, universalNewlines, withoutByteOrderMark } from './python-text.js'
import type { SettingName } from './settings.js'
import { showPath, showVariable } from './show-target.js'
import { byteOrderMark, readText, readVariable, type Sources } from './waterfall.js'

const location = 'credentials.client_secret_location'
const envVar = 'credentials.client_secret_env_var'

/**
 * Finds the client secret: the last of these that yields a text that is not empty: the literal, the file of
 * `client_secret_location`, the variable that `client_secret_env_var` names.
 *
 * Source: flytekit `configuration/__init__.py`, `PlatformConfig.auto`.
 *
 * @param isFinal - the literal is the program's own word, which wins over all of them
 * @param note - is told what is odd
 * @returns the secret, and the setting whose variable or file has a text, which makes the mode client credentials
 * @throws ConfigError when the file is missing, also when the variable gives a secret
 */
export function findClientSecret(
  get: Get,
  { env, readFile }: Sources,
  isFinal: boolean,
  note: (setting: SettingName, problem: string) => void,
): { clientSecret: string | undefined; from: SettingName | undefined } {
  const literal = get('credentials.client_secret')
  const path = get(location)
  const variable = get(envVar)

  const text = path ? readText(path, readFile) : ''
  if (text === undefined && !isFinal) {
    const message = `${location}: no such file, or it cannot be read: ${showPath(path ?? '', true)}. Correct it or unset it`
    throw new ConfigError('FLYTE_CONFIG_FILE_MISSING', message, { setting: location })
  }
  const file = universalNewlines(withoutByteOrderMark(text ?? ''))
  if (text?.startsWith('\uFEFF')) note(location, byteOrderMark)
  const fromVariable = variable ? readVariable(env, variable) : ''
  if (fromVariable === undefined) note(envVar, `${showVariable(variable ?? '', true)} (not set)`)

  // flytekit takes a text without a line break at its end as it is, spaces and all.
  const fromFile = file.endsWith('\n') ? strip(file) : file
  return {
    clientSecret: (isFinal && literal) || fromVariable || fromFile || literal || undefined,
    from: fromVariable ? envVar : file ? location : undefined,
  }
}
