/**
 * What one server reads otherwise than the next: empty segments (Flyte Admin redirects them), backslashes, and dots, slashes,
 * backslashes and control characters that are encoded once, or twice for whoever decodes twice; `%` that encodes nothing.
 */
const ambiguous = /\/\/|\\|%(25)*(2e|2f|5c|[01][0-9a-f]|7f)|%(?![0-9a-f]{2})/i

/**
 * The path at Flyte Admin that a path of ours stands for.
 *
 * @param pathname - of a URL, which the URL standard has rid of `..` and `%2e%2e` already
 * @param proxyPath - where Flyte Admin's `/api/v1` is with us
 * @returns the path; `outside` for one that is not below ours; `ambiguous` for one that not everybody reads alike
 */
export function adminPath(pathname: string, proxyPath: string): `/api/v1/${string}` | 'outside' | 'ambiguous' {
  const prefix = `${proxyPath}/`
  if (!pathname.startsWith(prefix) || pathname === prefix) return 'outside'
  return ambiguous.test(pathname) ? 'ambiguous' : `/api/v1/${pathname.slice(prefix.length)}`
}
