import { type Clock, type EventListener, onAbort } from '@flyte-js/core'
import type { AdminError } from '../admin-error.js'
import { freeze } from './freeze.js'
import { type Call, deadlineOf, type Handler, tell } from './link.js'

/** What {@link createCoalesce} makes. */
export interface Coalesce {
  /** The link of the chain. */
  link(next: Handler): Handler
  /** Lets nobody join what is under way now. */
  clear(): void
}

/** A question under way. */
interface Flight {
  /** The call that is made for all. */
  readonly call: Call
  /** What it brings. */
  answer: Promise<unknown>
  /** How many wait for it. */
  callers: number
  isShared: boolean
  /** Ends it. */
  end(reason: unknown): void
}

/**
 * Makes one request of the same questions that are asked at the same time.
 *
 * Each caller may leave by its signal; with the last one the request ends. It has the deadline of the first caller, which is the
 * earliest: who joined later, and has most of his time left when that is over, asks again once.
 */
export function createCoalesce(clock: Clock, onEvent: EventListener | undefined): Coalesce {
  let flights = new Map<string, Flight>()

  return {
    link(next) {
      const ask = (call: Call, isAgain = false): Promise<unknown> => {
        if (call.method !== 'GET') return next(call)
        const flight = flights.get(call.url)
        if (flight === undefined) return answerTo(call, takeOff(call, next))
        // Who has less time than the first goes alone.
        if (flight.call.timeout !== call.timeout || flight.call.deadline > call.deadline) return next(call)
        return join(call, flight, isAgain ? undefined : () => ask(call, true))
      }
      return (call) => ask(call)
    },
    clear() {
      flights = new Map()
    },
  }

  function takeOff(call: Call, next: Handler): Flight {
    const { url, signal } = call
    const current = flights
    // One who cannot leave needs nothing to end it by; most are so.
    const control = signal && new AbortController()
    const shared = control ? { ...call, signal: control.signal } : call
    const land = () => {
      Object.assign(call, { size: shared.size, tries: shared.tries })
      if (current.get(url) === flight) current.delete(url)
    }
    const flight: Flight = {
      call: shared,
      answer: next(shared).then(
        (message) => {
          land()
          return flight.isShared ? freeze(message) : message
        },
        (error) => {
          land()
          throw error
        },
      ),
      callers: 0,
      isShared: false,
      end(reason) {
        land()
        control?.abort(reason)
      },
    }
    current.set(url, flight)
    return flight
  }

  async function join(call: Call, flight: Flight, askAgain?: () => Promise<unknown>): Promise<unknown> {
    flight.isShared = true
    tell(call, onEvent, { type: 'admin.coalesced' })
    const start = clock.monotonic()
    try {
      const message = await answerTo(call, flight)
      call.size = flight.call.size
      return message
    } catch (error) {
      const { code } = Object(error) as Partial<AdminError>
      const isOver = code === 'FLYTE_ADMIN_TIMEOUT' || code === 'FLYTE_ADMIN_LIMIT_REACHED'
      const now = clock.monotonic()
      call.extension = flight.call.extension
      // With little time left it would be in vain, and many such would come one after the other.
      if (!askAgain || call.signal?.aborted || !isOver || deadlineOf(call) - now <= now - start) throw error
      return askAgain()
    }
  }
}

/** The answer for one caller, who may leave. */
function answerTo({ signal }: Call, flight: Flight): Promise<unknown> {
  flight.callers += 1
  if (signal === undefined) return flight.answer
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      flight.callers -= 1
      if (flight.callers === 0) flight.end(signal.reason)
      reject(signal.reason)
    })
    flight.answer.finally(forget).then(resolve, reject)
  })
}
