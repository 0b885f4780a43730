// Cookies as Go's HTTP server reads and writes them: without a path, so that browsers take the folder of the request's.

/** How the cookies of the session are set: Flyte Admin's `cookieSetting` and `insecureCookieHeader`. */
export interface CookieOptions {
  /**
   * `None` lets pages of other sites use the session, where the browser allows third-party cookies; it needs `secure`. By
   * default no attribute, which browsers read as `Lax`, or nearly so. The cookies of a login that is under way are `Lax` always.
   */
  sameSite?: 'Lax' | 'Strict' | 'None'
  /** Whether cookies are for https only; browsers take loopback for https here. By default false, as measured. */
  secure?: boolean
  /** The domain whose hosts all get them. By default the server's host alone. */
  domain?: string
}

/** What a cookie is set with beside its value. */
export interface CookieAttributes {
  domain?: string | undefined
  expires?: Date
  sameSite?: CookieOptions['sameSite'] | undefined
  isSecure?: boolean | undefined
}

/** The value of a cookie in a request's `Cookie` header. */
export function cookieOf(headers: Record<string, string>, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(/;\s*/)) {
    const separator = pair.indexOf('=')
    if (separator !== -1 && pair.slice(0, separator) === name)
      return pair.slice(separator + 1).replace(/^"(.*)"$/, '$1')
  }
  return undefined
}

/** A `Set-Cookie` header for a cookie that scripts cannot read, for the browser's session unless it expires. */
export function setCookie(
  name: string,
  value: string,
  { domain, expires, isSecure = false, sameSite }: CookieAttributes = {},
): string {
  const clean = value.replace(/[^\x20-\x7e]|[";\\]/g, '')
  return [
    `${name}=${/[ ,]/.test(clean) ? `"${clean}"` : clean}`,
    ...(domain === undefined ? [] : [`Domain=${domain.replace(/^\./, '')}`]),
    ...(expires === undefined ? [] : [`Expires=${expires.toUTCString()}`]),
    'HttpOnly',
    ...(isSecure ? ['Secure'] : []),
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite}`]),
  ].join('; ')
}
