// A forward proxy as companies have them: CONNECT for https, absolute URLs for http, a password where it wants one.
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** How it is set up. */
export interface ProxyOptions {
  /** `user:password`; without it everybody may use it. */
  credentials?: string
  /** Speaks TLS itself. */
  tls?: { cert: string; key: string }
  /** Answers CONNECT with this status instead of connecting. */
  refuse?: number
}

/** A running proxy. */
export interface RunningProxy extends AsyncDisposable {
  readonly port: number
  /** What it was asked for, e.g. `CONNECT flyte.test:443` or `GET http://flyte.test/healthcheck`. */
  readonly seen: string[]
  /** Where names lead, e.g. `{ 'flyte.test:443': 40123 }`; others lead nowhere but to their own port on this machine. */
  readonly ports: Record<string, number>
}

/** Starts one on loopback. */
export async function startProxy({ credentials, tls, refuse }: ProxyOptions = {}): Promise<RunningProxy> {
  const seen: string[] = []
  const ports: Record<string, number> = {}
  const sockets = new Set<Duplex>()
  const portOf = (host: string) => ports[host] ?? Number(host.split(':')[1] ?? 80)
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const isRefused = (incoming: IncomingMessage) =>
    wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    seen.push(`${incoming.method} ${incoming.url}`)
    if (isRefused(incoming)) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end('no')
      return
    }
    const { host, pathname, search } = new URL(incoming.url ?? '')
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = incoming.headers
    const onward = request(
      { port: portOf(host), method: incoming.method, path: pathname + search, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }
  const server = tls ? createHttpsServer(tls, forward) : createServer(forward)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    const host = incoming.url ?? ''
    seen.push(`CONNECT ${host}`)
    const status = refuse ?? (isRefused(incoming) ? 407 : 200)
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const onward = connect(portOf(host), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward)
      onward.pipe(socket)
    })
    sockets.add(onward)
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    socket.on('close', () => onward.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    ports,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
