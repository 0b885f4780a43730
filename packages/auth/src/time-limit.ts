import { AuthError, type Clock, onAbort } from '@flyte-js/core'
import { orAborted } from './turns.js'

/** What {@link withTimeLimit} needs. */
export interface TimeLimit {
  /** What there was no answer to, for the error: `the client_credentials grant`. */
  what: string
  /** How long it may take. */
  milliseconds: number
  clock: Clock
  /** Ends it before. */
  signal?: AbortSignal
}

/**
 * Runs one request of a grant, and gives it up after so long, whatever the grant does with its signal: whoever holds a lock for
 * it must not hold it for ever.
 *
 * @throws AuthError `FLYTE_AUTH_SERVER_UNREACHABLE` when the time is over
 */
export async function withTimeLimit<T>(
  run: (signal: AbortSignal) => Promise<T>,
  { what, milliseconds, clock, signal }: TimeLimit,
): Promise<T> {
  signal?.throwIfAborted()
  const ending = new AbortController()
  const done = new AbortController()
  const forget = signal && onAbort(signal, () => ending.abort(signal.reason))
  const message = `There was no answer to ${what} within ${milliseconds / 1000} s. Check that the authorization server can be reached`
  clock.sleep(milliseconds, { signal: done.signal }).then(
    () => ending.abort(new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', message)),
    () => {},
  )
  try {
    return await orAborted(run(ending.signal), ending.signal)
  } finally {
    done.abort()
    forget?.()
  }
}
