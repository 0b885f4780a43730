// Cookies as Go's HTTP server reads and writes them: without a path, so that browsers take the folder of the request's.

/** What a cookie is set with beside its value. */
export interface CookieAttributes {
  sameSite?: 'Lax'
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

/** A `Set-Cookie` header for a session cookie that scripts cannot read. */
export function setCookie(name: string, value: string, { sameSite }: CookieAttributes = {}): string {
  const clean = value.replace(/[^\x20-\x7e]|[";\\]/g, '')
  const quoted = /[ ,]/.test(clean) ? `"${clean}"` : clean
  return `${name}=${quoted}; HttpOnly${sameSite === undefined ? '' : `; SameSite=${sameSite}`}`
}
