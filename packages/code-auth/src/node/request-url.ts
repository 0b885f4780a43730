import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** A request that Express or Connect has taken a mount point's path from. */
type Mounted = IncomingMessage & { originalUrl?: string }

/** A name or an address, and perhaps a port (RFC 3986 section 3.2, without user information). */
const host = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i

/** A path with its query (RFC 9112 section 3.2.1): visible ASCII, no fragment. */
const target = /^\/[!"$-~]*$/

/** `.` and `..` in any spelling, and backslashes: the URL standard would make another path of it. */
const rewritten = /\\|\/(\.|%2e){1,2}(\/|$)/i

/**
 * The URL that a request is for, as far as the request can be believed: a handler that needs to know our own origin has to be
 * told.
 *
 * What stands in the request line counts, before the URL standard takes `..` and `%2e%2e` away: whoever sends that means to get
 * past somebody who looks at the path.
 *
 * @param incoming - the request
 * @param trustForwarded - whether a proxy of ours has written `X-Forwarded-Proto` and `X-Forwarded-Host`
 * @returns `undefined` for a request that is malformed
 */
export function requestUrl(incoming: IncomingMessage, trustForwarded: boolean): URL | undefined {
  const text = (incoming as Mounted).originalUrl ?? incoming.url ?? ''
  const [path = ''] = text.split('?')
  if (!target.test(text) || rewritten.test(path)) return undefined
  const forwarded = (name: string) => (trustForwarded ? last(incoming.headers[name]) : undefined)
  const protocol = forwarded('x-forwarded-proto') ?? ((incoming.socket as TLSSocket).encrypted ? 'https' : 'http')
  const authority = forwarded('x-forwarded-host') ?? incoming.headers.host ?? 'localhost'
  const hasOneHost = (incoming.headersDistinct.host ?? []).length <= 1
  if (!/^https?$/.test(protocol) || !host.test(authority) || !hasOneHost) return undefined
  const url = `${protocol}://${authority}${text}`
  return URL.canParse(url) ? new URL(url) : undefined
}

/** What the nearest proxy has said: those before it have only handed on what they were told. */
function last(header: string | string[] | undefined): string | undefined {
  return header?.toString().split(',').at(-1)?.trim().toLowerCase()
}
