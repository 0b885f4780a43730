// grpc-gateway: from HTTP to RPCs and back.

import type { HttpAnswer, HttpRequest } from '../http-exchange.js'
import type { Identity } from './authenticate.js'
import { messageToBinary } from './binary-encoder.js'
import { GrpcStatusError, grpcCode, httpStatusOf } from './grpc-status.js'
import { deadlineExceeded, parseGrpcTimeout, withinTimeout } from './grpc-timeout.js'
import { type MediaType, mediaTypesOf } from './media-types.js'
import { fieldsOf, type Message } from './message.js'
import { applyPathParameters, applyQueryParameters, parseQuery } from './request-parameters.js'
import { type MatchedRoute, matchRoute } from './routes.js'
import type { Handlers } from './state.js'

/** What the gateway needs. */
export interface GatewayOptions {
  handlers: Handlers
  /** Finds out who calls, or throws. */
  authenticate(headers: Record<string, string>): Promise<Identity | undefined>
  /** RPCs that anyone may call. */
  openRpcs: ReadonlySet<string>
  /** Services that this server does not have. */
  missingServices: ReadonlySet<string>
}

const largestMessage = 4 * 1024 * 1024

/** Makes the function that answers requests for the API. */
export function createGateway(options: GatewayOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const { inbound, outbound } = mediaTypesOf(request.headers)
    try {
      const { route, body, query } = findRoute(request)
      const timeout = parseGrpcTimeout(request.headers['grpc-timeout'])
      const message = readRequest(route, inbound, body, query)
      return await withinTimeout(timeout, call(route, message, request, outbound, timeout))
    } catch (error) {
      return errorAnswer(error, outbound)
    }
  }

  async function call(
    { rpc }: MatchedRoute,
    message: Message,
    { headers }: HttpRequest,
    outbound: MediaType,
    timeout: number | undefined,
  ): Promise<HttpAnswer> {
    if (timeout !== undefined && timeout < 1) throw deadlineExceeded()
    if (/[^\x20-\x7e]/.test(headers.authorization ?? '')) {
      throw new GrpcStatusError(
        grpcCode.internal,
        'header key "authorization" contains value with non-printable ASCII characters',
      )
    }
    if (options.missingServices.has(rpc.service)) {
      throw new GrpcStatusError(grpcCode.unimplemented, `unknown service flyteidl.service.${rpc.service}`)
    }
    checkSize(rpc.request, message)
    const identity = options.openRpcs.has(rpc.rpc) ? undefined : await options.authenticate(headers)
    const handler = options.handlers[rpc.rpc]
    if (handler === undefined) throw new GrpcStatusError(grpcCode.unimplemented, `method ${rpc.rpc} not implemented`)
    const response = await handler(message, {
      host: headers.host ?? '',
      claims: identity?.claims,
      userInfo: identity?.userInfo,
    })
    const body = outbound.write(rpc.response, response)
    // No JSON is shorter than what it stands for.
    if (body.length > largestMessage) checkSize(rpc.response, response)
    return {
      status: 200,
      headers: {
        'Content-Type': outbound.contentType,
        'Grpc-Metadata-Content-Type': 'application/grpc',
        ...(rpc.rpc === 'UserInfo' && userHeaders(response)),
      },
      body,
    }
  }
}

/** gRPC's limit, to which requests and answers are held alike on their way between the gateway and the server behind it. */
function checkSize(type: string, message: Message): void {
  const size = messageToBinary(type, message).length
  if (size <= largestMessage) return
  const reason = `grpc: received message larger than max (${size} vs. ${largestMessage})`
  throw new GrpcStatusError(grpcCode.resourceExhausted, reason)
}

interface FoundRoute {
  route: MatchedRoute
  body: Buffer
  query: string
}

/** A form that is posted may stand for a GET whose query would be too long. */
function findRoute(request: HttpRequest): FoundRoute {
  const { body, query, headers } = request
  const path = decodePath(request.path)
  const isForm = request.method === 'POST' && headers['content-type'] === 'application/x-www-form-urlencoded'
  const override = isForm ? headers['x-http-method-override']?.toUpperCase() : undefined
  const method = override || request.method
  let route = matchRoute(method, path)
  const isFallback = isForm && (override === 'GET' || (override === undefined && route === 'wrong-method'))
  if (route === 'wrong-method' && isFallback) route = matchRoute('GET', path)
  if (route === undefined) throw new GrpcStatusError(grpcCode.notFound, 'Not Found')
  if (route === 'wrong-method') throw new GrpcStatusError(grpcCode.unimplemented, 'Method Not Allowed')
  return { route, body, query: isFallback ? `${body.toString()}&${query}` : query }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new GrpcStatusError(grpcCode.internal, 'grpc: error while marshaling: string field contains invalid UTF-8')
  }
}

function readRequest(
  { rpc, hasBody, pathParameters }: MatchedRoute,
  inbound: MediaType,
  body: Buffer,
  query: string,
): Message {
  const message = hasBody ? inbound.read(rpc.request, body) : {}
  applyPathParameters(rpc.request, message, pathParameters)
  if (!hasBody && fieldsOf(rpc.request).fields.length > 0)
    applyQueryParameters(rpc.request, message, parseQuery(query), pathParameters)
  return message
}

/** Turns what a handler threw into an answer. `WWW-Authenticate` is the message itself: free text without a scheme. */
function errorAnswer(error: unknown, outbound: MediaType): HttpAnswer {
  const status =
    error instanceof GrpcStatusError
      ? error
      : new GrpcStatusError(grpcCode.internal, `the embedded Flyte Admin failed: ${String(error)}`)
  const details = status.details.map(
    ({ type, message }): Message => ({ '@type': `type.googleapis.com/${type}`, ...message }),
  )
  const message: Message = { code: status.code, message: status.message, ...(details.length > 0 && { details }) }
  return {
    status: httpStatusOf(status.code),
    headers: {
      'Content-Type': outbound.contentType,
      ...(status.code === grpcCode.unauthenticated && { 'Www-Authenticate': headerText(status.message) }),
    },
    body: outbound.write('google.rpc.Status', message),
  }
}

function userHeaders(response: Message): Record<string, string> {
  const claims = (response.additional_claims ?? {}) as Message
  return {
    ...Object.fromEntries(
      Object.entries(claims).map(([claim, value]) => [
        `X-User-Claim-${claim.replaceAll('_', '-')}`,
        headerText(JSON.stringify(value)),
      ]),
    ),
    'X-User-Subject': headerText(String(response.subject ?? '')),
  }
}

/** Node refuses what Go would send as bytes. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e]/g, (character) =>
    Buffer.from(character)
      .toString('latin1')
      .replace(/[^\x80-\xff]/g, ' '),
  )
}
