import { keepPrivate } from './keep-private.js'

/** Sends a browser on by GET (RFC 9110 section 15.4.4), with cookies. Nobody keeps the answer, and nobody hears where it was. */
export function redirect(location: string, setCookies: readonly string[]): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  for (const each of setCookies) headers.append('set-cookie', each)
  return new Response(null, { status: 303, headers })
}

/**
 * Adds cookies to an answer, whose headers may not be changed as they are. What says who is logged in is nobody else's: no cache that
 * people share keeps it, whatever the answer says of itself.
 */
export function withCookies(response: Response, setCookies: readonly string[]): Response {
  if (setCookies.length === 0) return response
  const { status, statusText, body } = response
  const headers = new Headers(response.headers)
  for (const each of setCookies) headers.append('set-cookie', each)
  keepPrivate(headers)
  return new Response(body, { status, statusText, headers })
}
