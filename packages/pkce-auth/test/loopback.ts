// Ports of this machine, and what comes to them, byte by byte.
import { connect, createServer, type Server } from 'node:net'

/** Takes a port on one address, as another program would. */
export function take(port: number, host: '127.0.0.1' | '::1' | '0.0.0.0' | '::' = '127.0.0.1'): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => resolve(server))
  })
}

/** Gives it back. */
export const giveBack = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

/** Rejects unless nobody has the port, on either address. */
export async function expectFree(port: number): Promise<void> {
  for (const host of ['127.0.0.1', '::1'] as const) await giveBack(await take(port, host))
}

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  const server = await take(0)
  const { port } = server.address() as { port: number }
  await giveBack(server)
  return port
}

/** What came back over a connection, whose end it waits for. */
export function send(port: number, bytes: string, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, host)
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    socket.once('error', (error: NodeJS.ErrnoException) => (answer === '' ? reject(error) : resolve(answer)))
    socket.once('close', () => resolve(answer))
    socket.write(bytes)
  })
}

/** A request line and a Host header, which `fetch` would set itself. */
export function get(target: string, host: string, { method = 'GET', headers = '' } = {}): string {
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`
}
