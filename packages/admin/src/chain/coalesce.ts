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
  readonly answer: Promise<unknown>
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
  let landed = 0
  /** What has never ended a request, for others to come. */
  const spare: AbortController[] = []

  return {
    link(next) {
      const ask = (call: Call, isAgain = false): Promise<unknown> => {
        if (call.method !== 'GET') return next(call)
        const flight = flights.get(call.url)
        if (flight === undefined) return answerTo(call.signal, takeOff(call, next))
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
    const { url } = call
    // One who cannot leave needs nothing to end it by; most are so.
    let controller = call.signal && (spare.pop() ?? createController())
    if (controller) call.signal = controller.signal
    const land = () => {
      const ending = controller
      controller = undefined
      if (flights.get(url) === flight) flights.delete(url)
      return ending
    }
    const answer = async () => {
      try {
        const message = await next(call)
        return flight.isShared ? freeze(message) : message
      } finally {
        const unused = land()
        landed += 1
        // A Map that lives long while its entries come and go keeps what it has forgotten from V8's scavenges, since each table
        // that it has outgrown leads to the next: that was 12 of 118 us a call.
        if (landed % 100 === 0 && flights.size < 1_000) flights = new Map(flights)
        // A new one for each call cost 10 us. One in a hundred goes nonetheless, in case that a transport leaves listeners on signals.
        if (unused && landed % 100 > 0 && spare.length < 64) spare.push(unused)
      }
    }
    const flight: Flight = {
      call,
      answer: answer(),
      callers: 0,
      isShared: false,
      end: (reason) => land()?.abort(reason),
    }
    flights.set(url, flight)
    return flight
  }

  async function join(call: Call, flight: Flight, askAgain?: () => Promise<unknown>): Promise<unknown> {
    flight.isShared = true
    tell(call, onEvent, { type: 'admin.coalesced' })
    const start = clock.monotonic()
    try {
      const message = await answerTo(call.signal, flight)
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

function createController(): AbortController {
  const controller = new AbortController()
  // While one waits, the listener that all who wait share stays on the signal: to add and remove it for each request is dear.
  onAbort(controller.signal, () => {})
  return controller
}

/** The answer for one caller, who may leave. */
function answerTo(signal: AbortSignal | undefined, flight: Flight): Promise<unknown> {
  const { answer } = flight
  flight.callers += 1
  if (signal === undefined) return answer
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      flight.callers -= 1
      if (flight.callers === 0) flight.end(signal.reason)
      reject(signal.reason)
    })
    answer.then(forget, forget)
    answer.then(resolve, reject)
  })
}
