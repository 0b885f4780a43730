import { type TokenSet, type TokenStore, TokenStoreError } from '@flyte-js/core'

/** A store in memory whose every step can be watched, and made to fail. What real stores do is tested with them. */
export interface SharedStore extends TokenStore {
  /** What was done, in order: `get`, `lock`, `get locked`, `set locked`, `unlock`, `delete`. */
  log: string[]
  /** What is stored. */
  kept: Map<string, TokenSet>
  /** Makes an operation fail with this error, until it is undefined again. */
  fail(operation: 'get' | 'set' | 'delete' | 'lock' | 'unlock', error: unknown): void
  /** Takes the lock away from its holder, and hands it to whoever waits. */
  takeOver(): void
  /** Tells the subscribers that another tab has changed it. */
  tell(): void
  readonly subscribers: number
}

export function sharedStore(): SharedStore {
  const log: string[] = []
  const kept = new Map<string, TokenSet>()
  const failures = new Map<string, unknown>()
  const listeners = new Set<() => void>()
  let fence = 0
  let free: Promise<void> = Promise.resolve()
  let open = () => {}

  const step = async (operation: string, name = operation) => {
    log.push(name)
    await Promise.resolve()
    if (failures.get(operation) !== undefined) throw failures.get(operation)
  }
  const view = (suffix: string, check: () => void) => ({
    async get(key: string) {
      await step('get', `get${suffix}`)
      check()
      return kept.get(key)
    },
    async set(key: string, tokenSet: TokenSet) {
      await step('set', `set${suffix}`)
      check()
      kept.set(key, tokenSet)
    },
    async delete(key: string) {
      await step('delete', `delete${suffix}`)
      check()
      kept.delete(key)
    },
  })

  return {
    name: 'shared',
    log,
    kept,
    fail(operation, error) {
      failures.set(operation, error)
    },
    takeOver() {
      fence += 1
      open()
    },
    tell() {
      for (const listener of listeners) listener()
    },
    get subscribers() {
      return listeners.size
    },
    ...view('', () => {}),
    async withLock(_, critical, { signal } = {}) {
      const before = free
      let release = () => {}
      free = new Promise<void>((resolve) => {
        release = resolve
      })
      await before
      if (signal?.aborted) {
        release()
        throw signal.reason
      }
      open = release
      try {
        await step('lock')
        const mine = ++fence
        const check = () => {
          if (mine !== fence) throw new TokenStoreError('FLYTE_STORE_LOCK_LOST', 'lost', { store: 'shared' })
        }
        const result = await critical(view(' locked', check))
        await step('unlock')
        return result
      } finally {
        release()
      }
    },
    subscribe(_, listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
