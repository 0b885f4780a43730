// Cross-origin requests, as the middleware in front of Flyte Admin answers them.
import type { IncomingHttpHeaders } from 'node:http'

/** Which origins and headers browsers may use. */
export interface CorsOptions {
  /** The origins that get `Access-Control-Allow-*`. `*` allows all, as an empty list does. */
  allowedOrigins: readonly string[]
  /** The headers that may be sent beside the harmless ones. By default `Content-Type` and `flyte-authorization`, as configured on a measured server. */
  allowedHeaders?: readonly string[]
}

/** What the middleware does with a request: answer it itself, or add headers and hand it on. */
export interface CorsDecision {
  /** The status of the middleware's own answer, which has no body; `undefined` when the request goes on. */
  status?: number
  /** Headers for the answer. */
  headers: Record<string, string>
}

const allowedMethods = ['GET', 'POST', 'DELETE', 'HEAD', 'PUT', 'PATCH']
const simpleMethods = ['GET', 'HEAD', 'POST']
const simpleHeaders = ['Accept', 'Accept-Language', 'Content-Language', 'Origin']
const defaultAllowedHeaders = ['Content-Type', 'flyte-authorization']

/** Decides about a request: `authorization` is no allowed header by default, and a foreign origin's preflight gets an empty 200. */
export function decideCors(options: CorsOptions, method: string, headers: IncomingHttpHeaders): CorsDecision {
  const { allowedOrigins } = options
  const origin = headers.origin ?? ''
  const matchesAll = allowedOrigins.length === 0 || allowedOrigins.includes('*')
  if (origin === '' || !(matchesAll || allowedOrigins.includes(origin))) {
    return method === 'OPTIONS' ? { status: 200, headers: {} } : { headers: {} }
  }

  const answer: Record<string, string> = {}
  if (method === 'OPTIONS') {
    const requestedMethod = headers['access-control-request-method']
    if (requestedMethod === undefined) return { status: 400, headers: {} }
    if (!allowedMethods.includes(requestedMethod)) return { status: 405, headers: {} }
    const requested = (headers['access-control-request-headers'] ?? '').split(',').map(canonicalHeader)
    const unusual = requested.filter((header) => header !== '' && !simpleHeaders.includes(header))
    const allowed = (options.allowedHeaders ?? defaultAllowedHeaders).map(canonicalHeader)
    if (unusual.some((header) => !allowed.includes(header))) return { status: 403, headers: {} }
    if (unusual.length > 0) answer['Access-Control-Allow-Headers'] = unusual.join(',')
    if (!simpleMethods.includes(requestedMethod)) answer['Access-Control-Allow-Methods'] = requestedMethod
  }
  answer['Access-Control-Allow-Credentials'] = 'true'
  if (allowedOrigins.length > 1) answer.Vary = 'Origin'
  answer['Access-Control-Allow-Origin'] = matchesAll ? '*' : origin
  return method === 'OPTIONS' ? { status: 200, headers: answer } : { headers: answer }
}

function canonicalHeader(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
}
