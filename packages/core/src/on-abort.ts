/** One who waits for a signal, and where in the list. */
interface Place {
  readonly callback: () => void
  index: number
}

/** Those who wait for a signal, and the one listener that calls them. */
interface Waiting {
  readonly places: Place[]
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
  const { places, listener } = waiting.get(signal) ?? listen(signal)
  const place = { callback, index: places.length }
  places.push(place)
  return () => {
    if (places[place.index] !== place) return
    // The last takes the place that is free now. A Set would be shorter, but one that lives long while its members come and go
    // keeps them from V8's scavenges: each table that it has outgrown leads to the next.
    const last = places.pop() as Place
    if (last !== place) {
      places[place.index] = last
      last.index = place.index
    }
    if (places.length > 0) return
    waiting.delete(signal)
    signal.removeEventListener('abort', listener)
  }
}

function listen(signal: AbortSignal): Waiting {
  const places: Place[] = []
  const listener = () => {
    waiting.delete(signal)
    for (const { callback } of places.splice(0)) callback()
  }
  const added = { places, listener }
  waiting.set(signal, added)
  signal.addEventListener('abort', listener, { once: true })
  return added
}
