import { AuthError, originAndPath } from '@flyte-js/core'

/** Hosts on which plain HTTP never leaves the machine (RFC 8252 section 7.3, RFC 6761 section 6.3). */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === '[::1]'
  )
}

/**
 * Whether a URL may be asked: https, or http on loopback, or http where plain text was asked for.
 *
 * @param insecure - the user's word that plain text is meant
 */
export function isAllowedScheme(url: URL, insecure: boolean): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && (insecure || isLoopback(url.hostname)))
}

/**
 * Reads an endpoint, and refuses one over which secrets would travel in plain text.
 *
 * @throws AuthError `FLYTE_AUTH_INSECURE_ENDPOINT`
 */
export function parseEndpoint(endpoint: string | URL, insecure: boolean): URL {
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    const message = 'The endpoint is not an absolute URL; write https://host[:port][/path]'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  if (isAllowedScheme(url, insecure)) return url
  const message = `${originAndPath(url)} would carry secrets in plain text. Use https, or, where that is meant, set platform.insecure (FLYTE_PLATFORM_INSECURE=true)`
  throw new AuthError('FLYTE_AUTH_INSECURE_ENDPOINT', message, { endpoint: url })
}

/** `path` below the endpoint, whose own path is kept: Flyte Admin may live behind a prefix. */
export function below(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.origin}${endpoint.pathname.replace(/\/+$/, '')}${path}`)
}
