import type { Clock } from '@flyte-js/core'

/**
 * How long a server asks to be left alone, in milliseconds: `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3).
 *
 * @returns 0 where it does not say, or says it otherwise; in a page also where it does not expose the header
 */
export function retryAfterOf({ headers }: Pick<Response, 'headers'>, clock: Pick<Clock, 'now'>): number {
  const text = headers.get('retry-after') ?? ''
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - clock.now()
  return Math.max(0, milliseconds || 0)
}
