import type { TokenSource } from '@flyte-js/core'
import type { Handler } from './link.js'

/** What {@link authorize} needs. */
export interface AuthorizeOptions {
  /** Who has tokens. */
  tokenSource: TokenSource
  /** The header that carries the token, in lower case. */
  headerName: string
  /** Waits for the first 401 before it asks for a token, as flytekit does. */
  afterFirstRefusal: boolean
}

/**
 * Adds the token, and renews it once when it is refused.
 *
 * Flyte Admin says 401 to an expired token and to one without the scope alike, so a second refusal is final.
 */
export function authorize({ tokenSource, headerName, afterFirstRefusal }: AuthorizeOptions, next: Handler): Handler {
  let isAsked = !afterFirstRefusal
  return async (call) => {
    const { signal, headers } = call.request
    let response = isAsked ? undefined : await next(call)
    let rejected: string | undefined
    for (let tokens = 0; response === undefined || (response.status === 401 && tokens < 2); tokens += 1) {
      isAsked = true
      const { accessToken } = await tokenSource.getToken({ signal, rejected })
      if (response !== undefined && accessToken === rejected) break
      rejected = accessToken
      response = await next({
        ...call,
        request: { ...call.request, headers: { ...headers, [headerName]: `Bearer ${accessToken}` } },
      })
    }
    // A server that repeats the token in an error must not bring it into a log.
    return response.status === 200 || !rejected
      ? response
      : { ...response, body: response.body.replaceAll(rejected, '***') }
  }
}
