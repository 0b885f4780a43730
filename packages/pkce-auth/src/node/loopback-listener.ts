import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { AuthError } from '@flyte-js/core'

/** A server on this machine's loopback addresses, all of one port. */
export interface LoopbackListener {
  /** The port that it listens at. */
  readonly port: number
  /** The addresses that it listens at: 127.0.0.1, ::1, or the one that this machine has. */
  readonly addresses: readonly string[]
  /** Says who answers requests. Those that came before wait until now. */
  answer(listener: RequestListener): void
  /** Ends all connections, idle and slow ones too. When it resolves the port is free. */
  close(): Promise<void>
}

const addresses = ['127.0.0.1', '::1'] as const

/** This machine has no address of that family: it needs no listener there. */
const missing = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])
/** The system gives the port to nobody (EACCES: to this user not, or Windows keeps it for itself). */
const taken = new Set(['EADDRINUSE', 'EACCES'])

/** How often another free port is looked for, where the first family's is taken on the second. */
const attempts = 10

/** Milliseconds of silence after which a connection that was refused is cut. */
const lingering = 1_000

const limits = {
  // A browser sends localhost's cookies of every program here with it; Node's 16 KiB may not hold them.
  maxHeaderSize: 64 * 1024,
  // A browser sends its request at once; whoever does not is none.
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
}

/**
 * Listens at a port of both loopback addresses (RFC 8252 section 7.3), or at none: where another program has the port on one of
 * them, a browser might take the answer there.
 *
 * @param port - 0 for any free one
 * @param onGarbage - hears of what is no HTTP, or too much
 * @returns `undefined` where the port is taken
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where the system lets nobody listen
 */
export async function listenOnLoopback(port: number, onGarbage: () => void): Promise<LoopbackListener | undefined> {
  for (let attempt = 1; ; attempt++) {
    const listener = await listenOnce(port, onGarbage)
    if (listener !== undefined || port !== 0 || attempt === attempts) return listener
  }
}

async function listenOnce(port: number, onGarbage: () => void): Promise<LoopbackListener | undefined> {
  let answer: (listener: RequestListener) => void = () => {}
  const answering = new Promise<RequestListener>((resolve) => {
    answer = resolve
  })
  const open: { address: string; server: Server }[] = []
  const closeAll = async () => {
    await Promise.all(open.map(({ server }) => close(server)))
  }
  let actual = port
  for (const address of addresses) {
    const server = createServer(limits, (request, response) => {
      // One request a connection: what is idle need not be waited for.
      response.shouldKeepAlive = false
      answering.then((listener) => listener(request, response))
    })
    server.on('clientError', (error, socket) => {
      // Node says so of each further piece of it.
      if (!socket.writable) return
      onGarbage()
      refuse(error, socket as Socket)
    })
    try {
      actual = await bind(server, address, actual)
      open.push({ address, server })
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (missing.has(code)) continue
      await closeAll()
      if (taken.has(code)) return undefined
      const message = `This process may not listen at port ${port} of ${address}, where the answer to a login comes. Allow it to, or use the device flow or client credentials (FLYTE_CREDENTIALS_AUTH_MODE=basic)`
      throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { cause: error })
    }
  }
  return { port: actual, addresses: open.map(({ address }) => address), answer, close: closeAll }
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Exclusive: in a cluster the port would otherwise be that of all workers, and so would the answer.
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/**
 * Answers what Node's parser has given up on (RFC 6585 section 5, RFC 9110 section 15.5). What still comes is thrown away, for as
 * long as a client may take to read the answer: to close before would take the answer along.
 */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  socket.setTimeout(lingering, () => socket.destroy())
}
