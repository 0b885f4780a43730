import { AuthError, type EventListener, emit, FlyteError, type SessionOperation, TokenStoreError } from '@flyte-js/core'
import { type RefusalOptions, refuse } from './refusal.js'

/** What {@link refuseFor} needs. */
export interface FailureOptions extends RefusalOptions {
  operation: SessionOperation
  onEvent: EventListener | undefined
}

/** Milliseconds for which a provider is left alone that could not be asked, and after which a browser may try again. */
export const restTime = 5_000

/**
 * Answers a request that failed: the status that fits the error, and its code. What it says is told to `onEvent`.
 *
 * @throws the error itself where it is none of ours: that is for whoever serves the request
 */
export function refuseFor(request: Request, error: unknown, options: FailureOptions): Response {
  if (!FlyteError.isInstance(error)) throw error
  const { operation, onEvent, loginPath, ...told } = options
  const { code, message } = error
  const status = statusOf(error)
  emit(onEvent, { type: 'session.refused', operation, status, code, reason: message })
  // What passes is asked for again. Only the answer to a login is used up, and a login begun anew.
  const canLogIn = status !== 503 || operation === 'callback'
  const headers = { ...told.headers, ...retryHeaders(status) }
  return refuse(request, status, code, { ...told, headers, loginPath: canLogIn ? loginPath : undefined })
}

/** Says when to try again, where that may help (RFC 9110 section 10.2.3). */
export function retryHeaders(status: number): Readonly<Record<string, string>> {
  return status === 503 ? { 'retry-after': String(restTime / 1000) } : {}
}

/**
 * The status of an answer to whoever caused an error, or only met it: 503 for what passes by itself, 502 for what somebody behind us
 * must mend.
 */
export function statusOf(error: FlyteError): number {
  const { code } = error
  switch (code) {
    case 'FLYTE_AUTH_LOGGED_OUT':
      return 401
    case 'FLYTE_AUTH_ORIGIN_REFUSED':
    case 'FLYTE_AUTH_REDIRECT_REFUSED':
      return 403
    case 'FLYTE_AUTH_POST_REQUIRED':
      return 405
    case 'FLYTE_AUTH_STATE_MISMATCH':
    case 'FLYTE_AUTH_CALLBACK_REPLAYED':
      return 400
    case 'FLYTE_AUTH_GRANT_REFUSED':
      return statusOfRefusal(error)
    case 'FLYTE_AUTH_SERVER_UNREACHABLE':
      return 503
    case 'FLYTE_AUTH_DISCOVERY_FAILED':
      return isDown(error) || isUnanswered(error) ? 503 : 502
    case 'FLYTE_AUTH_ISSUER_MISMATCH':
    case 'FLYTE_AUTH_RESPONSE_INVALID':
      if (isOfBrowser(error)) return 400
      return isDown(error) ? 503 : 502
  }
  if (code.startsWith('FLYTE_STORE_')) return isTooLarge(error) ? 500 : 503
  return code === 'FLYTE_INVALID_ARGUMENT' ? 500 : 502
}

/** The provider said no: to the person, to the code, or to us. */
function statusOfRefusal(error: FlyteError): number {
  const oauthError = AuthError.isInstance(error) ? error.oauthError : undefined
  if (oauthError === 'temporarily_unavailable' || oauthError === 'slow_down') return 503
  if (isOfBrowser(error)) return oauthError === 'server_error' ? 502 : 403
  return oauthError === 'invalid_grant' ? 400 : 502
}

/** Whether a server behind us said that it cannot just now, or only somebody who stands before it, such as a gateway. */
function isDown(error: FlyteError): boolean {
  const status = AuthError.isInstance(error) ? (error.status ?? 0) : 0
  return status >= 500 || status === 429
}

/** Whether a document could not be asked for at all. */
function isUnanswered(error: FlyteError): boolean {
  return AuthError.isInstance(error) && error.status === undefined && error.cause !== undefined
}

/** Tokens that fit into no cookies: no store has failed. */
function isTooLarge(error: FlyteError): boolean {
  return TokenStoreError.isInstance(error) && error.store === 'cookie'
}

/** Whether it is about the answer that a browser brought: what came from a server behind us has a status, or is of no login. */
function isOfBrowser(error: FlyteError): boolean {
  return AuthError.isInstance(error) && error.grant === 'authorization_code' && error.status === undefined
}
