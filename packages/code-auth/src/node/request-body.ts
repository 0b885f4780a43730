import type { IncomingMessage } from 'node:http'
import { FlyteError } from '@flyte-js/core'

/** A body of Node's as a web stream, which is read no faster than somebody asks for it. */
export interface RequestBody {
  stream: ReadableStream<Uint8Array>
  /** Lets the rest go by, unread: the next request waits behind it on the connection. */
  discard(): void
}

/**
 * Makes the body of a request, where it has one.
 *
 * @throws `FlyteError` when somebody has read it before
 */
export function requestBody(incoming: IncomingMessage): RequestBody | undefined {
  const { headers, method = 'GET' } = incoming
  const isAnnounced = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!isAnnounced || method === 'GET' || method === 'HEAD') return undefined
  if (incoming.readableDidRead) {
    throw new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      'The body of the request has been read already, by a parser such as express.json(). Mount the handler of toNodeHandler before the parser, or the parser on other paths only',
    )
  }
  return streamOf(incoming)
}

function streamOf(incoming: IncomingMessage): RequestBody {
  let stop: (() => void) | undefined

  function begin(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const onData = (chunk: Uint8Array) => {
      incoming.pause()
      controller.enqueue(chunk)
    }
    const onEnd = () => {
      stop?.()
      controller.close()
    }
    const onError = (error: Error) => {
      stop?.()
      controller.error(error)
    }
    stop = () => {
      incoming.off('data', onData).off('end', onEnd).off('error', onError)
      stop = undefined
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onError)
  }

  function discard(): void {
    stop?.()
    incoming.resume()
  }

  let isBegun = false
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!isBegun) begin(controller)
        isBegun = true
        incoming.resume()
      },
      cancel: discard,
    },
    { highWaterMark: 0 },
  )
  return { stream, discard }
}
