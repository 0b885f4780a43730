import type { Fetch } from '../fetch-contract.js'

/** The browser's own fetch. It is looked up at each call, so that importing this needs no browser (server-side rendering). */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init as RequestInit)

/**
 * A browser tells a page nothing but that it failed, so that pages cannot scan networks; its console knows more. What it does
 * say is not repeated: it quotes a URL that it does not like, query and password included.
 */
export const networkFailure = (_error: unknown): string => "see the browser's console"

/** A browser hides where a redirect leads, so there is nothing to follow. */
export const followRedirects: undefined = undefined
