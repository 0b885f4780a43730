/** Characters of a `Cookie` header that are read: four times what Node takes, so that nothing is lost that could come. */
const longestHeader = 65_536

/** Names of our cookies, none of which is one of Flyte Admin's `flyte_*` on the same host. */
export interface CookieNames {
  session: string
  /** Of an attempt to log in; the beginning of its state follows. */
  loginPrefix: string
}

/**
 * The names of our cookies: with `__Host-`, so that no other host of the same domain can set them (RFC 6265bis section 4.1.3.2),
 * where there is https.
 */
export function cookieNames(isSecure: boolean): CookieNames {
  const prefix = isSecure ? '__Host-' : ''
  return { session: `${prefix}flyte-js-session`, loginPrefix: `${prefix}flyte-js-login-` }
}

/** The cookies of a request, by name. Of two with one name the first counts, as with the more specific path (RFC 6265 section 5.4). */
export type Cookies = ReadonlyMap<string, string>

/** Reads the `Cookie` header (RFC 6265 section 4.2.1). One that is huge is as good as none. It never throws. */
export function readCookies({ headers }: Request): Cookies {
  const header = headers.get('cookie') ?? ''
  const cookies = new Map<string, string>()
  if (header.length > longestHeader) return cookies
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && name !== '' && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim())
  }
  return cookies
}

/** A `Set-Cookie` header: never for scripts, never with another site's POST. It ends after `maxAge` seconds, so that none travels that is dead. */
export function setCookie(name: string, value: string, how: { isSecure: boolean; maxAge: number }): string {
  const { isSecure, maxAge } = how
  const attributes = ['Path=/', 'HttpOnly', ...(isSecure ? ['Secure'] : []), 'SameSite=Lax', `Max-Age=${maxAge}`]
  return [`${name}=${value}`, ...attributes].join('; ')
}

/** A `Set-Cookie` header that has the browser forget a cookie. */
export function clearCookie(name: string, isSecure: boolean): string {
  return setCookie(name, '', { isSecure, maxAge: 0 })
}
