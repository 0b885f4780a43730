import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import {
  defaultMaxBytes,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  type Sent,
  TransportError,
} from '../http-transport.js'
import { bodyTooLarge } from '../limit-body.js'
import { networkFailure } from '../network-failure.js'
import { onAbort } from '../on-abort.js'
import { originAndPath } from '../redact.js'
import { type Agents, createAgents } from './agents.js'

/** What {@link nodeHttpTransport} can be told. */
export interface NodeHttpTransportOptions {
  /** The agents to go out on. Default: a pair of its own, which `close()` then closes. */
  agents?: Agents
}

/** Methods that a server may see twice without harm (RFC 9110 section 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/**
 * An {@link HttpTransport} over `node:http` and `node:https` on keep-alive agents: about three times the calls per second of
 * Node's own fetch.
 *
 * A kept-alive socket that the server closed meanwhile is no failure of an idempotent request: it goes out once more.
 *
 * @example
 * ```ts
 * import { nodeHttpTransport } from '@flyte-js/core/node'
 *
 * const transport = nodeHttpTransport()
 * const { status } = await transport.request({ method: 'GET', url: 'https://flyte.example/healthcheck', headers: {} })
 * transport.close?.()
 * ```
 */
export function nodeHttpTransport({ agents }: NodeHttpTransportOptions = {}): HttpTransport {
  const own = agents ?? createAgents()
  return {
    async request(request) {
      try {
        return await send(own, request)
      } catch (error) {
        const stale = error instanceof TransportError && error.reusedSocket && error.sent === 'unknown'
        if (!stale || !idempotent.has(request.method)) throw error
        return send(own, request)
      }
    },
    close() {
      if (agents === undefined) own.close()
    },
  }
}

function send(agents: Agents, request: HttpRequest): Promise<HttpResponse> {
  const { url, body, signal, timeout, maxBytes = defaultMaxBytes } = request
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let outgoing: ClientRequest | undefined
    let sent: Sent = 'no'
    let timer: NodeJS.Timeout | undefined
    let forget: (() => void) | undefined

    const settle = () => {
      clearTimeout(timer)
      forget?.()
    }
    const fail = (error: unknown) => {
      settle()
      reject(error)
      outgoing?.destroy()
    }
    const unreachable = (error: unknown) => {
      const message = `${originAndPath(url)} cannot be reached: ${networkFailure(error)}`
      const reusedSocket = outgoing?.reusedSocket ?? false
      fail(new TransportError('FLYTE_HTTP_UNREACHABLE', message, { url, sent, reusedSocket, cause: error }))
    }

    try {
      outgoing = open(agents, request)
    } catch (error) {
      // No URL, or a header that cannot be sent, such as a token with a line break.
      return unreachable(error)
    }
    if (signal) forget = onAbort(signal, () => fail(signal.reason))
    // A timer cannot be told to wait for ever: beyond 2^31 ms it goes off at once.
    if (timeout && timeout < 2 ** 31) {
      timer = setTimeout(() => {
        const message = `${originAndPath(url)} gave no whole answer within ${timeout} ms`
        fail(new TransportError('FLYTE_HTTP_TIMEOUT', message, { url, sent: sent === 'no' ? 'no' : 'yes' }))
      }, timeout)
    }
    outgoing.once('socket', (socket) => {
      const onConnect = () => {
        sent = 'unknown'
      }
      // A new socket sends nothing before it is connected, TLS handshake included; one from the pool is already.
      if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onConnect)
      else onConnect()
    })
    // More than one may come, and one that nobody hears would end the process.
    outgoing.on('error', unreachable)
    outgoing.once('response', (incoming) => {
      sent = 'yes'
      readBody(incoming, maxBytes, url).then(
        (text) => {
          settle()
          resolve({
            status: incoming.statusCode ?? 0,
            header: (name) => {
              const value = incoming.headers[name]
              return Array.isArray(value) ? value.join(', ') : value
            },
            body: text,
          })
        },
        (error) => (error instanceof TransportError ? fail(error) : unreachable(error)),
      )
    })
    outgoing.end(body)
  })
}

function open(agents: Agents, { method, url, headers, body }: HttpRequest): ClientRequest {
  const target = new URL(url)
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  const outgoing = request(target, { method, headers, agent: agents.for(target) })
  // Node says the length of a body for some methods only; Flyte Admin's DELETEs have one as well.
  if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body))
  return outgoing
}

function readBody(incoming: IncomingMessage, maxBytes: number, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > maxBytes) reject(bodyTooLarge(url, maxBytes))
    })
    incoming.once('end', () =>
      resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')),
    )
    // Cut in the middle: `aborted` is an error with the code ECONNRESET.
    incoming.once('error', reject)
  })
}
