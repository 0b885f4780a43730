// What a call leaves open.
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'

/** What keeps a process awake. */
export interface OpenResources {
  /** Ends of connections: two for each that has both ends in this process, one where the client's end is idle. */
  sockets: number
  timers: number
}

/** Nothing. */
export const nothing: OpenResources = { sockets: 0, timers: 0 }

/** Watches one call. */
export interface Watch {
  /** Does it. */
  run<T>(work: () => Promise<T>): Promise<T>
  /**
   * What is open that was not before, when some turns of the event loop have passed: connections do not close at once.
   *
   * @param kept - how many connections may stay for the next request
   */
  left(kept: number): Promise<OpenResources>
}

const inside = new AsyncLocalStorage<true>()

/** Begins to watch, until it is told what is left. */
export function watch(): Watch {
  const socketsBefore = openSockets()
  // The test runner and the servers here have timers as well: only those count that the call has set.
  const timers = new Map<number, NodeJS.Timeout>()
  const hook = createHook({
    init(id, type, _, resource) {
      if (type === 'Timeout' && inside.getStore()) timers.set(id, resource as NodeJS.Timeout)
    },
    destroy: (id) => void timers.delete(id),
  }).enable()

  return {
    run: (work) => inside.run(true, work),
    async left(kept) {
      for (const end = performance.now() + 1_000; ; await setImmediate()) {
        const sockets = Math.max(0, openSockets() - socketsBefore - kept)
        const awake = [...timers.values()].filter((timer) => timer.hasRef()).length
        if (sockets + awake > 0 && performance.now() < end) continue
        hook.disable()
        return { sockets, timers: awake }
      }
    },
  }
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => /^(TCPSocket|TLS)Wrap$/.test(resource)).length
}
