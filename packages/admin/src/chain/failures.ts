import { type FlyteError, type FlyteErrorCode, TransportError } from '@flyte-js/core'
import { AdminError, type AdminErrorOptions } from '../admin-error.js'
import type { Call } from './link.js'

/** The cure where something else than Flyte Admin answers, or nothing. */
export const checkEndpoint = 'Check the endpoint (FLYTE_PLATFORM_URL)'

/** Makes the error of a call, with all that a report of it needs. */
export function failure(
  { rpc, url, requestId, tries }: Call,
  code: FlyteErrorCode,
  message: string,
  options: Partial<AdminErrorOptions> = {},
): AdminError {
  const often = tries > 1 ? ` (try ${tries})` : ''
  return new AdminError(code, `${rpc}: ${message}${often}`, { rpc, url, requestId, tries, ...options })
}

/** The time for the whole call is over. */
export function outOfTime(call: Call): AdminError {
  return failure(call, 'FLYTE_ADMIN_TIMEOUT', 'the time for the whole call is over. Raise callTimeout')
}

/** What a failure of the network is called here, and what to do about it. */
const networkFailures: Readonly<Partial<Record<FlyteErrorCode, [code: FlyteErrorCode, advice: string]>>> = {
  FLYTE_HTTP_TIMEOUT: ['FLYTE_ADMIN_TIMEOUT', 'Raise the timeout, or callTimeout'],
  FLYTE_HTTP_UNREACHABLE: ['FLYTE_ADMIN_UNREACHABLE', `${checkEndpoint}, and that the server runs`],
  FLYTE_HTTP_BODY_TOO_LARGE: ['FLYTE_ADMIN_RESPONSE_INVALID', 'Ask for a smaller page'],
}

/** No answer came: errors of the network become ours, others stay as they are. */
export function unanswered(error: FlyteError, call: Call): FlyteError {
  const known = networkFailures[error.code]
  if (known === undefined) return error
  const [code, advice] = known
  const isRetryable =
    code !== 'FLYTE_ADMIN_RESPONSE_INVALID' && (error as Partial<TransportError>).isTemporary !== false
  return failure(call, code, `${error.message}. ${advice}`, { cause: error, isRetryable })
}

/** Whether the server can have seen the request that failed so. */
export function isMaybeSent({ cause }: AdminError): boolean {
  return !TransportError.isInstance(cause) || cause.sent !== 'no'
}
