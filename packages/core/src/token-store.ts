import type { TokenSet } from './token-set.js'

/** What can be done to a store while its lock is held: writes that happen only while the lock is still ours. */
export type LockedTokenStore = Pick<TokenStore, 'get' | 'set' | 'delete'>

/**
 * Where token sets live between runs. `withLock` makes a refresh single-flight across processes, tabs or hosts.
 *
 * Calls wait for what answers, and give up by themselves where nothing does: nobody above has a time limit for them.
 */
export interface TokenStore {
  /** What events call it: the name of its subpath, e.g. `file`. */
  readonly name?: string
  /** The token set under the key, if there is one. */
  get(key: string): Promise<TokenSet | undefined>
  /**
   * Keeps a token set durably: once the promise resolves, a crash does not lose it.
   *
   * @param options - `forgetAt`, in epoch milliseconds: nobody will need it any more then, so that a store which outlives its
   * processes may forget it by itself. Never before; not every store does
   */
  set(key: string, tokenSet: TokenSet, options?: { forgetAt?: number }): Promise<void>
  /** Forgets the token set under the key. */
  delete(key: string): Promise<void>
  /**
   * Runs `critical` while no other holder of the same key runs.
   *
   * Waits while the holder is alive, however long that takes; takes over from one that has died. Only `locked` may be used
   * inside. `critical` runs once, and the promise settles after it has, whatever becomes of the lock or the signal meanwhile. `locked` writes only while the lock is still ours (fencing): a holder that was paused cannot overwrite a newer token.
   */
  withLock<T>(
    key: string,
    critical: (locked: LockedTokenStore) => Promise<T>,
    options?: { signal?: AbortSignal },
  ): Promise<T>
  /**
   * Calls back when another tab has changed what is under the key. Absent where a store cannot know.
   *
   * @returns a function that ends it
   */
  subscribe?(key: string, listener: () => void): () => void
}
