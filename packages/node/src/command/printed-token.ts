import { AuthError, type TokenSet } from '@flyte-js/core'

/**
 * Reads a token from what a program printed: JSON `{ "token": …, "expiration_time": … }`, else its last line that is not empty.
 *
 * A time is RFC 3339 (`2026-11-27T12:00:00Z`) or seconds of the epoch. Without one the token is used until a server refuses it.
 *
 * @param setting - the setting that names the program
 * @throws AuthError `FLYTE_AUTH_COMMAND_FAILED` for what holds no token; the message repeats nothing of it
 */
export function printedToken(output: string, setting: string): TokenSet {
  const text = output.trim()
  const { token, expiration_time: end } = text.startsWith('{') ? parse(text, setting) : { token: lastLine(text) }
  // What is no header value cannot be a token (RFC 6750 section 2.1); a whole sentence is an error message.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    const message = `The program of ${setting} printed no token. It must print one as its last line, without spaces, or as JSON: {"token": "…", "expiration_time": "2026-01-31T12:00:00Z"}`
    throw new AuthError('FLYTE_AUTH_COMMAND_FAILED', message)
  }
  const expiresAt = end == null ? undefined : timeOf(end)
  if (Number.isNaN(expiresAt)) {
    const message = `The program of ${setting} printed an expiration_time that is no time. Write it as "2026-01-31T12:00:00Z" or in seconds of the epoch, or leave it out`
    throw new AuthError('FLYTE_AUTH_COMMAND_FAILED', message)
  }
  return { accessToken: token, tokenType: 'bearer', ...(expiresAt !== undefined && { expiresAt }) }
}

function parse(text: string, setting: string): { token?: unknown; expiration_time?: unknown } {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes what it could not read.
    throw new AuthError('FLYTE_AUTH_COMMAND_FAILED', `The program of ${setting} printed JSON that cannot be read`)
  }
}

const lastLine = (text: string) => text.slice(text.lastIndexOf('\n') + 1).trim()

/** Milliseconds of the epoch; NaN for what is no time. */
function timeOf(end: unknown): number {
  if (typeof end === 'number') return end > 0 ? end * 1_000 : Number.NaN
  return typeof end === 'string' && /^\d{4}-\d\d-\d\d[Tt ]/.test(end) ? Date.parse(end) : Number.NaN
}
