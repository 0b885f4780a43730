/**
 * What of a URL may be shown: its origin and path. Query, fragment and user information may hold secrets.
 *
 * @param url - an absolute URL
 * @returns the origin and path, or `(not a URL)`, since even a malformed one may hold a secret
 */
export function originAndPath(url: string | URL): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname}`
  } catch {
    return '(not a URL)'
  }
}
