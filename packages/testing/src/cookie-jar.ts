// A browser's cookies (RFC 6265), as far as a login needs them: by host, path and age. Ports do not tell them apart.

/** Keeps cookies between requests. */
export interface CookieJar {
  /** The `Cookie` header for a URL; empty when there is none. */
  header(url: URL): string
  /** Takes in the `Set-Cookie` headers of an answer. */
  store(url: URL, setCookies: readonly string[]): void
}

interface Cookie {
  name: string
  value: string
  host: string
  path: string
  isSecure: boolean
  expiresAt: number
}

/** Makes an empty one. */
export function createCookieJar(): CookieJar {
  let cookies: Cookie[] = []
  return {
    header: (url) =>
      cookies
        .filter((cookie) => isFor(cookie, url))
        // Longer paths come first (section 5.4).
        .sort((left, right) => right.path.length - left.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    store(url, setCookies) {
      for (const line of setCookies) {
        const cookie = parseSetCookie(url, line)
        const isSame = ({ name, host, path }: Cookie) =>
          name === cookie.name && host === cookie.host && path === cookie.path
        cookies = [...cookies.filter((other) => !isSame(other)), cookie]
      }
    },
  }
}

function isFor({ host, path, isSecure, expiresAt }: Cookie, url: URL): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`
  // Browsers take loopback for secure.
  const isSafe = url.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return (
    host === url.hostname &&
    (url.pathname === path || url.pathname.startsWith(folder)) &&
    (isSafe || !isSecure) &&
    expiresAt > Date.now()
  )
}

function parseSetCookie(url: URL, line: string): Cookie {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const attributes = new Map(
    rest.map((attribute) => {
      const [name = '', ...value] = attribute.split('=')
      return [name.toLowerCase(), value.join('=')]
    }),
  )
  const maxAge = attributes.get('max-age')
  const expires = attributes.get('expires')
  const lasts = maxAge === undefined ? undefined : Date.now() + Number(maxAge) * 1000
  const path = attributes.get('path')
  return {
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    host: url.hostname,
    path: path?.startsWith('/') ? path : defaultPath(url),
    isSecure: attributes.has('secure'),
    expiresAt: lasts ?? (expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires)),
  }
}

/** The folder of the path (section 5.1.4). */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, pathname.lastIndexOf('/')) || '/'
}
