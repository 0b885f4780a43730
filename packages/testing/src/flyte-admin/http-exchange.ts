// A request that has been read whole, and what is answered.

/** A request of HTTP. */
export interface HttpRequest {
  method: string
  /** The path as it was sent, without base path and query. */
  path: string
  /** The query as it was sent, without `?`. */
  query: string
  /** By lower-case name; repeated ones joined by a comma. */
  headers: Record<string, string>
  body: Buffer
}

/** An answer of HTTP. */
export interface HttpAnswer {
  status: number
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** An answer in JSON. */
export function jsonAnswer(status: number, json: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(json) }
}
