/** A body on its way to Flyte Admin. */
export interface ForwardedBody {
  /** Bytes, which can be sent again, or a stream, which cannot. */
  content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined
  /** Ends a stream that nobody needs any longer. Node's fetch reads one to its end even when its request was aborted. */
  stop(): void
}

/**
 * Takes a body to be sent on. One that ends within so many bytes is kept; a larger one goes through as it comes.
 *
 * @param body - of the request
 * @param mostBytes - what is kept at most
 */
export async function forwardedBody(body: Request['body'], mostBytes: number): Promise<ForwardedBody> {
  if (body === null) return kept(undefined)
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  for (let length = 0; length <= mostBytes; ) {
    const { done, value } = await reader.read()
    if (done) return kept(length === 0 ? undefined : joined(chunks, length))
    chunks.push(value)
    length += value.byteLength
  }
  return streamed(chunks, reader)
}

const kept = (content: ForwardedBody['content']): ForwardedBody => ({ content, stop: () => undefined })

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** What was read, and then the rest as it comes. */
function streamed(chunks: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>): ForwardedBody {
  const stopped = new AbortController()
  const content = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        stopped.signal.throwIfAborted()
        const value = chunks.shift() ?? (await reader.read()).value
        if (value === undefined) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read before somebody asks for it.
    { highWaterMark: 0 },
  )
  return {
    content,
    stop() {
      stopped.abort()
      // Whoever reads the request from elsewhere is told as well; that it has failed already is no news.
      reader.cancel().catch(() => undefined)
    },
  }
}
