import { ConfigError } from '@flyte-js/core'

/** How to log in, as flyte-js calls it; each stands for several words of flytekit and flytectl. */
export type AuthMode = 'pkce' | 'client_credentials' | 'external_command' | 'device' | 'none'

/** Every word for a mode, in lower case, flytekit's first (`clients/auth/authenticator.py`, `AuthType`). */
const modes: Readonly<Record<string, AuthMode>> = {
  standard: 'pkce',
  pkce: 'pkce',
  basic: 'client_credentials',
  client_credentials: 'client_credentials',
  clientsecret: 'client_credentials',
  external_process: 'external_command',
  externalcommand: 'external_command',
  external_command: 'external_command',
  deviceflow: 'device',
  device: 'device',
  none: 'none',
  passthrough: 'none',
}

/**
 * Reads `credentials.auth_mode` in any of its words and any case.
 *
 * @throws `ConfigError` that lists the words, for any other
 */
export function parseAuthMode(word: string): AuthMode {
  const key = word.toLowerCase()
  const mode = Object.hasOwn(modes, key) ? modes[key] : undefined
  if (mode !== undefined) return mode
  throw new ConfigError(
    'FLYTE_CONFIG_INVALID',
    `credentials.auth_mode is not a mode that is known. Set FLYTE_CREDENTIALS_AUTH_MODE to one of: ${Object.keys(modes).join(', ')}`,
    { setting: 'credentials.auth_mode' },
  )
}
