// Redirects as Go's HTTP server writes them.
import type { HttpAnswer, HttpRequest } from '../http-exchange.js'
import { parseGoUrl } from './go-url.js'
import { cleanPath } from './path.js'

const reasons = { 303: 'See Other', 307: 'Temporary Redirect' }

/**
 * Sends a browser elsewhere, with a page for those that do not follow.
 *
 * @param target A URL, or a path, which is made absolute and clean.
 * @param cookies The `Set-Cookie` headers.
 */
export function redirect(
  { method, path }: Pick<HttpRequest, 'method' | 'path'>,
  status: keyof typeof reasons,
  target: string,
  cookies: readonly string[] = [],
): HttpAnswer {
  const isRead = method === 'GET' || method === 'HEAD'
  const location = isRelative(target) ? absolutePath(target, path) : target
  return {
    status,
    headers: {
      ...(isRead && { 'Content-Type': 'text/html; charset=utf-8' }),
      Location: location.replace(/[^\t\x20-\x7e]+/g, (text) => encodeURIComponent(text).toLowerCase()),
      ...(cookies.length > 0 && { 'Set-Cookie': [...cookies] }),
    },
    ...(isRead && { body: `<a href="${escapeHtml(location)}">${reasons[status]}</a>.\n\n` }),
  }
}

/** What Go cannot read stays as it is. */
function isRelative(target: string): boolean {
  const url = parseGoUrl(target)
  return url?.scheme === '' && url.hostname === '' && url.port === ''
}

function absolutePath(target: string, requestPath: string): string {
  const absolute = target.startsWith('/')
    ? target
    : `${requestPath.slice(0, requestPath.lastIndexOf('/') + 1)}${target}`
  const queryStart = absolute.indexOf('?')
  return queryStart === -1
    ? cleanPath(absolute)
    : `${cleanPath(absolute.slice(0, queryStart))}${absolute.slice(queryStart)}`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;')
}
