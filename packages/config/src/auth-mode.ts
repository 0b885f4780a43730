import { invalid } from './invalid.js'

/** How to log in, as flyte-js calls it; each stands for several words of flytekit and flytectl. */
export type AuthMode = 'pkce' | 'client_credentials' | 'external_command' | 'device' | 'none'

/** Every word for a mode, in lower case, flytekit's first (`clients/auth/authenticator.py`, `AuthType`). */
const modes: Readonly<Record<AuthMode, readonly string[]>> = {
  pkce: ['standard', 'pkce'],
  client_credentials: ['basic', 'client_credentials', 'clientsecret'],
  external_command: ['external_process', 'externalcommand', 'external_command'],
  device: ['deviceflow', 'device'],
  none: ['none', 'passthrough'],
}

/**
 * Reads `credentials.auth_mode` in any of its words and any case.
 *
 * @param word - e.g. `basic`
 * @param place - where it is from, to begin the error with, e.g. `environment FLYTE_CREDENTIALS_AUTH_MODE: `
 * @throws `ConfigError` that lists the words, for any other
 */
export function parseAuthMode(word: string, place = ''): AuthMode {
  for (const [mode, words] of Object.entries(modes)) {
    if (words.includes(word.toLowerCase())) return mode as AuthMode
  }
  throw invalid('credentials.auth_mode', `${place}expected one of ${Object.values(modes).flat().join(', ')}`)
}
