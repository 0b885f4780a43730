// Where a browser goes once it is logged in.
import type { HttpRequest } from '../../http-exchange.js'
import { readParameters } from '../form-encoding.js'
import { cookieOf, setCookie } from './cookies.js'

const cookieName = 'flyte_redirect_location'

/** The console, where nothing else was said. */
const defaultTarget = '/console'

/** Whether a `redirect_url` may be used: it must be relative, or on an authorized origin. */
export function isRedirectAllowed(redirectUrl: string, authorizedUris: readonly string[]): boolean {
  if (redirectUrl.startsWith('//') || /\p{Cc}/u.test(redirectUrl)) return false
  if (!URL.canParse(redirectUrl)) return true
  const { protocol, host } = new URL(redirectUrl)
  if (host === '') return true
  return authorizedUris.some((authorized) => {
    const uri = new URL(authorized)
    return uri.protocol === protocol && uri.host === host
  })
}

/** The `Set-Cookie` header that keeps it during the login; none without a path. */
export function redirectLocationCookie(redirectUrl: string): string[] {
  const path = redirectUrl.replace(/^[\w+.-]+:(\/\/[^/?#]*|(?!\/).*)/, '').replace(/[?#].*$/, '')
  return path === ''
    ? []
    : [setCookie(cookieName, redirectUrl.replace(/[^\x20-\x7e]+/g, encodeURIComponent), { sameSite: 'Lax' })]
}

/** Where to go now: the request's `redirect_url`, else what was kept, else the console. */
export function redirectTarget({ query, headers }: HttpRequest): string {
  return readParameters(query).get('redirect_url') || (cookieOf(headers, cookieName) ?? defaultTarget)
}
