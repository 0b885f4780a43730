// What can go wrong between a client and a server, for a test to have it go wrong.
import type { RecordedRequest } from './recorded-requests.js'
import { createRequestRules, type RequestPredicate } from './request-rules.js'

/**
 * One thing that goes wrong with an answer. Times are in milliseconds of the system's clock, sizes in bytes.
 *
 * "The server's own answer" is the one that it would have given without the fault, a test's own answer (`answer()`) included; the
 * server has then done what it was asked. With `status`, `black-hole`, `body`, `redirect` and `reset` after the request it does nothing.
 */
export type Fault =
  /** That answer instead of the server's. A body that is neither a string nor bytes goes out as JSON. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** The server's own answer, which it begins to make so much later, whatever `Grpc-Timeout` says. A caller that has left by then is not served. */
  | { kind: 'delay'; milliseconds: number }
  /** No answer to a request that was read. The connection stays until the client or `close()` ends it. */
  | { kind: 'black-hole' }
  /**
   * The connection is reset: by default before an answer (`'request'`), after the headers of the server's own answer, or after so
   * many bytes of its body. More is always announced than is sent.
   */
  | { kind: 'reset'; after?: 'request' | 'headers' | number }
  /** The server's own answer, so many bytes of its body at once and so many more every so many milliseconds. */
  | { kind: 'drip'; bytes: number; every: number }
  /** The server's own answer under another content type, or another charset, with the same bytes. */
  | { kind: 'content-type'; value: string }
  /** The server's own answer, whose body ends after so many bytes, with a `Content-Length` that fits. */
  | { kind: 'truncate'; bytes: number }
  /** 200 with a JSON body of so many bytes, at least 2: an object without fields, streamed without a `Content-Length`. */
  | { kind: 'body'; size: number }
  /** A redirect, by default a 302. */
  | { kind: 'redirect'; location: string; status?: number }

/** Takes faults and gives them out. */
export interface Faults {
  /**
   * Has something go wrong with matching requests. Later faults come first, and one fault meets a request. All of them are recorded,
   * with the status that went out; it stays `undefined` where none did.
   *
   * @param match Which requests: a path, with whatever method but a browser's preflight, or a function.
   * @param fault What goes wrong.
   * @param times How often. By default always.
   * @returns A function that takes the fault back.
   *
   * @example
   * ```ts
   * import { startFlyteAdmin } from '@flyte-js/testing'
   *
   * await using admin = await startFlyteAdmin({ auth: 'none' })
   * admin.fault('/api/v1/projects', { kind: 'reset', after: 'headers' }, 2)
   * admin.fault(({ method }) => method === 'POST', { kind: 'status', status: 503, headers: { 'Retry-After': '1' } })
   * ```
   */
  fault(match: RequestPredicate, fault: Fault, times?: number): () => void
  /** The fault that a request meets, if there is one. */
  faultFor(request: RecordedRequest): Fault | undefined
}

/** Makes an empty list of faults. */
export function createFaults(): Faults {
  const rules = createRequestRules<Fault>()
  return {
    fault: (match, fault, times = Number.POSITIVE_INFINITY) => rules.add(match, fault, times),
    faultFor(request) {
      for (const fault of rules.rulesFor(request)) return fault
      return undefined
    },
  }
}
