import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

/**
 * Sends a `Response`, its body no faster than the client takes it. A client that leaves ends the body.
 *
 * @throws what the body throws; the connection is cut then, so that nobody takes a part for the whole
 */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status
  if (response.statusText !== '') outgoing.statusMessage = response.statusText
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
  // Each is a line of its own, beside those of others that had the request before.
  for (const cookie of response.headers.getSetCookie()) outgoing.appendHeader('set-cookie', cookie)
  const { body } = response
  if (body === null || outgoing.req.method === 'HEAD') {
    await body?.cancel()
    outgoing.end()
    return
  }
  // The first bytes may be long in coming, and a client wants to know.
  outgoing.flushHeaders()
  await pipeline(Readable.fromWeb(body as NodeReadableStream), outgoing)
}
