/** The callbacks that wait for a signal, and the one listener that calls them. */
interface Waiting {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

/** Each signal has one listener of ours, however many calls run under it: Node warns of a leak from eleven on. */
const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls back when a signal is aborted.
 *
 * @param signal - one that is not aborted yet
 * @param callback - a function of its own for each call
 * @returns a function that forgets the callback
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, listener } = waiting.get(signal) ?? listen(signal)
  callbacks.add(callback)
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return
    waiting.delete(signal)
    signal.removeEventListener('abort', listener)
  }
}

function listen(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>()
  const listener = () => {
    waiting.delete(signal)
    const all = [...callbacks]
    callbacks.clear()
    for (const callback of all) callback()
  }
  const added = { callbacks, listener }
  waiting.set(signal, added)
  signal.addEventListener('abort', listener, { once: true })
  return added
}
