import { TransportError } from './http-transport.js'
import { originAndPath } from './redact.js'

/** The error for a body that is larger than it should be. */
export function bodyTooLarge(url: string | URL, maxBytes: number): TransportError {
  const message = `${originAndPath(url)} answered with more than ${maxBytes} bytes`
  return new TransportError('FLYTE_HTTP_BODY_TOO_LARGE', message, { url, sent: 'yes' })
}

/**
 * Reads the body of an answer, but no more than it should be.
 *
 * An answer without a web stream comes back as it was: some platforms have none.
 *
 * @internal
 */
export async function readLimited(
  response: Response,
  url: string | URL,
  maxBytes: number,
): Promise<Pick<Response, 'arrayBuffer' | 'text'>> {
  const reader = response.body?.getReader?.()
  if (!reader) return response
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let left = maxBytes
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Blob(chunks)
    left -= value.byteLength
    if (left < 0) {
      await reader.cancel()
      throw bodyTooLarge(url, maxBytes)
    }
    chunks.push(value)
  }
}
