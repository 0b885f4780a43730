/** What differs between platforms: `package.json` maps it to one file for browsers and to another for everything else. */
declare module '#platform' {
  /** The platform's own fetch. */
  export const platformFetch: import('../fetch.js').Fetch
  /** Says in a few words why a connection failed. */
  export const networkFailure: (error: unknown) => string
}
