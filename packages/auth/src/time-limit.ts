import { AuthError, type Clock, onAbort } from '@flyte-js/core'
import { orAborted } from './turns.js'

/** What {@link withTimeLimit} needs. */
export interface TimeLimit {
  /** What there was no answer to, for the error: `the client_credentials grant`; or what makes the error. */
  what: string | (() => Error)
  /** How long it may take. */
  milliseconds: number
  /** The clock of the limit. */
  clock: Clock
  /** Ends it before. */
  signal?: AbortSignal
}

/**
 * Runs one request of a grant, and gives it up after so long, whatever the grant does with its signal: whoever holds a lock for
 * it must not hold it for ever.
 *
 * @param run - the request; its signal is aborted when the time is over, or nobody waits any more
 * @throws AuthError `FLYTE_AUTH_SERVER_UNREACHABLE`, or what `what` makes, when the time is over
 */
export async function withTimeLimit<T>(
  run: (signal: AbortSignal) => Promise<T>,
  { what, milliseconds, clock, signal }: TimeLimit,
): Promise<T> {
  signal?.throwIfAborted()
  const ending = new AbortController()
  const done = new AbortController()
  const forget = signal && onAbort(signal, () => ending.abort(signal.reason))
  clock.sleep(milliseconds, { signal: done.signal }).then(
    () => ending.abort(typeof what === 'string' ? noAnswer(what, milliseconds) : what()),
    () => {},
  )
  try {
    return await orAborted(run(ending.signal), ending.signal)
  } finally {
    done.abort()
    forget?.()
  }
}

function noAnswer(what: string, milliseconds: number): AuthError {
  const message = `There was no answer to ${what} within ${milliseconds / 1000} s. Check that the authorization server can be reached`
  return new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', message)
}
