import { type Fetch, type FetchInit, FlyteError, headerRecord, type TokenSource } from '@flyte-js/core'

interface AuthorizedFetchOptions extends TokenSource {
  /** Flyte Admin's base URL. */
  endpoint: string
  /** The header that carries the token, in lower case. */
  headerName: string
  /** Who asks. */
  fetch: Fetch
}

/** Adds the token to requests for the endpoint's origin, and to no others, and renews it once on a 401. */
export function authorizedFetch({ endpoint, headerName, getToken, fetch }: AuthorizedFetchOptions): Fetch {
  const { origin } = new URL(endpoint)
  return async (url, init = {}) => {
    const target = resolve(url, endpoint)
    const headers = headerRecord(init.headers)
    headers.accept ??= 'application/json'
    // Whoever brings the header means it.
    const isOurs = target.origin === origin && headers[headerName] === undefined
    if (!isOurs) return fetch(target, { ...init, headers })
    const ending = init.signal ? { signal: init.signal } : {}
    const attempt = (accessToken: string) =>
      fetch(target, { ...init, headers: { ...headers, [headerName]: `Bearer ${accessToken}` } })
    const { accessToken } = await getToken(ending)
    const response = await attempt(accessToken)
    if (response.status !== 401 || !canRepeat(init.body)) return response
    const renewed = await getToken({ ...ending, rejected: accessToken })
    if (renewed.accessToken === accessToken) return response
    // An answer that nobody reads would hold its connection, and with it the process.
    await response.body?.cancel()
    return attempt(renewed.accessToken)
  }
}

/** A URL that is none of its own is below the endpoint, whose path is kept. */
function resolve(url: string | URL, endpoint: string): URL {
  try {
    return new URL(typeof url === 'string' && url.startsWith('/') ? `${endpoint}${url}` : url, `${endpoint}/`)
  } catch {
    throw new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      'fetch was given no URL: write a path below the endpoint, or a whole URL',
    )
  }
}

/** A stream is gone once it was sent. */
function canRepeat(body: FetchInit['body']): boolean {
  return (
    body == null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer
  )
}
