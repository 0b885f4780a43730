import type { ClientRequest, IncomingMessage } from 'node:http'
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
import { isPermanentFailure } from '../permanent-failure.js'
import { originAndPath } from '../redact.js'
import { type Agents, createAgents } from './agents.js'
import { createHttpTargets, type HttpTarget } from './http-target.js'

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
  const targetOf = createHttpTargets(own)
  return {
    async request(request) {
      try {
        return await send(targetOf, request)
      } catch (error) {
        const stale = error instanceof TransportError && error.reusedSocket && error.sent === 'unknown'
        if (!stale || !idempotent.has(request.method)) throw error
        return send(targetOf, request)
      }
    },
    close() {
      if (agents === undefined) own.close()
    },
  }
}

function send(targetOf: (url: string) => HttpTarget, request: HttpRequest): Promise<HttpResponse> {
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
      const isTemporary = !isPermanentFailure(error)
      fail(
        new TransportError('FLYTE_HTTP_UNREACHABLE', message, { url, sent, reusedSocket, isTemporary, cause: error }),
      )
    }

    try {
      outgoing = open(targetOf(url), request)
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
    // Nobody asked for that (101). Without a listener Node closes the connection and says nothing.
    outgoing.once('upgrade', (_, socket) => {
      sent = 'yes'
      socket.destroy()
      unreachable(Object.assign(new Error('it switched to another protocol'), { code: 'EPROTO' }))
    })
    outgoing.once('response', (incoming) => {
      sent = 'yes'
      const chunks: Buffer[] = []
      let length = 0
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length
        chunks.push(chunk)
        if (length > maxBytes) fail(bodyTooLarge(url, maxBytes))
      })
      // Cut in the middle: `aborted` is an error with the code ECONNRESET.
      incoming.on('error', unreachable)
      incoming.on('end', () => {
        settle()
        const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)
        resolve({
          status: incoming.statusCode ?? 0,
          header: (name) => headerOf(incoming, name),
          body: whole.toString('utf8'),
        })
      })
    })
    outgoing.end(body)
  })
}

/** Methods that have a body: of these, Node would announce one that never comes. */
const withBody = new Set(['POST', 'PUT', 'PATCH'])

function open({ origin, path }: HttpTarget, { method, headers, body = '' }: HttpRequest): ClientRequest {
  const { request, protocol, hostname, port, host, agent } = origin
  // A list is written as it is; an object is first copied, name by name.
  const list = ['Host', host]
  for (const name in headers) list.push(name, headers[name] as string)
  // Node says the length of a body for some methods only; Flyte Admin's DELETEs have one as well.
  if (body !== '' || withBody.has(method)) list.push('content-length', String(Buffer.byteLength(body)))
  return request({ protocol, hostname, port, path, method, headers: isForwarding(agent) ? pairs(list) : list, agent })
}

/** Whether an agent hands requests to an HTTP proxy, as `http-proxy-agent` does: it writes their heads anew, for which it must know the headers by name. */
const isForwarding = (agent: object) => 'proxy' in agent

function pairs(list: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at < list.length; at += 2) headers[list[at] as string] = list[at + 1] as string
  return headers
}

function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
