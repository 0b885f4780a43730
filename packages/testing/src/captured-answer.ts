// An answer that is written to a response of Node, caught before it goes out.
import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { HttpAnswer } from './http-exchange.js'

/** Has a request answered, and returns the answer instead of sending it. */
export function captureAnswer(
  incoming: IncomingMessage,
  respond: (outgoing: ServerResponse) => Promise<void>,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = new ServerResponse(incoming)
    const chunks: Buffer[] = []
    const collect = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
    }
    outgoing.writeHead = (status: number, ...rest: unknown[]) => {
      outgoing.statusCode = status
      const headers = (rest.at(-1) ?? {}) as OutgoingHttpHeaders
      for (const [name, value] of Object.entries(headers)) if (value !== undefined) outgoing.setHeader(name, value)
      return outgoing
    }
    outgoing.write = (chunk: unknown) => {
      collect(chunk)
      return true
    }
    outgoing.end = (chunk?: unknown) => {
      collect(chunk)
      const headers = Object.entries(outgoing.getHeaders())
        .filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding')
        .map(([name, value]) => [name, Array.isArray(value) ? value : String(value)] as const)
      resolve({ status: outgoing.statusCode, headers: Object.fromEntries(headers), body: Buffer.concat(chunks) })
      return outgoing
    }
    respond(outgoing).catch(reject)
  })
}
