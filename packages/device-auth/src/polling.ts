import { withTimeLimit } from '@flyte-js/auth'
import { AuthError, type Clock, defined, type EventListener, emit, type TokenSet } from '@flyte-js/core'

/** What {@link pollForTokens} works with. Times are milliseconds. */
export interface PollingOptions {
  /** Asks once (RFC 8628 section 3.4); `onRetryAfter` hears how long the server asks to be left alone, where it does. */
  requestTokens(signal: AbortSignal, onRetryAfter: (milliseconds: number) => void): Promise<TokenSet>
  /** The time between an answer and the next question. */
  interval: number
  /** When it is too late to ask, by the clock that never goes back. */
  expiresAt: number
  /** Makes the error for when it is too late; `trouble` is why the last question had no answer, where it had none. */
  timedOut(trouble: unknown): AuthError
  clock: Clock
  signal: AbortSignal
  onEvent?: EventListener
}

/** Milliseconds that a `slow_down` adds, for this question and all that follow (section 3.5). */
const slowDown = 5_000

/** How many intervals there are between two questions at most: whoever asks for more may be well again before. */
const mostIntervals = 16

/**
 * Asks for the tokens until there are some, or never will be (RFC 8628 section 3.5).
 *
 * The person needs a while, so the first question comes after one interval. Where the network or the server fails, the interval
 * is doubled each time, until there is an answer again; it is longer where the server asks for that (`Retry-After`).
 *
 * @throws what `timedOut` makes; AuthError `FLYTE_AUTH_GRANT_REFUSED` for `access_denied` and any other refusal,
 * `FLYTE_AUTH_LOGIN_TIMEOUT` for `expired_token`, `FLYTE_AUTH_RESPONSE_INVALID`
 */
export function pollForTokens(options: PollingOptions): Promise<TokenSet> {
  const { requestTokens, expiresAt, timedOut, clock, signal, onEvent } = options
  let trouble: unknown
  const poll = async (signal: AbortSignal) => {
    let { interval } = options
    let wait = interval
    /** How many questions in a row had no answer. */
    let failures = 0
    for (;;) {
      let retryAfter = 0
      await clock.sleep(wait, { signal })
      // The clocks of timers may stand still while the machine sleeps.
      if (clock.monotonic() >= expiresAt) throw timedOut(trouble)
      try {
        return await requestTokens(signal, (milliseconds) => {
          retryAfter = milliseconds
        })
      } catch (error) {
        const answer = answerOf(error)
        trouble = undefined
        if (answer === 'trouble') {
          trouble = error
          failures += 1
          wait = Math.min(Math.max(interval * 2 ** failures, retryAfter), interval * mostIntervals)
          continue
        }
        if (answer === 'slow_down') {
          interval += slowDown
          emit(onEvent, { type: 'login.slowed-down', interval })
        }
        failures = 0
        wait = interval
      }
    }
  }
  return withTimeLimit(poll, {
    what: () => timedOut(trouble),
    milliseconds: expiresAt - clock.monotonic(),
    clock,
    signal,
  })
}

/** After which it goes on. `trouble`: the network failed, or the server. */
type Answer = 'authorization_pending' | 'slow_down' | 'trouble'

/** Tells the answers after which it goes on, and throws what ends it. */
function answerOf(error: unknown): Answer {
  if (!AuthError.isInstance(error)) throw error
  const { oauthError, status = 0 } = error
  switch (oauthError) {
    case 'authorization_pending':
    case 'slow_down':
      return oauthError
    case 'access_denied':
      throw ended('FLYTE_AUTH_GRANT_REFUSED', 'The login was refused in the browser', 'allow it there', error)
    case 'expired_token':
      throw ended(
        'FLYTE_AUTH_LOGIN_TIMEOUT',
        'Nobody confirmed the login before its code ended',
        'confirm it sooner',
        error,
      )
  }
  // A server in trouble, or one that is asked too often by whomever: what it says is about itself, not about this login.
  if (status >= 500 || status === 429) return 'trouble'
  if (error.code === 'FLYTE_AUTH_SERVER_UNREACHABLE') return 'trouble'
  throw error
}

function ended(
  code: 'FLYTE_AUTH_GRANT_REFUSED' | 'FLYTE_AUTH_LOGIN_TIMEOUT',
  what: string,
  cure: string,
  { grant, endpoint, oauthError, oauthErrorDescription, status }: AuthError,
): AuthError {
  const words = oauthErrorDescription === undefined ? oauthError : `${oauthError}: ${oauthErrorDescription}`
  const facts = defined({ grant, endpoint, oauthError, oauthErrorDescription, status })
  return new AuthError(code, `${what} (${words}). Log in again and ${cure}`, facts)
}
