import { type Clock, type EventListener, emit } from '@flyte-js/core'

/** Milliseconds for a lock that is had without anybody noticing. */
const patience = 1_000

/**
 * Tells that the lock of a login is waited for, once it takes longer than a moment: another process, tab or host renews the login, or
 * asks a person.
 *
 * @returns a function that ends the wait
 */
export function tellWait(clock: Clock, onEvent: EventListener | undefined): () => void {
  const waiting = new AbortController()
  clock.sleep(patience, { signal: waiting.signal }).then(
    () => emit(onEvent, { type: 'store.waiting' }),
    () => {},
  )
  return () => waiting.abort()
}
