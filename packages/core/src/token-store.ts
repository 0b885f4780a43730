import type { TokenSet } from './token-set.js'

/** What can be done to a store while its lock is held: writes that happen only while the lock is still ours. */
export type LockedTokenStore = Pick<TokenStore, 'get' | 'set' | 'delete'>

/** Where token sets live between runs. `withLock` makes a refresh single-flight across processes, tabs or hosts. */
export interface TokenStore {
  /** The token set under the key, if there is one. */
  get(key: string): Promise<TokenSet | undefined>
  /** Keeps a token set durably: once the promise resolves, a crash does not lose it. */
  set(key: string, tokenSet: TokenSet): Promise<void>
  /** Forgets the token set under the key. */
  delete(key: string): Promise<void>
  /**
   * Runs `critical` while no other holder of the same key runs.
   *
   * `locked` writes only while the lock is still ours (fencing): a holder that was paused cannot overwrite a newer token.
   */
  withLock<T>(
    key: string,
    critical: (locked: LockedTokenStore) => Promise<T>,
    options?: { signal?: AbortSignal },
  ): Promise<T>
}
