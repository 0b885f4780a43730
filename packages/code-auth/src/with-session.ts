import type { SessionOperation, TokenSource } from '@flyte-js/core'
import { readCookies } from './cookies.js'
import { refuseFor } from './failure.js'
import { checkOrigin } from './own-request.js'
import type { Parts } from './parts.js'
import { withCookies } from './redirect.js'
import type { Session } from './session.js'

/** Answers a request of somebody who may be logged in. */
export type SessionHandler = (session: Session | null) => Response | Promise<Response>

/** Runs a handler with the session of a request, and adds to its answer what the session's cookies need. */
export async function withSession(
  request: Request,
  handler: SessionHandler,
  { settings, sessions }: Parts,
  operation: SessionOperation,
): Promise<Response> {
  const { onEvent, loginPath, requirePost } = settings
  const refused = (error: unknown) => refuseFor(request, error, { operation, onEvent, loginPath, requirePost })
  let found: Awaited<ReturnType<typeof sessions.find>>
  try {
    checkOrigin(request, settings)
    found = await sessions.find(readCookies(request))
  } catch (error) {
    return refused(error)
  }
  // A cookie that is no good stays: the browser may have got a better one while this request was on its way.
  if (found === undefined) return handler(null)
  const { tokenSource, failure } = watched(found.session.tokenSource)
  try {
    return withCookies(await handler({ ...found.session, tokenSource }), found.setCookies)
  } catch (error) {
    const cause = failure()
    if (cause === undefined || !isFrom(error, cause)) throw error
    const answer = refused(cause)
    // A session that is over gets no new cookie; one whose provider is down was used all the same.
    return answer.status === 401 ? answer : withCookies(answer, found.setCookies)
  }
}

/** A token source whose last failure is known: what the handler lets through of it is ours to answer. */
function watched(source: TokenSource) {
  let last: unknown
  const tokenSource: TokenSource = {
    async getToken(options) {
      try {
        return await source.getToken(options)
      } catch (error) {
        last = error
        throw error
      }
    },
  }
  return { tokenSource, failure: () => last }
}

/** Whether an error is another one, or was caused by it: a client of Flyte Admin wraps what its token source throws. */
function isFrom(error: unknown, origin: unknown, depth = 8): boolean {
  if (error === origin) return true
  const { cause } = Object(error) as { cause?: unknown }
  return depth > 0 && cause !== undefined && isFrom(cause, origin, depth - 1)
}
