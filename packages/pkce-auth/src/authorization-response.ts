import { type AuthorizationServer, serverRefusal } from '@flyte-js/auth'
import { AuthError, originAndPath } from '@flyte-js/core'
import { AuthorizationResponseError, validateAuthResponse } from 'oauth4webapi'
import type { PkceAttempt } from './pkce-attempt.js'

const grant = 'authorization_code'

/** The parameters of an authorization response, of which a page's address is cleaned. */
export const responseParameters = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  // OpenID Connect Session Management section 2.
  'session_state',
  // Flyte Admin's own server.
  'scope',
]

/**
 * What a URL brings where it is an answer to the attempt (RFC 6749 section 4.1.2). What it says of the attempt is for
 * {@link readResponse}.
 */
export function isAnswerTo(attempt: PkceAttempt, url: URL): boolean {
  const { origin, pathname, searchParams } = url
  const expected = new URL(attempt.redirectUri)
  const states = searchParams.getAll('state')
  return (
    origin === expected.origin && pathname === expected.pathname && states.length === 1 && states[0] === attempt.state
  )
}

/**
 * Reads an answer to the attempt: who answers (RFC 9207), then what.
 *
 * @returns the code
 * @throws AuthError `FLYTE_AUTH_ISSUER_MISMATCH` or `FLYTE_AUTH_RESPONSE_INVALID` for what the attempt need not end for,
 * `FLYTE_AUTH_GRANT_REFUSED` where the server refuses
 */
export function readResponse(attempt: PkceAttempt, url: URL, server: AuthorizationServer): string {
  const { searchParams } = url
  const endpoint = server.authorization_endpoint ?? server.issuer
  const place = `The authorization server ${originAndPath(server.issuer)}`
  const issuers = searchParams.getAll('iss')
  const isRequired = server.authorization_response_iss_parameter_supported === true
  if (issuers.some((each) => each !== server.issuer) || (isRequired && issuers.length === 0)) {
    const what = issuers.length === 0 ? 'does not say who answered' : 'says that another one answered'
    const message = `${place} was asked, but the callback ${what} (RFC 9207). Its code was sent nowhere. Log in again; if that repeats, check who stands between`
    throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { grant, endpoint })
  }
  try {
    validateAuthResponse(server, { client_id: attempt.clientId }, searchParams, attempt.state)
  } catch (error) {
    if (error instanceof AuthorizationResponseError) throw refused(error, attempt, place, endpoint)
    throw invalid('is no authorization response', error)
  }
  const [code, ...others] = searchParams.getAll('code')
  if (!code || others.length > 0) throw invalid('has neither a code nor an error, or several')
  return code

  function invalid(why: string, cause?: unknown): AuthError {
    const message = `The callback ${why} (RFC 6749 section 4.1.2). Log in again; if that repeats, check the redirect URI and the authorization server ${originAndPath(server.issuer)}`
    return new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, {
      grant,
      endpoint,
      ...(cause !== undefined && { cause }),
    })
  }
}

/** The server says no, in its own words (RFC 6749 section 4.1.2.1). */
function refused(
  { error, error_description: description }: AuthorizationResponseError,
  { state, codeVerifier, nonce = '' }: PkceAttempt,
  place: string,
  endpoint: string,
): AuthError {
  const { words, ...told } = serverRefusal(error, description, [state, codeVerifier, nonce])
  const cure =
    error === 'access_denied'
      ? '. Whoever logged in refused, or may not: log in again, as somebody who may'
      : /^(login|interaction|consent)_required$/.test(error)
        ? '. A person must be asked: log in with a page or a popup'
        : ''
  const message = `${place} refused the login: ${words}${cure}`
  return new AuthError('FLYTE_AUTH_GRANT_REFUSED', message, { grant, endpoint, ...told })
}
