import type { Fetch } from '../fetch-contract.js'

export { followRedirects } from '../follow-redirects.js'
export { networkFailure } from '../network-failure.js'
export { onAbort } from '../on-abort.js'
export { isPermanentFailure } from '../permanent-failure.js'

/** The platform's own fetch, or cross-fetch, loaded at the first call, where a platform has none. */
export const platformFetch: Fetch = async (url, init) =>
  typeof globalThis.fetch === 'function'
    ? globalThis.fetch(url, init as RequestInit)
    : (await import('cross-fetch')).default(String(url), init as RequestInit)
