import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { certificate, privateKey } from './certificate.js'

/** What a server was sent. */
export interface Received {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

/** A server that answers as a test says, and remembers what it was asked. */
export interface TestServer {
  /** `http://127.0.0.1:12345` */
  origin: string
  /** The requests whose bodies arrived whole, in order. */
  received: Received[]
  /** Every connection there ever was. */
  sockets: Socket[]
  /** Ends it at once, its connections too; it happens by itself when the test ends. */
  close(): Promise<void>
}

/** Starts a server on loopback, on a free port, until the test ends. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  options: { tls?: boolean } = {},
): Promise<TestServer> {
  const received: Received[] = []
  const sockets: Socket[] = []
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const body = Buffer.concat(chunks).toString()
    received.push({ method: request.method, url: request.url, headers: request.headers, body })
    answer(request, response, body)
  }
  const server = options.tls
    ? createTlsServer({ cert: certificate, key: privateKey }, listener)
    : createServer(listener)
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    // A client that goes away in the middle is what some tests are about.
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  onTestFinished(close)
  const { port } = server.address() as AddressInfo
  return { origin: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, received, sockets, close }
}

/** A promise and its levers. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((each) => {
    resolve = each
  })
  return { promise, resolve }
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It was expected to reject')
}

/** Resolves when a connection is gone, cleanly or not. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
