import type { Fetch } from '../fetch.js'

/** The browser's own fetch. It is looked up at each call, so that importing this needs no browser (server-side rendering). */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init as RequestInit)

/** A browser tells a page nothing but that it failed, so that pages cannot scan networks; its console knows more. */
export const networkFailure = (error: unknown): string => `${(error as Error).message} (the browser's console says why)`
