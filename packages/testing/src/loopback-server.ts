// An HTTP server that only this machine can reach, and that closes at once.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on 127.0.0.1 and, where there is IPv6, on ::1 with the same port. */
export interface LoopbackServer {
  port: number
  close(): Promise<void>
}

const attempts = 10

/**
 * Starts it.
 *
 * @param port The port, or 0 for any free one.
 */
export async function listenOnLoopback(listener: RequestListener, port = 0): Promise<LoopbackServer> {
  for (let attempt = 1; ; attempt++) {
    const first = await listen(listener, '127.0.0.1', port)
    const actualPort = (first.address() as AddressInfo).port
    try {
      const second = await listen(listener, '::1', actualPort)
      return { port: actualPort, close: () => closeAll([first, second]) }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE') return { port: actualPort, close: () => closeAll([first]) }
      await closeAll([first])
      if (port !== 0 || attempt === attempts) throw error
    }
  }
}

function listen(listener: RequestListener, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    // No timeouts: Go's server has none, and closing destroys what is left.
    const limits = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, maxHeaderSize: 1024 * 1024 }
    const server = createServer(limits, listener)
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    ),
  )
}
