/** The part of `fetch` that flyte-js needs: every platform has one, or cross-fetch is it. */
export type Fetch = (url: string | URL, init?: FetchInit) => Promise<Response>

/** What a request can be told: `fetch`'s own options, each of which may be `undefined`. */
export type FetchInit = { [Option in keyof RequestInit]?: RequestInit[Option] | undefined }
