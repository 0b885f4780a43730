import { type HttpResponse, originAndPath } from '@flyte-js/core'
import { type AdminError, temporaryStatuses } from '../admin-error.js'
import { checkEndpoint, failure } from './failures.js'
import type { Call } from './link.js'

/** The message of an answer, or an error that says what the server, or whatever is before it, has refused. */
export function readMessage(response: HttpResponse, call: Call): unknown {
  const message = json.test(response.header('content-type') ?? '') ? parse(response.body) : undefined
  if (response.status === 200 && message && typeof message === 'object') return message
  throw refused(response, message, call)
}

/** Flyte Admin answers `application/json`. JSON is UTF-8 (RFC 8259 section 8.1), and as such it was read. */
const json = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const advices: Readonly<Record<string, string>> = {
  FLYTE_ADMIN_UNAUTHENTICATED: '. Token ended, without the scope or for another address: log in again',
  FLYTE_ADMIN_TIMEOUT: '. Raise the timeout, or ask for less',
  noToken: '. No token was sent: log in, or configure a login (FLYTE_CREDENTIALS_AUTH_MODE)',
}

/** Flyte Admin's own word (`{"code":5,"message":"…"}`), or what a proxy before it says. */
function refused(response: HttpResponse, answer: unknown, call: Call): AdminError {
  const { status, header } = response
  const { code, message } = Object(answer) as { code?: unknown; message?: unknown }
  const words = typeof message === 'string' ? message : ''
  // Others put the HTTP status there, as Kubernetes does.
  const grpcCode = status !== 200 && typeof code === 'number' && code > 0 && code <= 16 ? code : undefined
  // gRPC's own limit on messages looks like throttling, but no waiting helps.
  const isTooLarge = /received message larger than max/.test(words)
  const errorCode =
    status === 401
      ? 'FLYTE_ADMIN_UNAUTHENTICATED'
      : grpcCode === 4
        ? 'FLYTE_ADMIN_TIMEOUT'
        : grpcCode !== undefined || temporaryStatuses.includes(status)
          ? 'FLYTE_ADMIN_RPC_FAILED'
          : 'FLYTE_ADMIN_RESPONSE_INVALID'
  const advice = isTooLarge
    ? '. gRPC takes at most 4 MiB: send less, or ask for a smaller page'
    : (advices[status === 401 && !call.credential ? 'noToken' : errorCode] ?? '')
  const text =
    grpcCode === undefined
      ? `${originAndPath(call.url)} answered with HTTP ${status} and ${kindOf(response)}, as a proxy or login page. ${checkEndpoint}`
      : // A server that repeats the token in an error must not bring it into a log, nor fill that.
        `${words.replaceAll(call.credential?.accessToken || '\0', '***').slice(0, 10_000)}${advice}`
  return failure(call, errorCode, text, {
    status,
    grpcCode,
    retryAfter: header('retry-after'),
    isRetryable: isTooLarge ? false : undefined,
  })
}

function kindOf({ status, body, header }: HttpResponse): string {
  // A browser hides a redirect behind the status 0.
  if (status === 0 || (status >= 300 && status < 400)) return 'a redirect'
  return /^\s*</.test(body)
    ? 'an HTML page'
    : `no message of Flyte Admin (${header('content-type') || 'no content type'})`
}
