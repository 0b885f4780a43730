import { AuthError } from '@flyte-js/core'

/**
 * Where the browser is to go after a login or a logout, as Flyte Admin is told it: a path where that is of its own origin, else a
 * whole URL.
 *
 * What is allowed is decided here. Flyte Admin looks at it too, but reads it as Go does, which takes `/\evil.example` for a path;
 * and with a live session, or after a logout, it does not look at all.
 *
 * @param returnTo - a URL, or a path of this page's origin. Default: where the page is
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for what is not allowed
 */
export function returnAddress(
  returnTo: string | URL = location.href,
  { endpoint, allowedRedirects }: { endpoint: URL; allowedRedirects: readonly string[] },
): string {
  const url = URL.canParse(returnTo, location.href) ? new URL(returnTo, location.href) : undefined
  if (url === undefined || !isAllowed(url, [location.origin, ...allowedRedirects])) {
    const message = `returnTo must be on ${location.origin}, where this page is, or on one of allowedRedirects`
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  const { origin, pathname, search, hash } = url
  // After two slashes a browser reads a host, and so does Go.
  const path = inGo(`/${pathname.replace(/^\/+/, '')}${search}`) + (hash && `#${inGo(hash.slice(1))}`)
  return origin === endpoint.origin ? path : origin + path
}

function isAllowed(url: URL, places: readonly string[]): boolean {
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return false
  return places.some((place) => {
    if (!URL.canParse(place)) return false
    const { origin, pathname } = new URL(place)
    return url.origin === origin && `${url.pathname}/`.startsWith(pathname.replace(/\/*$/, '/'))
  })
}

/**
 * Go refuses a `%` that encodes nothing, and where it finds one character to escape it escapes all anew, so that `%2F` becomes a
 * slash. Flyte Admin keeps the address in a cookie, which can hold no `;`. So nothing is left to be escaped.
 */
function inGo(address: string): string {
  return address.replace(/%(?![0-9a-f]{2})|[^\w.~!$&'()*+,=:@/[\]?%-]/gi, encodeURIComponent)
}
