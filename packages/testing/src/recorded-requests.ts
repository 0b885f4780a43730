// What a server of this package was asked, for tests to look at.
import type { IncomingMessage } from 'node:http'
import { headersOf } from './http-exchange.js'

/** One request as it came in, and how it was answered. */
export interface RecordedRequest {
  /** The HTTP method, in upper case. */
  method: string
  /** The path without the query, and without the server's base path. */
  path: string
  /** The path and query as they were sent. */
  url: string
  /** The query's parameters. */
  query: URLSearchParams
  /** By lower-case name; repeated ones joined by a comma. */
  headers: Record<string, string>
  /** The body as text. */
  body: string
  /** The status that was answered, or `undefined` while there is no answer yet. */
  status?: number
}

/** The requests that a server was sent. */
export interface RequestLog {
  /** Every request since the start or since {@link RequestLog.clearRequests}, in the order they came. */
  readonly requests: readonly RecordedRequest[]
  /** Those to one path (without query and base path). */
  requestsTo(path: string): RecordedRequest[]
  /** Forgets all of them. */
  clearRequests(): void
}

/** Makes the log, with the function that a server writes to. */
export function createRequestLog(): RequestLog & { record(request: RecordedRequest): void } {
  const requests: RecordedRequest[] = []
  return {
    requests,
    requestsTo: (path) => requests.filter((request) => request.path === path),
    clearRequests: () => {
      requests.length = 0
    },
    record: (request) => {
      requests.push(request)
    },
  }
}

/** A request whose body has not been read yet. */
export function recordedRequest(incoming: IncomingMessage): RecordedRequest {
  const { method = 'GET', url = '' } = incoming
  const [path = '', query = ''] = url.split('?')
  return { method, path, url, query: new URLSearchParams(query), headers: headersOf(incoming), body: '' }
}
