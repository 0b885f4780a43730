// TLS before a server that speaks plain HTTP, as an ingress has it.
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'

/** A running front. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** The name of each client certificate that was shown, one a connection; `undefined` for none. */
  readonly visitors: (string | undefined)[]
  /** Ends all connections, waits until the other side has seen it, and shows this from now on. */
  change(options: TlsOptions): Promise<void>
}

/** Starts one; what comes in goes to the port that is known once the server behind it runs. */
export async function startTlsFront(options: TlsOptions, backend: () => number): Promise<TlsFront> {
  const sockets = new Set<Socket>()
  const visitors: (string | undefined)[] = []
  const asking = { requestCert: true, rejectUnauthorized: false }
  const server = createServer({ ...asking, ...options }, (incoming: TLSSocket) => {
    visitors.push(incoming.getPeerCertificate().subject?.CN?.toString())
    const outgoing = connect(backend(), '127.0.0.1')
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        incoming.destroy()
        outgoing.destroy()
      })
    }
    incoming.pipe(outgoing)
    outgoing.pipe(incoming)
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    url: `https://localhost:${port}`,
    visitors,
    async change(next) {
      const open = [...sockets].filter((socket) => 'encrypted' in socket)
      await Promise.all(open.map((socket) => once(socket.end(), 'close')))
      server.setSecureContext(next)
    },
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
    },
  }
}
