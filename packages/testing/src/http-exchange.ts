// A request that has been read whole, and what is answered.
import type { IncomingMessage, ServerResponse } from 'node:http'

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
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array
}

/** An answer in JSON. */
export function jsonAnswer(status: number, json: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(json) }
}

/** A request's headers: by lower-case name, repeated ones joined by a comma. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
}

/** Reads a body to its end. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Sends an answer. */
export function sendAnswer(
  outgoing: ServerResponse,
  method: string,
  { status, headers = {}, body = '' }: HttpAnswer,
): void {
  const bytes = Buffer.from(body)
  outgoing.sendDate = true
  outgoing.writeHead(status, { ...headers, 'Content-Length': bytes.length })
  outgoing.end(method === 'HEAD' ? undefined : bytes)
}

/** What goes wrong in a server is a mistake in this package or in a test's own answer: it is told, not swallowed. */
export function sendFailure(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent) outgoing.destroy()
  else outgoing.writeHead(500, { 'Content-Type': 'text/plain' }).end(`The embedded server failed: ${String(error)}\n`)
}
