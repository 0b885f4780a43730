import { type Clock, onAbort } from '@flyte-js/core'
import { onInterrupt } from './interrupt.js'

/** All that ends a login before its answer comes. */
export interface LoginEnding {
  /** Aborted with what ends it. */
  readonly signal: AbortSignal
  /** Ends it. */
  end(reason: unknown): void
  /** Waits for nothing any more. Call it last: where Ctrl-C was pressed and nobody else listens, the process ends here. */
  release(): void
}

/** What {@link createLoginEnding} works with. */
export interface LoginEndingOptions {
  /** The caller's. */
  signal?: AbortSignal | undefined
  clock: Clock
  /** In milliseconds. */
  timeout: number
  /** What ends the login when that is over. */
  timeoutError(): Error
}

/** Timers hold no more: 24 days. */
const longest = 2 ** 31 - 1

/** Waits for what ends a login: the caller, the time, or Ctrl-C. */
export function createLoginEnding({ signal, clock, timeout, timeoutError }: LoginEndingOptions): LoginEnding {
  const ending = new AbortController()
  const released = new AbortController()
  const end = (reason: unknown) => ending.abort(reason)
  if (signal?.aborted) end(signal.reason)
  const forget = signal && !signal.aborted ? onAbort(signal, () => end(signal.reason)) : undefined
  const interrupt = onInterrupt(() => end(new DOMException('The login was interrupted by Ctrl-C', 'AbortError')))
  clock.sleep(Math.min(timeout, longest), { signal: released.signal }).then(
    () => end(timeoutError()),
    () => {},
  )
  return {
    signal: ending.signal,
    end,
    release() {
      released.abort()
      forget?.()
      interrupt.stop()
    },
  }
}

/** What a promise brings, or what ends the login before. */
export function orEnded<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const forget = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(forget)
  })
}
