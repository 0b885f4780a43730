import {
  type EventListener,
  emit,
  FlyteError,
  type FlyteErrorCode,
  type HttpResponse,
  originAndPath,
} from '@flyte-js/core'
import { AdminError, temporaryStatuses } from '../admin-error.js'
import type { Call, Handler } from './link.js'

/** Sends a call through the chain and reads its answer, or makes an {@link AdminError} of what went wrong. */
export type Send = (call: Call) => Promise<unknown>

/** The end of the chain: an answer becomes a message, a failure an error that says what to do. */
export function decode(next: Handler, onEvent?: EventListener): Send {
  return async (call) => {
    const start = performance.now()
    let response: HttpResponse
    try {
      response = await next(call)
    } catch (error) {
      throw unanswered(error, call)
    }
    if (onEvent) {
      emit(onEvent, { type: 'admin.call', rpc: call.rpc, status: response.status, duration: performance.now() - start })
    }
    const message = parse(response.body)
    if (response.status === 200 && message && typeof message === 'object') return message
    throw refused(response, message, call)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Errors of the network become ours; those of a login, and the caller's own abort, pass through. */
function unanswered(error: unknown, { rpc, request }: Call): unknown {
  if (request.signal?.aborted || !FlyteError.isInstance(error)) return error
  const known = networkFailures[error.code]
  if (known === undefined) return error
  const [code, advice] = known
  const isRetryable = code !== 'FLYTE_ADMIN_RESPONSE_INVALID'
  return new AdminError(code, `${rpc}: ${error.message}. ${advice}`, {
    rpc,
    url: request.url,
    cause: error,
    isRetryable,
  })
}

const checkEndpoint = 'Check the endpoint (FLYTE_PLATFORM_URL)'

/** What a failure of the network is called here, and what to do about it. */
const networkFailures: Readonly<Partial<Record<FlyteErrorCode, [code: FlyteErrorCode, advice: string]>>> = {
  FLYTE_HTTP_TIMEOUT: ['FLYTE_ADMIN_TIMEOUT', 'Raise the timeout'],
  FLYTE_HTTP_UNREACHABLE: ['FLYTE_ADMIN_UNREACHABLE', `${checkEndpoint}, and that the server runs`],
  FLYTE_HTTP_BODY_TOO_LARGE: ['FLYTE_ADMIN_RESPONSE_INVALID', 'Ask for a smaller page'],
}

/** Flyte Admin's own word (`{"code":5,"message":"…"}`), or what a proxy before it says. */
function refused({ status, body, header }: HttpResponse, answer: unknown, { rpc, request }: Call): AdminError {
  const { code, message = '' } = Object(answer) as { code?: unknown; message?: string }
  const grpcCode = status !== 200 && typeof code === 'number' ? code : undefined
  // gRPC's own limit on messages looks like throttling, but no waiting helps.
  const isTooLarge = /received message larger than max/.test(message)
  const advice = status === 401 ? unauthenticated : isTooLarge ? '. Flyte Admin takes at most 4 MiB: send less' : ''
  const what = /^\s*</.test(body) ? 'an HTML page' : 'no message of Flyte Admin'
  return new AdminError(
    status === 401
      ? 'FLYTE_ADMIN_UNAUTHENTICATED'
      : grpcCode !== undefined || temporaryStatuses.includes(status)
        ? 'FLYTE_ADMIN_RPC_FAILED'
        : 'FLYTE_ADMIN_RESPONSE_INVALID',
    grpcCode === undefined
      ? `${rpc}: ${originAndPath(request.url)} answered with HTTP ${status} and ${what}, as a proxy or login page. ${checkEndpoint}`
      : `${rpc}: ${message}${advice}`,
    {
      rpc,
      url: request.url,
      status,
      grpcCode,
      retryAfter: header('retry-after'),
      isRetryable: isTooLarge ? false : undefined,
    },
  )
}

const unauthenticated = '. Token missing, ended, without the scope or for another address: log in again'
