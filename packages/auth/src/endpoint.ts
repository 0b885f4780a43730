import { AuthError, originAndPath } from '@flyte-js/core'

/** Hosts on which plain HTTP never leaves the machine (RFC 8252 section 7.3, RFC 6761 section 6.3). */
const loopback = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Refuses a URL over which secrets would travel in plain text: it must be https, or http on loopback or where that is meant.
 *
 * @param url - where secrets are to go
 * @param insecure - the user's word that plain text is meant
 * @param name - what it is, for the error
 * @param otherwise - what to do where plain text is meant
 * @throws AuthError `FLYTE_AUTH_INSECURE_ENDPOINT`
 */
export function checkScheme(
  url: URL,
  insecure: boolean,
  name = '',
  otherwise = 'set platform.insecure (FLYTE_PLATFORM_INSECURE=true)',
): URL {
  const { protocol, hostname } = url
  if (protocol === 'https:' || (protocol === 'http:' && (insecure || loopback.test(hostname)))) return url
  const message = `${name}${originAndPath(url)} would carry secrets in plain text. Use https there, or, where that is meant, ${otherwise}`
  throw new AuthError('FLYTE_AUTH_INSECURE_ENDPOINT', message, { endpoint: url })
}

/**
 * Reads an endpoint, and refuses one over which secrets would travel in plain text.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT`, `FLYTE_AUTH_INSECURE_ENDPOINT`
 */
export function parseEndpoint(endpoint: string | URL, insecure: boolean): URL {
  if (URL.canParse(endpoint)) return checkScheme(new URL(endpoint), insecure)
  const message = 'The endpoint is not an absolute URL; write https://host[:port][/path]'
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
}

/** `path` below the endpoint, whose own path is kept: Flyte Admin may live behind a prefix. */
export function below(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.origin}${endpoint.pathname.replace(/\/+$/, '')}${path}`)
}
