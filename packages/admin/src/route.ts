import type { Route } from '@flyte-js/idl'
import { AdminError } from './admin-error.js'

/** A request as HTTP sees it. */
export interface RoutedRequest {
  /** The method, in upper case. */
  method: string
  /** Path and query. */
  target: string
  /** The body, where the route has one. */
  body?: string
}

/** Turns a request message into an HTTP request. */
export type Router = (request: object) => RoutedRequest

/** One way to reach an RPC: its path in pieces, `{field.path}` at the odd places. */
interface ParsedBinding {
  method: string
  pieces: readonly string[]
  fields: ReadonlySet<string>
  hasBody: boolean
}

/**
 * Makes the router of one RPC from its row in the route table (google/api/http.proto).
 *
 * The first binding whose path can be filled is taken. Fields that are in the path are left out of the query, where they would
 * override it.
 *
 * @throws AdminError `FLYTE_ADMIN_REQUEST_INVALID`, from the router, for a path field that is missing or cannot be sent
 */
export function createRouter(rpc: string, [, ...bindings]: Route): Router {
  let parsed: readonly ParsedBinding[] | undefined
  return (request) => {
    parsed ??= bindings.map(parseBinding)
    const last = parsed.length - 1
    const binding = parsed.find(
      ({ fields }, index) => index === last || [...fields].every((field) => isPresent(valueAt(request, field))),
    )
    const { method, pieces, fields, hasBody } = binding as ParsedBinding
    const path = pieces
      .map((piece, index) => (index % 2 === 0 ? piece : pathSegment(rpc, piece, valueAt(request, piece))))
      .join('')
    if (hasBody) return { method, target: path, body: JSON.stringify(request, bigintAsText) }
    const query = queryOf(request, fields)
    return { method, target: query === '' ? path : `${path}?${query}` }
  }
}

function parseBinding(binding: string): ParsedBinding {
  const [method = '', path = '', body] = binding.split(' ')
  const pieces = path.split(/[{}]/)
  return { method, pieces, fields: new Set(pieces.filter((_, index) => index % 2 === 1)), hasBody: body === '*' }
}

function valueAt(message: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], message)
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function pathSegment(rpc: string, field: string, value: unknown): string {
  const refuse = (why: string) => new AdminError('FLYTE_ADMIN_REQUEST_INVALID', `${rpc}: ${field} ${why}`, { rpc })
  if (!isPresent(value)) throw refuse('is missing')
  if (!/^(string|number|bigint)$/.test(typeof value) || Number.isNaN(value)) throw refuse('must be a text or a number')
  const text = String(value)
  if (text.includes('/')) {
    throw refuse('has a "/", which Flyte Admin cannot find by path: list it with filters')
  }
  // A URL parser takes them for directories, so that another resource would be asked for.
  if (/^\.\.?$/.test(text)) throw refuse(`cannot be "${text}"`)
  return encodeURIComponent(text)
}

/** Everything that is not in the path, as `sort_by.key=…`; a list is a name that repeats (google/api/http.proto). */
function queryOf(request: object, inPath: ReadonlySet<string>): string {
  const pairs: string[] = []
  const add = (value: unknown, path: string): void => {
    if (!isPresent(value) || inPath.has(path)) return
    if (Array.isArray(value)) for (const item of value) add(item, path)
    else if (typeof value === 'object')
      for (const [name, each] of Object.entries(value as object)) add(each, path === '' ? name : `${path}.${name}`)
    // encodeURIComponent makes `%2B` of the `+` that joins filters, and `%3B` of `;`, which Flyte Admin refuses.
    else pairs.push(`${encodeURIComponent(path)}=${encodeURIComponent(String(value))}`)
  }
  add(request, '')
  return pairs.join('&')
}

/** protobuf's JSON writes 64-bit integers as texts. */
const bigintAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
