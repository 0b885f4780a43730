import { TransportError } from './http-transport.js'
import { originAndPath } from './redact.js'

/** The error for a body that is larger than it should be. */
export function bodyTooLarge(url: string | URL, maxBytes: number): TransportError {
  const message = `${originAndPath(url)} answered with more than ${maxBytes} bytes; the rest was not read`
  return new TransportError('FLYTE_HTTP_BODY_TOO_LARGE', message, { url, sent: 'yes' })
}

/**
 * An answer whose body fails where it grows larger than it should be.
 *
 * A platform without web streams gets its answer back as it was.
 *
 * @internal
 */
export function limitBody(response: Response, url: string | URL, maxBytes: number): Response {
  let length = 0
  const body = response.body?.pipeThrough?.(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        length += chunk.byteLength
        if (length > maxBytes) throw bodyTooLarge(url, maxBytes)
        controller.enqueue(chunk)
      },
    }),
  )
  return body ? new Response(body) : response
}
