import { type Clock, defined, type EventListener, type Random } from '@flyte-js/core'
import { AdminError } from '../admin-error.js'
import { isMaybeSent } from './failures.js'
import { deadlineOf, type Handler, tell } from './link.js'
import { createRetryBudget } from './retry-budget.js'

/** How failed tries are repeated. */
export interface RetryOptions {
  /** How often a call is tried again. Default 4, as flytectl's `admin.maxRetries`. 0: never. */
  limit?: number
  /** The longest wait between two tries, in milliseconds. Default 8,000, as flytectl's `admin.maxBackoffDelay`. */
  maxDelay?: number
}

interface RetryTools {
  clock: Clock
  random: Random
  onEvent: EventListener | undefined
}

/** The longest wait before the second try, in milliseconds. It doubles with each further one. */
const firstDelay = 500

/**
 * Tries again what may be tried again: after a time that is random up to a growing limit ("full jitter"), so that clients which
 * failed together do not come back together, and never sooner than the server asks for.
 */
export function createRetry(options: RetryOptions, { clock, random, onEvent }: RetryTools): (next: Handler) => Handler {
  const { limit = 4, maxDelay = 8_000 } = options
  const budget = createRetryBudget()

  return (next) => async (call) => {
    const { repeat, signal } = call
    // A name that nobody else can have is there because of us: browsers send a request again by themselves when a connection breaks.
    let isMaybeDone = call.isNameOwn
    budget.earn()
    for (;;) {
      call.tries += 1
      try {
        return await next(call)
      } catch (error) {
        if (!(error instanceof AdminError)) throw error
        // What carries this name is there: a try before came through, and only its answer was lost.
        if (isMaybeDone && error.grpcCode === alreadyExists && typeof repeat === 'object') return repeat
        isMaybeDone ||= isMaybeSent(error)
        if (call.tries > limit || !mayHelp(error) || (repeat === 'unsent' && isMaybeDone)) throw error

        const jitter = random() * Math.min(maxDelay, firstDelay * 2 ** (call.tries - 1))
        const delay = (error.retryAfter ?? 0) + jitter
        if (delay >= deadlineOf(call) - clock.monotonic()) throw error
        if (!budget.spend()) {
          tell(call, onEvent, { type: 'admin.retries-spent' })
          throw error
        }
        const { code, status } = error
        tell(call, onEvent, { type: 'admin.retry', attempt: call.tries, delay, code, ...defined({ status }) })
        await clock.sleep(delay, defined({ signal }))
      }
    }
  }
}

/** Whether the same request may go through soon. */
function mayHelp({ code, isRetryable, status, grpcCode, retryAfter }: AdminError): boolean {
  // It has waited long enough for its turn, or the server for itself.
  if (code === 'FLYTE_ADMIN_LIMIT_REACHED' || grpcCode === deadlineExceeded) return false
  // A proxy that throttles without a word when to come back is left in peace.
  return isRetryable && !(status === 429 && grpcCode === undefined && retryAfter === undefined)
}

const deadlineExceeded = 4
const alreadyExists = 6
