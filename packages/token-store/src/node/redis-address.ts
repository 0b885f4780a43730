import { TokenStoreError } from '@flyte-js/core'

/**
 * Checks the URL of a Redis server, and says where that is without its password.
 *
 * @param url - `redis[s]://[[user][:password]@]host[:port][/database]`, or `unix:` with a path
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` for anything else; the URL is not repeated, since it may hold a password
 */
export function redisAddress(url: string): string {
  if (url.startsWith('unix:')) return 'unix socket'
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || !/^\/?\d*$/.test(parsed.pathname)) throw invalid()
  try {
    decodeURIComponent(parsed.username + parsed.password)
  } catch {
    throw invalid()
  }
  return `${parsed.protocol}//${parsed.host}`
}

function invalid(): TokenStoreError {
  const message =
    'The URL of the redis store is none. Give one like redis://user:password@host:6379/0, or rediss:// for TLS, with special characters of the password percent-encoded'
  return new TokenStoreError('FLYTE_INVALID_ARGUMENT', message, { store: 'redis' })
}
