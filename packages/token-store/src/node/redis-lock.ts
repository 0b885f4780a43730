import { type Clock, type EventListener, emit, onAbort, TokenStoreError } from '@flyte-js/core'
import { acquire, release, renew } from './redis-scripts.js'

/** How long a lock lives without a sign of its holder, in milliseconds: a dead one is to be replaced within 5 s. */
const lifetime = 4000

/** A lock that we hold. */
export interface RedisLock {
  /** What the scripts that run under the lock are told: its owner, and the number of this acquisition. */
  readonly proof: [owner: string, number: string]
  /** Gives it back. */
  end(): Promise<void>
}

/** What the lock is made of. */
export interface RedisLockOptions {
  /** Runs a script with the keys of what is locked. */
  run(script: string, values: string[]): Promise<unknown>
  /** How long a waiter bears with a server that does not answer, in milliseconds. */
  patience: number
  clock: Clock
  signal?: AbortSignal | undefined
  onEvent?: EventListener | undefined
}

/**
 * Waits for the lock, and holds it on until its end.
 *
 * @throws TokenStoreError `FLYTE_STORE_LOCK_UNAVAILABLE` when Redis has not answered for as long as the patience lasts, so that
 * its restart disturbs nobody
 */
export async function acquireRedisLock({
  run,
  patience,
  clock,
  signal,
  onEvent,
}: RedisLockOptions): Promise<RedisLock> {
  const owner = crypto.randomUUID()
  const start = clock.monotonic()
  let answered = start
  for (;;) {
    signal?.throwIfAborted()
    const asking = run(acquire, [owner, String(lifetime)])
    try {
      const answer = await unlessAborted(asking, signal)
      answered = clock.monotonic()
      if (Array.isArray(answer)) {
        const [number, wasHeld] = answer
        if (Number(wasHeld) === 1) emit(onEvent, { type: 'store.lock-taken-over', store: 'redis' })
        return hold(run, [owner, String(number)])
      }
    } catch (cause) {
      if (signal?.aborted) {
        // The question is on its way: what it gets is given back.
        asking.then(() => run(release, [owner])).catch(() => {})
        throw signal.reason
      }
      if (clock.monotonic() - answered >= patience) throw unavailable(cause)
    }
    await clock.sleep(pause(clock.monotonic() - start), { ...(signal && { signal }) })
  }
}

/** Between two questions: soon at first, since most locks are held for one request; seldom for who waits for a person. */
function pause(waited: number): number {
  return Math.min(250, 25 + waited / 20) * (0.5 + Math.random())
}

function hold(run: RedisLockOptions['run'], proof: RedisLock['proof']): RedisLock {
  let timer: ReturnType<typeof setTimeout>
  let isHeld = true

  /** What a beat finds is no matter of its own: a lock that is lost shows at the next write. */
  async function beat(): Promise<void> {
    const answer = await run(renew, [...proof, String(lifetime)]).catch(() => undefined)
    if (isHeld && Number(answer ?? 1) === 1) plan()
  }

  function plan(): void {
    timer = setTimeout(beat, lifetime / 3)
    timer.unref()
  }

  plan()
  return {
    proof,
    async end() {
      isHeld = false
      clearTimeout(timer)
      // Where it cannot be given back it ends by itself, and what was done under it stands.
      await run(release, [proof[0]]).catch(() => {})
    },
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  let forget = () => {}
  const aborted = new Promise<never>((_, reject) => {
    forget = onAbort(signal, () => reject(signal.reason))
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    forget()
  }
}

function unavailable(cause: unknown): TokenStoreError {
  const message = 'Redis gives no lock: it cannot be reached, or refuses what the lock needs. See the cause'
  return new TokenStoreError('FLYTE_STORE_LOCK_UNAVAILABLE', message, { store: 'redis', cause })
}
