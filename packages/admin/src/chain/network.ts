import { type Clock, type EventListener, FlyteError, type HttpResponse, type HttpTransport } from '@flyte-js/core'
import { outOfTime, unanswered } from './failures.js'
import { type Call, deadlineOf, type Handler, tell } from './link.js'
import { readMessage } from './read-message.js'

/** What {@link network} needs. */
export interface NetworkOptions {
  transport: HttpTransport
  clock: Clock
  /** Whether the server hears of deadline and request id. Not on a page of another origin: the default CORS of Flyte Admin forbids it. */
  isToldMore: boolean
  /** Who we are; a browser says that by itself. */
  userAgent: string | undefined
  maxBytes: number | undefined
  onEvent: EventListener | undefined
}

/** The end of the chain, one try: request, deadline of the try, answer, message. */
export function network(options: NetworkOptions): Handler {
  const { transport, clock, isToldMore, userAgent, maxBytes, onEvent } = options
  return async (call) => {
    const start = clock.monotonic()
    const left = deadlineOf(call) - start
    if (left <= 0) throw outOfTime(call)
    const timeout = Math.min(call.timeout, left)

    // Exactly this: to anything else Flyte Admin answers in camelCase.
    const headers: Record<string, string> = { accept: 'application/json' }
    if (call.body !== undefined) headers['content-type'] = 'application/json'
    if (userAgent !== undefined) headers['user-agent'] = userAgent
    if (isToldMore) {
      headers['x-request-id'] = call.requestId
      // A little less than ours, so that the server's own word comes before we hang up.
      if (timeout < 1e8) headers['grpc-timeout'] = `${Math.ceil(timeout * 0.95)}m`
    }
    if (call.credential !== undefined) headers[call.credential.header] = call.credential.value

    let response: HttpResponse
    try {
      response = await transport.request({
        method: call.method,
        url: call.url,
        headers,
        body: call.body,
        signal: call.signal,
        timeout,
        maxBytes,
      })
    } catch (error) {
      if (onEvent) told(call, {})
      call.signal?.throwIfAborted()
      if (!FlyteError.isInstance(error)) throw error
      throw unanswered(error, call)
    }
    if (onEvent) told(call, { status: response.status })
    call.size = response.body.length
    return readMessage(response, call)

    function told(call: Call, answer: { status?: number }): void {
      tell(call, onEvent, { type: 'admin.try', attempt: call.tries, duration: clock.monotonic() - start, ...answer })
    }
  }
}
