import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import {
  defaultMaxBytes,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  TransportError,
} from '../http-transport.js'
import { bodyTooLarge } from '../limit-body.js'
import { networkFailure } from '../network-failure.js'
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
  const { method, url, headers, body, signal, timeout, maxBytes = defaultMaxBytes } = request
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const target = new URL(url)
    const secure = target.protocol === 'https:'
    let connected = false
    let timer: NodeJS.Timeout | undefined
    const outgoing = (secure ? httpsRequest : httpRequest)(target, { method, headers, agent: agents.for(target) })

    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: unknown) => {
      settle()
      reject(error)
      outgoing.destroy()
    }
    const onAbort = () => fail(signal?.reason)
    const unreachable = (error: unknown, sent: 'yes' | 'no' | 'unknown') =>
      fail(
        new TransportError(
          'FLYTE_HTTP_UNREACHABLE',
          `${originAndPath(target)} cannot be reached: ${networkFailure(error)}`,
          {
            url: target,
            sent,
            reusedSocket: outgoing.reusedSocket,
            cause: error,
          },
        ),
      )

    signal?.addEventListener('abort', onAbort, { once: true })
    if (timeout !== undefined && Number.isFinite(timeout)) {
      timer = setTimeout(() => {
        const message = `${originAndPath(target)} gave no whole answer within ${timeout} ms`
        fail(new TransportError('FLYTE_HTTP_TIMEOUT', message, { url: target, sent: connected ? 'yes' : 'no' }))
      }, timeout)
    }
    outgoing.once('socket', (socket) => {
      // A socket from the pool is connected already; a new one sends nothing before it is, TLS handshake included.
      if (outgoing.reusedSocket) connected = true
      else socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true))
    })
    outgoing.once('error', (error) => unreachable(error, connected ? 'unknown' : 'no'))
    outgoing.once('response', (incoming) => {
      readBody(incoming, maxBytes, target).then(
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
        (error) => (error instanceof TransportError ? fail(error) : unreachable(error, 'yes')),
      )
    })
    outgoing.end(body)
  })
}

function readBody(incoming: IncomingMessage, maxBytes: number, url: URL): Promise<string> {
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
