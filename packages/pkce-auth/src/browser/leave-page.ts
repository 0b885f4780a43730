import { AuthError, type GrantContext } from '@flyte-js/core'
import { grant } from './page-options.js'

/** Milliseconds after which a page that is still here is taken to stay. Whatever loads then goes on loading. */
const patience = 30_000

/**
 * Sends the page to another address. Nothing comes back from there: the promise ends only where the page stays.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_TIMEOUT`; the signal's reason, after which the page is not left any more
 */
export function leavePage(address: string, { clock, signal }: Pick<GrantContext, 'clock' | 'signal'>): Promise<never> {
  const over = new AbortController()
  const listening = { signal: over.signal }
  return new Promise<never>((_, reject) => {
    const stay = (how: string) =>
      reject(
        new AuthError('FLYTE_AUTH_LOGIN_TIMEOUT', `The login was begun, but this page ${how}. Log in again`, { grant }),
      )
    const end = () => {
      stop()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', end, listening)
    // The browser has kept the page as it was, with this promise in it.
    addEventListener('pageshow', ({ persisted }) => persisted && stay('was come back to'), listening)
    clock
      .sleep(patience, listening)
      .then(() => stay(`is here still after ${patience / 1000} s: the login page does not load, or was declined`))
      .catch(() => {})
    location.assign(address)
  }).finally(() => over.abort())
}
