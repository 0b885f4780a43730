/** What differs between platforms: `package.json` maps it to one file for browsers and to another for everything else. */
declare module '#platform' {
  /** The platform's own fetch. */
  export const platformFetch: import('../fetch-contract.js').Fetch
  /** Follows redirects; absent where the platform hides where they lead, as browsers do. */
  export const followRedirects: typeof import('../follow-redirects.js').followRedirects | undefined
  /** Says in a few words why a connection failed. */
  export const networkFailure: (error: unknown) => string
  /** Whether asking again is in vain. */
  export const isPermanentFailure: (error: unknown) => boolean
  /** Calls back when a signal is aborted. */
  export const onAbort: typeof import('../on-abort.js').onAbort
}
