/** A certificate that is not trusted, a name that nobody knows, no TLS or no HTTP at the other end, a request that cannot be written. */
const permanentCode = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|^EPROTO$|ENOTFOUND|^HPE_|^ERR_(?!SOCKET|STREAM)/

/**
 * Whether asking again is in vain, whatever library threw the error: the innermost one that has a code knows best.
 *
 * @param error - what `fetch` or `node:http` threw
 */
export function isPermanentFailure(error: unknown): boolean {
  let best = ''
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 8; depth += 1) {
    const { code } = current as Error & { code?: unknown }
    if (typeof code === 'string') best = code
    current = current instanceof AggregateError && current.errors.length > 0 ? current.errors[0] : current.cause
  }
  return permanentCode.test(best)
}
