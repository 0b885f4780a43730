import { AuthError, type EventListener, emit, FlyteError, type SessionOperation } from '@flyte-js/core'
import { type RefusalOptions, refuse } from './refusal.js'

/** What {@link refuseFor} needs. */
export interface FailureOptions extends RefusalOptions {
  operation: SessionOperation
  onEvent: EventListener | undefined
}

/**
 * Answers a request that failed: the status that fits the error, and its code. What it says is told to `onEvent`.
 *
 * @throws the error itself where it is none of ours: that is for whoever serves the request
 */
export function refuseFor(request: Request, error: unknown, options: FailureOptions): Response {
  if (!FlyteError.isInstance(error)) throw error
  const { operation, onEvent, ...told } = options
  const { code, message } = error
  const status = statusOf(error)
  emit(onEvent, { type: 'session.refused', operation, status, code, reason: message })
  return refuse(request, status, code, told)
}

/** The status of an answer to whoever caused an error, or only met it. */
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
    case 'FLYTE_AUTH_ISSUER_MISMATCH':
    case 'FLYTE_AUTH_RESPONSE_INVALID':
      return isOfBrowser(error) ? 400 : 502
  }
  if (code.startsWith('FLYTE_STORE_')) return 503
  return code === 'FLYTE_INVALID_ARGUMENT' ? 500 : 502
}

/** The provider said no: to the person, to the code, or to us. */
function statusOfRefusal(error: FlyteError): number {
  const oauthError = AuthError.isInstance(error) ? error.oauthError : undefined
  if (isOfBrowser(error)) return oauthError === 'server_error' ? 502 : 403
  return oauthError === 'invalid_grant' ? 400 : 502
}

/** Whether it is about the answer that a browser brought: what came from a server behind us has a status, or is of no login. */
function isOfBrowser(error: FlyteError): boolean {
  return AuthError.isInstance(error) && error.grant === 'authorization_code' && error.status === undefined
}
