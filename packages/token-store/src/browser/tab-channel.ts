import type { StoredLogin } from '../stored-login.js'

/** What the tabs of an origin tell each other. Any of its scripts can send these: fields are checked where they matter. */
export type TabMessage =
  /** Who waits for a lock asks whether its holder is alive. */
  | { type: 'ping'; name: string }
  | { type: 'alive'; name: string }
  /** A lock that has no Web Lock behind it was given back. */
  | { type: 'free'; name: string }
  /** What is under the key in IndexedDB has changed. */
  | { type: 'changed'; key: string }
  /** A tab asks its duplicates for a newer state of a login in session storage. */
  | { type: 'ask'; key: string; lineage: string; version: number }
  | { type: 'login'; key: string; login: StoredLogin }
  | { type: 'gone'; key: string; lineage: string }

/** Messages between the tabs of an origin. */
export interface TabChannel {
  post(message: TabMessage): void
  /**
   * Hears the others, not what is posted here. The channel is open while somebody listens.
   *
   * @returns a function that ends it
   */
  listen(listener: (message: TabMessage) => void): () => void
}

/** Opens a `BroadcastChannel` when it is needed. Where there is none, nothing is heard. */
export function createTabChannel(name: string): TabChannel {
  const listeners = new Set<(message: TabMessage) => void>()
  let connected: BroadcastChannel | undefined

  function connect(): BroadcastChannel {
    const channel = new BroadcastChannel(name)
    channel.onmessage = ({ data }) => {
      for (const listener of listeners) listener(Object(data))
    }
    return channel
  }

  return {
    post(message) {
      if (!globalThis.BroadcastChannel) return
      const channel = connected ?? new BroadcastChannel(name)
      channel.postMessage(message)
      if (!connected) channel.close()
    },
    listen(listener) {
      if (!globalThis.BroadcastChannel) return () => {}
      connected ??= connect()
      listeners.add(listener)
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        connected?.close()
        connected = undefined
      }
    },
  }
}
