// The embedded Flyte Admin: it listens, records, and hands requests to what answers them.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createFaults, type Faults } from '../faults.js'
import { sendFaulty } from '../faulty-response.js'
import {
  type HttpAnswer,
  type HttpRequest,
  headersOf,
  jsonAnswer,
  readBody,
  sendAnswer,
  sendFailure,
} from '../http-exchange.js'
import { createInjectedAnswers, type InjectedAnswers } from '../injected-answers.js'
import { listenOnLoopback } from '../loopback-server.js'
import { createRequestLog, type RecordedRequest, type RequestLog } from '../recorded-requests.js'
import { createAdmin } from './admin.js'
import { decideCors } from './cors.js'
import { isStorePath } from './data-proxy/data-proxy.js'
import type { ExecutionData, ExecutionDataId } from './data-proxy/execution-data-sets.js'
import { GrpcStatusError, httpStatusOf } from './grpc-status.js'
import { parseGrpcTimeout, withinTimeout } from './grpc-timeout.js'
import { redirect } from './http-redirect.js'
import type { FlyteAdminOptions } from './options.js'
import { cleanPath } from './path.js'
import type { AdminSecrets } from './secrets.js'
import type { SignalId } from './signals.js'

/** A running embedded Flyte Admin. */
export interface FlyteAdmin extends RequestLog, AsyncDisposable {
  /** Where it is: `http://localhost:PORT`, with the base path if there is one. Tokens are for this host, not for `127.0.0.1`. */
  readonly url: string
  /** The port that it listens at. */
  readonly port: number
  /** Its keys, for a server on the same port that takes its place: see {@link FlyteAdminOptions.secrets}. */
  readonly secrets: AdminSecrets
  /** Answers matching requests with the test's own answer, instead of the server's. */
  readonly answer: InjectedAnswers['answer']
  /** Has something go wrong with matching requests: a late answer, none, a cut connection. */
  readonly fault: Faults['fault']
  /**
   * Makes a signal, as a propeller does for a gate node: over HTTP a signal can only be listed and set.
   *
   * @param type What its value must be, in flyteidl's JSON: `{ simple: 'BOOLEAN' }`.
   */
  createSignal(id: SignalId, type: object): void
  /**
   * Gives an execution, a node of it or a try of a node's task inputs and outputs, which nothing computes here. Those of an
   * execution are by default what it was launched with, and none.
   */
  setExecutionData(id: ExecutionDataId, data: ExecutionData): void
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
  const faults = createFaults()
  let port = 0
  const admin = await createAdmin(options, () =>
    ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}${basePath}`),
  )

  const server = await listenOnLoopback((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => sendFailure(outgoing, error))
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
    const fault = faults.faultFor(recorded)
    if (fault !== undefined) {
      return sendFaulty(outgoing, recorded, fault, (instead) => decide(request, recorded, instead))
    }
    const result = await decide(request, recorded)
    recorded.status = result.status
    sendAnswer(outgoing, request.method, result)
  }

  async function decide(
    request: HttpRequest & { isOutside: boolean },
    recorded: RecordedRequest,
    instead?: HttpAnswer,
  ): Promise<HttpAnswer> {
    const cors =
      options.cors === undefined || isStorePath(request.path)
        ? { headers: {} }
        : decideCors(options.cors, request.method, request.headers)
    const result = instead ?? (await injectedAnswer(request, recorded))
    if (result !== undefined) return { ...result, headers: { ...cors.headers, ...result.headers } }
    if (cors.status !== undefined) return { status: cors.status, headers: cors.headers }
    const own = await ownAnswer(request)
    return { ...own, headers: { ...cors.headers, ...own.headers } }
  }

  /** Waits for a test's own answer no longer than the caller does. */
  async function injectedAnswer({ headers }: HttpRequest, recorded: RecordedRequest): Promise<HttpAnswer | undefined> {
    try {
      return await withinTimeout(timeoutOf(headers), injected.answerTo(recorded))
    } catch (error) {
      if (!(error instanceof GrpcStatusError)) throw error
      const { code, message } = error
      return jsonAnswer(httpStatusOf(code), { code, message, details: [] })
    }
  }

  async function ownAnswer(request: HttpRequest & { isOutside: boolean }): Promise<HttpAnswer> {
    if (request.isOutside) return { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'no such backend\n' }
    const clean = cleanPath(request.path)
    if (clean === request.path) return admin.answer(request)
    const location = `${basePath}${clean}${request.query === '' ? '' : `?${request.query}`}`
    return redirect(request, 307, location)
  }

  async function close(): Promise<void> {
    await Promise.all([server.close(), admin.close()])
  }

  return {
    url: `http://localhost:${port}${basePath}`,
    port,
    secrets: admin.secrets,
    requests: log.requests,
    requestsTo: log.requestsTo,
    clearRequests: log.clearRequests,
    answer: injected.answer,
    fault: faults.fault,
    createSignal: admin.createSignal,
    setExecutionData: admin.executionData.set,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A header that is malformed is left for the gateway to refuse. */
function timeoutOf(headers: Record<string, string>): number | undefined {
  try {
    return parseGrpcTimeout(headers['grpc-timeout'])
  } catch {
    return undefined
  }
}

/** OAuth's endpoints and those of the login are at the root as well, because that is where they are advertised. */
function readTarget(incoming: IncomingMessage, basePath: string): HttpRequest & { isOutside: boolean } {
  const target = (incoming.url ?? '/').replace(/^https?:\/\/[^/]*/, '')
  const queryStart = target.indexOf('?')
  const fullPath = queryStart === -1 ? target : target.slice(0, queryStart)
  const isInside = basePath === '' || fullPath.startsWith(`${basePath}/`)
  const isOutside = !isInside && !/^\/(oauth2\/|login$|callback$|logout$)/.test(fullPath)
  return {
    method: incoming.method ?? 'GET',
    path: isInside ? fullPath.slice(basePath.length) : fullPath,
    query: queryStart === -1 ? '' : target.slice(queryStart + 1),
    headers: headersOf(incoming),
    body: Buffer.alloc(0),
    isOutside,
  }
}
