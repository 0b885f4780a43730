import { keepPrivate } from '../keep-private.js'

/**
 * What Flyte Admin is told of a request. Everything else stays here: whoever may call us must not be able to say who he is
 * (`authorization`, `cookie`, `grpc-metadata-*`, which the gateway makes metadata of, and whatever a server in front of Flyte
 * Admin believes), nor where he comes from (`forwarded`, `x-forwarded-*`, `host`, `origin`). Nor does `baggage` go on: it is names
 * and values of the caller's choice, a user or a tenant perhaps, for all services behind; W3C Baggage has it end where trust does.
 */
const forwarded = [
  'accept',
  'accept-language',
  'content-type',
  'grpc-timeout',
  'x-request-id',
  // The trace that a call belongs to (W3C Trace Context): ids, and whether it is recorded.
  'traceparent',
  'tracestate',
]

/**
 * What a browser is told of an answer. Everything else is about Flyte Admin's own origin (`set-cookie`, `access-control-*`,
 * `strict-transport-security`, `www-authenticate`, `location`), or about a connection.
 */
const returned = [
  'content-type',
  'content-language',
  'content-length',
  'cache-control',
  'etag',
  'last-modified',
  'retry-after',
  'x-request-id',
]

/** An answer of Flyte Admin is data, on our origin as well: nothing that it might hold is a page of ours. */
const asData = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/**
 * The headers of a request that go on to Flyte Admin.
 *
 * Those of a connection are not among them, nor those that `Connection` names (RFC 9110 section 7.6.1).
 */
export function requestHeaders(headers: Headers): Record<string, string> {
  // An answer that is not compressed need not be unpacked to be handed on.
  return { ...picked(headers, forwarded), 'accept-encoding': 'identity' }
}

/**
 * The headers of an answer that go on to the browser. A cache that people share keeps none: it goes by `Authorization` (RFC 9111
 * section 3.5), which the browser's request did not have.
 */
export function responseHeaders(headers: Headers): Headers {
  const kept = picked(headers, returned)
  // `fetch` has unpacked it: the length is that of something else.
  if (headers.has('content-encoding')) delete kept['content-length']
  const answered = new Headers({ 'cache-control': 'no-store', ...kept, ...asData })
  keepPrivate(answered)
  return answered
}

function picked(headers: Headers, names: readonly string[]): Record<string, string> {
  const ofConnection = (headers.get('connection') ?? '').toLowerCase().split(/[\s,]+/)
  const pairs = names.filter((name) => !ofConnection.includes(name)).map((name) => [name, headers.get(name)] as const)
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null))
}
