import { readResponse } from '@flyte-js/auth'
import { AuthError } from '@flyte-js/core'
import { readCookies } from './cookies.js'
import type { Parts } from './parts.js'
import { redirect, withCookies } from './redirect.js'

const grant = 'authorization_code'

/**
 * Ends a login (RFC 6749 section 4.1.2): the provider has sent the browser back. Only the query is taken from the request's URL:
 * where we are the redirect URI says.
 *
 * @param refuse - answers what goes wrong; the attempt is forgotten then as well
 */
export async function callback(
  request: Request,
  parts: Parts,
  refuse: (error: unknown) => Response,
): Promise<Response> {
  const { attempts } = parts
  const cookies = readCookies(request)
  const url = new URL(parts.settings.redirectUri)
  // The redirect URI may have a query of its own, which came back with the answer (RFC 6749 section 3.1.2).
  url.search = new URL(request.url).search
  const [state = '', ...others] = url.searchParams.getAll('state')
  const forgotten = attempts.forget(state, cookies)
  try {
    const kept = others.length > 0 ? undefined : await attempts.find(state, cookies)
    if (request.method !== 'GET' || kept === undefined) throw mismatch(url)
    const { target, setCookies } = await finish(url, kept, cookies, parts)
    return redirect(target, [...forgotten, ...setCookies])
  } catch (error) {
    return withCookies(refuse(error), forgotten)
  }
}

type Kept = NonNullable<Awaited<ReturnType<Parts['attempts']['find']>>>

async function finish(
  url: URL,
  { attempt, target }: Kept,
  cookies: ReturnType<typeof readCookies>,
  { provider, attempts, sessions }: Parts,
) {
  const server = await provider.find()
  if (attempt.issuer !== server.issuer) {
    const message =
      'This login was begun at another authorization server than there is now. Its code was sent nowhere. Log in again'
    throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { grant, endpoint: server.issuer })
  }
  const answer = readResponse(attempt, url, server)
  if (!(await attempts.use(attempt.state))) {
    const message = 'The callback was used before, and can be used once. It was refused. Log in again'
    throw new AuthError('FLYTE_AUTH_CALLBACK_REPLAYED', message, { grant, endpoint: attempt.redirectUri })
  }
  if (typeof answer !== 'string') throw answer
  const tokenSet = await provider.exchange(attempt, answer)
  return { target, setCookies: await sessions.start(tokenSet, cookies) }
}

function mismatch(endpoint: URL): AuthError {
  const message =
    'The callback is no answer to a login of this browser: it was begun elsewhere, too long ago, or ended already. It was refused. Log in again; where that repeats, check that the browser keeps cookies of this origin'
  return new AuthError('FLYTE_AUTH_STATE_MISMATCH', message, { grant, endpoint })
}
