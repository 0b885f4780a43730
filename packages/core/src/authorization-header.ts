import { ConfigError } from './config-error.js'

/** Headers that mean something else to every server between here and Flyte Admin. */
const taken = /^(host|cookie|connection|content-length|content-type|transfer-encoding|accept)$/

/**
 * The header that carries the token: `credentials.authorization_metadata_key`, else `authorization`.
 *
 * A header's name is a token (RFC 9110 section 5.6.2): a line break in it would smuggle in another header.
 *
 * @param key - the setting, in any case
 * @returns the name, in lower case
 * @throws `ConfigError` when the setting is no name of a header, or that of one with another meaning
 */
export function authorizationHeader(key = 'authorization'): string {
  const name = key.toLowerCase()
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !taken.test(name)) return name
  throw new ConfigError(
    'FLYTE_CONFIG_INVALID',
    'credentials.authorization_metadata_key is no name of a header for tokens. Set FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY to one, e.g. flyte-authorization, or leave it unset',
    { setting: 'credentials.authorization_metadata_key' },
  )
}
