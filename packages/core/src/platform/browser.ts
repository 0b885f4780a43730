import type { Fetch } from '../fetch-contract.js'

/** The browser's own fetch. It is looked up at each call, so that importing this needs no browser (server-side rendering). */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init as RequestInit)

/**
 * A browser tells a page nothing but that it failed, so that pages cannot scan networks; its console knows more. What it does
 * say is not repeated: it quotes a URL that it does not like, query and password included.
 */
export const networkFailure = (_error: unknown): string => "see the browser's console"

/** Nor does it say whether asking again is in vain. */
export const isPermanentFailure = (_error: unknown): boolean => false

/** A browser hides where a redirect leads, so there is nothing to follow. */
export const followRedirects: undefined = undefined

/** A browser does not count the listeners of a signal, so that each callback is one. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  signal.addEventListener('abort', callback, { once: true })
  return () => signal.removeEventListener('abort', callback)
}
