/** Methods that change nothing (RFC 9110 section 9.2.1), so that nobody gains by having a browser send them. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that changes something comes from a page of ours: what a browser says of it, which no page can forge.
 *
 * `Origin` decides. A browser says `null` for a page that hides where it is (`Referrer-Policy: no-referrer`) and for a sandboxed
 * one alike; `Sec-Fetch-Site` tells them apart, and stands in for an `Origin` that is missing. Where that is missing too, an old
 * browser still has the `Referer`. A request that says nothing of the kind is refused: no browser sends one.
 *
 * @param request - the request as it came
 * @param origin - our own, never taken from the request
 */
export function isOwnRequest(request: Request, origin: string): boolean {
  if (safeMethods.has(request.method)) return true
  const said = request.headers.get('origin')
  if (said !== null && said !== 'null') return said === origin
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  return said === null && originOf(request.headers.get('referer')) === origin
}

function originOf(url: string | null): string | undefined {
  return url !== null && URL.canParse(url) ? new URL(url).origin : undefined
}
