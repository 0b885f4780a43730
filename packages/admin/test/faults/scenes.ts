// How each fault is brought about, and put right again.
import { lookup } from 'node:dns'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type Fault, type RecordedRequest, startFlyteAdmin } from '@flyte-js/testing'
import { canaries } from './canaries.js'
import { type Certificate, createCertificate } from './certificate.js'
import { anyAnswer, type Stage, type TransportOptions } from './stage.js'

/** A fault in place. */
export interface Scene extends AsyncDisposable {
  endpoint: string
  /** What a transport must know, to get through once the fault is gone. */
  transportOptions?: TransportOptions
  /** Whether nobody is there to see anything. */
  isSilent?: boolean
  /** How many requests or, where none can be sent, connections there were. */
  seen(): number
  /** The requests that came in. */
  requests(): readonly RecordedRequest[]
  /** Puts it right. */
  heal(): Promise<void> | void
}

/** Brings a fault about. */
export type SetScene = (stage: Stage) => Scene | Promise<Scene>

/** A fault of the embedded server's. */
export function faulty(fault: Fault | ((stage: Stage) => Fault)): SetScene {
  return (stage) =>
    onServer(stage, ({ fault: put }) => put(() => true, typeof fault === 'function' ? fault(stage) : fault))
}

/** An answer with this status: an error of Flyte Admin's that repeats the token, or with no code, a page of a proxy's. */
export function answers(status: number, code?: number, headers: Record<string, string> = {}): SetScene {
  const answer = ({ headers: { authorization = 'nobody' } }: RecordedRequest) =>
    code === undefined
      ? { type: 'text/html', body: `<html>${canaries.answer} ${authorization}</html>` }
      : { type: 'application/json', body: { code, message: `refused to ${authorization}`, details: [] } }
  return (stage) =>
    onServer(stage, (server) =>
      server.answer(
        () => true,
        (request) => {
          const { type, body } = answer(request)
          return { status, headers: { 'Content-Type': type, ...headers }, body }
        },
      ),
    )
}

function onServer({ server }: Stage, put: (server: Stage['server']) => () => void): Scene {
  server.clearRequests()
  const heal = put(server)
  return {
    endpoint: server.url,
    seen: () => server.requests.length,
    requests: () => server.requests,
    heal,
    [Symbol.asyncDispose]: async () => heal(),
  }
}

/** Nobody listens. */
export const nobodyListens: SetScene = async () => {
  const { port } = await portOf(createServer())
  let server: Awaited<ReturnType<typeof startFlyteAdmin>> | undefined
  return {
    endpoint: `http://localhost:${port}`,
    isSilent: true,
    seen: () => 0,
    requests: () => server?.requests ?? [],
    async heal() {
      server = await startFlyteAdmin({ auth: 'none', port })
      server.answer(() => true, { body: anyAnswer })
    },
    [Symbol.asyncDispose]: async () => server?.close(),
  }
}

/** A name that nobody has: a part of it is longer than any can be (RFC 1035 section 2.3.4), so no server is asked for it. */
export const nameOfNobody: SetScene = async (stage) => {
  let isKnown = false
  stage.server.clearRequests()
  return {
    endpoint: `http://${'n'.repeat(64)}.invalid:${stage.server.port}`,
    isSilent: true,
    transportOptions: { lookup: (name, options, done) => lookup(isKnown ? 'localhost' : name, options, done) },
    seen: () => stage.server.requests.length,
    requests: () => stage.server.requests,
    heal() {
      isKnown = true
    },
    async [Symbol.asyncDispose]() {},
  }
}

const good = createCertificate('localhost')

/** Another certificate than the one that is trusted. */
export const strangerCertificate: SetScene = () => behindTls(createCertificate('localhost'), good)
/** One that is trusted, but for another host. */
export const otherHostCertificate: SetScene = () => behindTls(createCertificate('other.example'))
/** One that has ended. */
export const endedCertificate: SetScene = () => behindTls(createCertificate('localhost', -1))

/** HTTP without TLS, where TLS is expected. */
export const noTls: SetScene = () => behindTls('plain')

/** A connection on which nobody says anything, where TLS is expected. */
export const noHandshake: SetScene = () => behindTls('nothing')

/**
 * A server that has something wrong with its TLS, and then a good certificate.
 *
 * @param bad - its first certificate, or what it speaks instead
 * @param trusted - what the client trusts beside the good one
 */
async function behindTls(bad: Certificate | 'plain' | 'nothing', trusted = bad): Promise<Scene> {
  const requests: RecordedRequest[] = []
  const listener: RequestListener = (incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    const headers = incoming.headers as Record<string, string>
    requests.push({ method, url, path: url, query: new URLSearchParams(), headers, body: '' })
    incoming.resume()
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(anyAnswer))
  }
  const plain = createHttpServer(listener)
  const tls = createHttpsServer(typeof bad === 'string' ? good : bad, listener)
  const sockets: Socket[] = []
  let isHealed = false
  const front = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    if (isHealed || typeof bad === 'object') tls.emit('connection', socket)
    else if (bad === 'plain') plain.emit('connection', socket)
    // What is not read does not end.
    else socket.resume()
  })
  const { port, close } = await portOf(front, true)
  return {
    endpoint: `https://localhost:${port}`,
    transportOptions: { ca: [trusted, good].map((each) => (typeof each === 'string' ? '' : each.cert)).join('') },
    seen: () => sockets.length,
    requests: () => requests,
    heal() {
      isHealed = true
      tls.setSecureContext(good)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await close()
    },
  }
}

/** Starts a server on a free port of 127.0.0.1, or only finds out which one is free. */
async function portOf(server: Server, isKept = false): Promise<{ port: number; close(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  if (!isKept) await close()
  return { port, close }
}
