import type { EventListener, TokenStore } from '@flyte-js/core'

/** Finds out, for people, where a login is kept. */
export interface KeptIn {
  /** Hears what stores tell. */
  readonly onEvent: EventListener
  /** The place, once the store has been read or written: `the keyring`, a path, `memory`. */
  place(store: TokenStore | undefined): string
}

/**
 * Listens to what stores tell, to know where a login is kept.
 *
 * @param onEvent - hears everything as before
 */
export function createKeptIn(onEvent: EventListener | undefined): KeptIn {
  let path: string | undefined
  let chosen = 'keyring'
  return {
    onEvent(event) {
      if (event.type === 'store.plaintext') path = event.location
      if (event.type === 'store.fallback') chosen = event.to
      return onEvent?.(event)
    },
    place(store) {
      const name = store?.name === 'first-available' ? chosen : store?.name
      if (name === 'file') return path ?? 'a file'
      if (name === 'keyring') return 'the keyring'
      if (name === 'redis') return 'Redis'
      return store === undefined ? 'memory' : (name ?? 'the store that was given')
    },
  }
}
