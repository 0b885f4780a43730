/**
 * How long a server asks to be left alone: its `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3).
 *
 * @param text - the header's value; in a page there is none where the server does not expose it
 * @param now - epoch milliseconds, from which a date counts
 * @returns milliseconds; `undefined` where it says nothing, or says it otherwise
 */
export function readRetryAfter(text: string | null | undefined, now: number): number | undefined {
  const value = text?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = /^[A-Z][a-z]+, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
