// The embedded Flyte Admin: it listens, records, and hands requests to what answers them.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { listenOnLoopback } from '../loopback-server.js'
import { createRequestLog, type RecordedRequest, type RequestLog } from '../recorded-requests.js'
import { createAdmin } from './admin.js'
import { decideCors } from './cors.js'
import type { HttpAnswer, HttpRequest } from './http-exchange.js'
import { createInjectedAnswers, type InjectedAnswers } from './injected-answers.js'
import type { FlyteAdminOptions } from './options.js'
import { cleanPath } from './path.js'

/** A running embedded Flyte Admin. */
export interface FlyteAdmin extends RequestLog, AsyncDisposable {
  /** Where it is: `http://localhost:PORT`, with the base path if there is one. Tokens are for this host, not for `127.0.0.1`. */
  readonly url: string
  readonly port: number
  /** Answers matching requests with the test's own answer, instead of the server's. */
  readonly answer: InjectedAnswers['answer']
  /** Stops at once, open connections included. */
  close(): Promise<void>
}

/**
 * Starts a Flyte Admin in this process, in memory and on loopback only. It answers as a real one was measured to, warts included.
 *
 * @param options How it is set up. By default it has its own OAuth server, the clients that were measured, and three projects.
 *
 * @example
 * ```ts
 * import { startFlyteAdmin } from '@flyte-js/testing'
 *
 * await using admin = await startFlyteAdmin()
 * const response = await fetch(`${admin.url}/oauth2/token`, {
 *   method: 'POST',
 *   headers: { authorization: `Basic ${btoa('flytepropeller:short-secret')}` },
 *   body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
 * })
 * ```
 */
export async function startFlyteAdmin(options: FlyteAdminOptions = {}): Promise<FlyteAdmin> {
  const basePath = (options.basePath ?? '').replace(/\/+$/, '')
  const log = createRequestLog()
  const injected = createInjectedAnswers()
  let port = 0
  const admin = await createAdmin(options, () =>
    ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}${basePath}`),
  )

  const server = await listenOnLoopback((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => fail(incoming, outgoing, error))
  }, options.port ?? 0)
  port = server.port

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = readTarget(incoming, basePath)
    const recorded: RecordedRequest = {
      method: request.method,
      path: request.path,
      url: incoming.url ?? '',
      query: new URLSearchParams(request.query),
      headers: request.headers,
      body: '',
    }
    log.record(recorded)
    request.body = await readBody(incoming)
    recorded.body = request.body.toString()
    const result = await decide(request, recorded)
    recorded.status = result.status
    send(outgoing, request, result)
  }

  async function decide(request: HttpRequest & { isOutside: boolean }, recorded: RecordedRequest): Promise<HttpAnswer> {
    const cors =
      options.cors === undefined ? { headers: {} } : decideCors(options.cors, request.method, request.headers)
    const result = await injected.answerTo(recorded, request)
    if (result !== undefined) return { ...result, headers: { ...cors.headers, ...result.headers } }
    if (cors.status !== undefined) return { status: cors.status, headers: cors.headers }
    const own = await ownAnswer(request)
    return { ...own, headers: { ...cors.headers, ...own.headers } }
  }

  async function ownAnswer(request: HttpRequest & { isOutside: boolean }): Promise<HttpAnswer> {
    if (request.isOutside) return { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'no such backend\n' }
    const clean = cleanPath(request.path)
    if (clean === request.path) return admin(request)
    const location = `${basePath}${clean}${request.query === '' ? '' : `?${request.query}`}`
    const html = { 'Content-Type': 'text/html; charset=utf-8' }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    return {
      status: 307,
      headers: { ...(isRead && html), Location: location },
      ...(isRead && { body: `<a href="${location.replaceAll('&', '&amp;')}">Temporary Redirect</a>.\n\n` }),
    }
  }

  return {
    url: `http://localhost:${port}${basePath}`,
    port,
    requests: log.requests,
    requestsTo: log.requestsTo,
    clearRequests: log.clearRequests,
    answer: injected.answer,
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

/** What goes wrong in here is a mistake in this package or in a test's own answer: it is told, not swallowed. */
function fail(incoming: IncomingMessage, outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent || incoming.destroyed) incoming.socket.destroy()
  else outgoing.writeHead(500, { 'Content-Type': 'text/plain' }).end(`The embedded server failed: ${String(error)}\n`)
}

/** OAuth's endpoints are at the root as well, because that is where the metadata says they are. */
function readTarget(incoming: IncomingMessage, basePath: string): HttpRequest & { isOutside: boolean } {
  const target = (incoming.url ?? '/').replace(/^https?:\/\/[^/]*/, '')
  const queryStart = target.indexOf('?')
  const fullPath = queryStart === -1 ? target : target.slice(0, queryStart)
  const isInside = basePath === '' || fullPath.startsWith(`${basePath}/`)
  const isOutside = !isInside && !fullPath.startsWith('/oauth2/')
  return {
    method: incoming.method ?? 'GET',
    path: isInside ? fullPath.slice(basePath.length) : fullPath,
    query: queryStart === -1 ? '' : target.slice(queryStart + 1),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    ),
    body: Buffer.alloc(0),
    isOutside,
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function send(outgoing: ServerResponse, request: HttpRequest, { status, headers = {}, body = '' }: HttpAnswer): void {
  const bytes = Buffer.from(body)
  outgoing.sendDate = true
  outgoing.writeHead(status, { ...headers, 'Content-Length': bytes.length })
  outgoing.end(request.method === 'HEAD' ? undefined : bytes)
}
