/** An error that is safe to keep: its name, its code, and its message where that cannot hold what a server sent. */
interface Summary extends Error {
  code?: string
}

/** System errors (ECONNREFUSED), TLS errors (CERT_HAS_EXPIRED) and Node's own (ERR_TLS_…): their texts name hosts only. */
const systemCode = /^(E[A-Z0-9]+|[A-Z]+_[A-Z0-9_]+)$/

/** Names of errors whose messages are fixed sentences of their library. */
const fixedMessages = /^(OperationProcessing|UnsupportedOperation|Abort|Timeout)Error$/

/**
 * Makes a copy of an error that can be kept as a `cause`: errors of foreign libraries hold responses, request options and
 * pieces of the text they could not parse, which `util.inspect` and loggers print, tokens included.
 *
 * @param error - whatever was thrown
 * @returns the error itself if it is one of ours (by its brand), else a summary of it
 */
export function safeCause(error: unknown): unknown {
  if (!(error instanceof Error)) return new Error('no Error')
  if (Symbol.for('flyte-js.error') in error) return error
  const { name, message, code, cause } = error as Summary
  // What could not be parsed stands in the message of a SyntaxError, and an invalid URL beside its code.
  const knownCode = systemCode.test(code ?? '') && code !== 'ERR_INVALID_URL' ? code : undefined
  const isQuotable = knownCode !== undefined || fixedMessages.test(name)
  const summary: Summary = new Error(isQuotable ? message : '(message withheld)')
  summary.name = name
  if (knownCode !== undefined) summary.code = knownCode
  if (cause instanceof Error) summary.cause = safeCause(cause)
  return summary
}
