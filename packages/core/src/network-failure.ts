import { safeCause } from './safe-cause.js'

/**
 * Says in a few words why a connection failed, whatever library threw it: the innermost error that has a code knows best.
 *
 * @param error - what `fetch` or `node:http` threw
 * @returns e.g. `connect ECONNREFUSED 127.0.0.1:8088`, `getaddrinfo ENOTFOUND flyte.example`, `CERT_HAS_EXPIRED`
 */
export function networkFailure(error: unknown): string {
  let best = 'no answer'
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 8; depth += 1) {
    const { message, code } = safeCause(current) as Error & { code?: string }
    if (code !== undefined) best = message === '' || message.includes(code) ? message || code : `${message} (${code})`
    // localhost has two addresses: one error for each, of which the first will do.
    current = current instanceof AggregateError && current.errors.length > 0 ? current.errors[0] : current.cause
  }
  return best
}
