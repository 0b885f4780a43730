import { AuthError, originAndPath } from '@flyte-js/core'
import { AuthorizationResponseError, type AuthorizationServer, validateAuthResponse } from 'oauth4webapi'
import type { AuthorizationAttempt } from './authorization-attempt.js'
import { serverRefusal } from './server-text.js'

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
 * Whether a URL is the redirect URI, whatever it brings.
 *
 * @param url - where a browser was sent
 * @param redirectUri - the registered one; its query does not count
 */
export function isRedirectUri(url: URL, redirectUri: string): boolean {
  const expected = new URL(redirectUri)
  return url.origin === expected.origin && url.pathname === expected.pathname
}

/**
 * Whether a URL is an answer to the attempt (RFC 6749 section 4.1.2). What it says is for {@link readResponse}.
 *
 * @param url - where a browser was sent
 */
export function isAnswerTo(attempt: AuthorizationAttempt, url: URL): boolean {
  const [state, ...others] = url.searchParams.getAll('state')
  return isRedirectUri(url, attempt.redirectUri) && state === attempt.state && others.length === 0
}

/**
 * Reads an answer to the attempt: who answers (RFC 9207), then what.
 *
 * @param url - the answer, of which {@link isAnswerTo} is true
 * @param server - the authorization server that was asked
 * @returns the code, or the refusal of the server: an AuthError `FLYTE_AUTH_GRANT_REFUSED`
 * @throws AuthError `FLYTE_AUTH_ISSUER_MISMATCH` or `FLYTE_AUTH_RESPONSE_INVALID` for what the attempt need not end for
 */
export function readResponse(attempt: AuthorizationAttempt, url: URL, server: AuthorizationServer): string | AuthError {
  const { searchParams } = url
  const { issuer, authorization_endpoint: endpoint = issuer } = server
  const place = `The authorization server ${originAndPath(issuer)}`
  const issuers = searchParams.getAll('iss')
  const isMissing = issuers.length === 0 && server.authorization_response_iss_parameter_supported
  if (isMissing || issuers.some((each) => each !== issuer)) {
    const message = `${place} was asked, but the callback does not say that it answered (RFC 9207). Its code was sent nowhere. Log in again; if that repeats, check who stands between`
    throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { grant, endpoint })
  }
  let cause: unknown
  try {
    validateAuthResponse(server, { client_id: attempt.clientId }, searchParams, attempt.state)
    const [code, ...others] = searchParams.getAll('code')
    if (code && others.length === 0) return code
  } catch (error) {
    if (error instanceof AuthorizationResponseError) return refused(error, attempt, place, endpoint)
    cause = error
  }
  const message = `${place} was asked, but the callback is no answer (RFC 6749 section 4.1.2): it has neither a code nor an error, or too much. Log in again; if that repeats, check the redirect URI and that server`
  throw new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { grant, endpoint, cause })
}

/** The server says no, in its own words (RFC 6749 section 4.1.2.1). */
function refused(
  { error, error_description: description }: AuthorizationResponseError,
  { state, codeVerifier = '', nonce = '' }: AuthorizationAttempt,
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
