// Where a browser goes once it is logged in.
import type { HttpRequest } from '../../http-exchange.js'
import { readParameters } from '../form-encoding.js'
import { parseGoUrl } from '../go-url.js'
import { cookieOf, setCookie } from './cookies.js'

const cookieName = 'flyte_redirect_location'

/** The console, where nothing else was said. */
const defaultTarget = '/console'

/**
 * Whether a `redirect_url` may be used: it must have no host, or an authorized origin. What Go takes for a path, such as
 * `/\evil.example`, passes, whatever a browser makes of it.
 */
export function isRedirectAllowed(redirectUrl: string, authorizedUris: readonly string[]): boolean {
  const url = parseGoUrl(redirectUrl)
  if (url === undefined) return false
  if (url.hostname === '' && url.port === '') return true
  return authorizedUris.some((authorized) => {
    const { scheme, hostname, port } = parseGoUrl(authorized) ?? {}
    return scheme === url.scheme && hostname === url.hostname && port === url.port
  })
}

/** The `Set-Cookie` header that keeps it during the login; none without a path. */
export function redirectLocationCookie(redirectUrl: string, isSecure: boolean): string[] {
  const url = parseGoUrl(redirectUrl)
  return url?.hasPath ? [setCookie(cookieName, url.text, { sameSite: 'Lax', isSecure })] : []
}

/** Where to go now: the request's `redirect_url`, else what was kept, else the console. It is not looked at again. */
export function redirectTarget({ query, headers }: HttpRequest): string {
  return readParameters(query).get('redirect_url') || (cookieOf(headers, cookieName) ?? defaultTarget)
}
