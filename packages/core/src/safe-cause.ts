import { brand } from './brand.js'

/** An error that is safe to keep: its name, its code, and its message where that cannot hold what a server sent. */
interface Summary extends Error {
  code?: string
}

/**
 * Codes of errors whose texts name hosts, files and fields only: of the system (ECONNREFUSED), of TLS (CERT_HAS_EXPIRED), of
 * Node (ERR_TLS_…) and of oauth4webapi (OAUTH_…). Not ERR_INVALID_URL and ERR_INVALID_ARG_…, which quote what they were given,
 * and not ERR, which is any error of Redis.
 */
const systemCode = /^(?!ERR($|_INVALID_(URL|ARG)))(E|[A-Z]+_)[A-Z0-9_]+$/

/** Names of errors without a code whose messages are fixed sentences of the platform. */
const fixedMessages = /^(Abort|Timeout)Error$/

/**
 * Makes a copy of an error that can be kept as a `cause`: errors of foreign libraries hold responses, request options and
 * pieces of the text they could not parse, which `util.inspect` and loggers print, tokens included.
 *
 * @param error - whatever was thrown
 * @param depth - how many causes are kept, at most: they may go round in a circle
 * @returns the error itself if it is one of ours (by its brand), else a summary of it
 */
export function safeCause(error: unknown, depth = 8): unknown {
  if (!isError(error)) return new Error('no Error')
  if (brand in error) return error
  const { name, message, code = '', cause } = error as Summary
  const isKnown = systemCode.test(code)
  // What could not be parsed stands in the message of a SyntaxError.
  const summary: Summary = new Error(isKnown || fixedMessages.test(name) ? message : '(message withheld)')
  summary.name = name
  if (isKnown) summary.code = code
  if (depth > 0 && isError(cause)) summary.cause = safeCause(cause, depth - 1)
  return summary
}

/** By its shape: an error of another realm (Jest runs tests in one) is no instance of our `Error`. */
function isError(error: unknown): error is Error {
  return typeof (error as Error | null | undefined)?.message === 'string'
}
