import type { IncomingMessage, ServerResponse } from 'node:http'
import { FlyteError } from '@flyte-js/core'
import { refusal } from '../refusal.js'
import { requestBody } from './request-body.js'
import { requestUrl } from './request-url.js'
import { sendResponse } from './send-response.js'

/** What {@link toNodeHandler} can be told. */
export interface NodeHandlerOptions {
  /**
   * Whether `X-Forwarded-Proto` and `X-Forwarded-Host` say what the request's URL is: only where a proxy of yours sets both, and
   * nobody gets past it. Of a list the last counts. Default `false`. The handlers of `createCodeAuth` believe neither: they know
   * their origin from `redirectUri`.
   */
  trustForwarded?: boolean
  /** Hears what the function threw, or its body while it was sent; the browser hears a code. Default: `console.error`. */
  onError?: (error: unknown) => void
}

/** A handler of `node:http`, of Express and of whatever else takes one. It never rejects. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/**
 * Makes a handler of `node:http` and Express of a function from `Request` to `Response`.
 *
 * Bodies stream, both ways, at the pace of who reads them. `request.signal` is aborted when the client leaves. A request whose
 * target or `Host` is malformed gets 400 (`..` and `%2e%2e` in the path count as that), and whatever the function throws becomes a 500.
 *
 * @param handler - e.g. `login` of `createCodeAuth`
 * @param options - whom to believe, and who hears of errors
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { toNodeHandler } from '@flyte-js/code-auth/node'
 *
 * createServer(toNodeHandler((request) => new Response(`${request.method} ${request.url}`))).listen(8080)
 * ```
 */
export function toNodeHandler(
  handler: (request: Request) => Response | Promise<Response>,
  { trustForwarded = false, onError = console.error }: NodeHandlerOptions = {},
): NodeHandler {
  return async (incoming, outgoing) => {
    const left = new AbortController()
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) left.abort()
    })
    try {
      const response = await answer(incoming, outgoing, left.signal)
      await sendResponse(response, outgoing)
    } catch (error) {
      if (!left.signal.aborted) onError(error)
      outgoing.destroy()
    }
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse, signal: AbortSignal): Promise<Response> {
    const url = requestUrl(incoming, trustForwarded)
    if (url === undefined) return refusal(400, 'FLYTE_INVALID_ARGUMENT')
    // A `Request` cannot have these methods: they would show a browser's cookies to its page (Fetch standard, "forbidden method").
    if (/^(CONNECT|TRACE|TRACK)$/.test(incoming.method ?? '')) return refusal(405, 'FLYTE_INVALID_ARGUMENT')
    try {
      const body = requestBody(incoming)
      if (body) outgoing.once('finish', body.discard)
      const init = { method: incoming.method, headers: headersOf(incoming), body: body?.stream, duplex: 'half', signal }
      return await handler(new Request(url, init as RequestInit))
    } catch (error) {
      if (signal.aborted) throw error
      onError(error)
      return refusal(500, FlyteError.isInstance(error) ? error.code : 'UNKNOWN')
    }
  }
}

/** Node has joined cookies by `; ` already, and left out what must not come twice. */
function headersOf({ headers }: IncomingMessage): Headers {
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
  return new Headers(pairs)
}
