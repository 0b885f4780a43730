import {
  AuthError,
  type Clock,
  createFetch,
  type EventListener,
  emit,
  originAndPath,
  systemClock,
} from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { confirmIssuer } from './confirm-issuer.js'
import { below, isAllowedScheme, parseEndpoint } from './endpoint.js'
import { type Document, type DocumentOptions, fetchDocument } from './fetch-document.js'

/** What {@link discoverAuthorizationServer} can be told. */
export interface DiscoverOptions extends DocumentOptions {
  /** Hears that the issuer could not be confirmed, or that URLs were rewritten. */
  onEvent?: EventListener
  /** The clock of durations. Default: the system's. */
  clock?: Clock
}

/** The URLs of the metadata that flyte-js uses (RFC 8414 section 2). */
const urls = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'device_authorization_endpoint',
  'revocation_endpoint',
] as const

/**
 * Finds the authorization server of a Flyte Admin: its own, or the external one whose metadata it relays (RFC 8414).
 *
 * The document is at `<endpoint>/.well-known/oauth-authorization-server`, behind the endpoint's own path. An issuer of another
 * origin is asked whether it has the same token endpoint; where it cannot be asked, an event says so.
 *
 * @returns the metadata as `oauth4webapi` takes it, URLs resolved and checked
 * @throws `AuthError` `FLYTE_AUTH_DISCOVERY_FAILED`, `FLYTE_AUTH_INSECURE_ENDPOINT`, `FLYTE_AUTH_SCHEME_MISMATCH`,
 * `FLYTE_AUTH_ISSUER_MISMATCH`
 *
 * @example
 * ```ts
 * import { discoverAuthorizationServer } from '@flyte-js/auth'
 *
 * const server = await discoverAuthorizationServer({ endpoint: 'https://flyte.example.com' })
 * server.token_endpoint // 'https://flyte.example.com/oauth2/token'
 * ```
 */
export async function discoverAuthorizationServer(options: DiscoverOptions): Promise<AuthorizationServer> {
  const { insecure = false, fetch = createFetch(), signal, onEvent, clock = systemClock } = options
  const start = clock.monotonic()
  const endpoint = parseEndpoint(options.endpoint, insecure)
  const source = below(endpoint, '/.well-known/oauth-authorization-server')
  const document = await fetchDocument(source, { fetch, ...(signal && { signal }) })

  const found = resolveUrls(document, endpoint, source)
  const server = ownScheme(found, endpoint, insecure, onEvent)
  checkSchemes(server, insecure)
  const isOwn = new URL(server.issuer).origin === endpoint.origin
  const confirmed = isOwn
    ? server
    : await confirmIssuer(server, { endpoint, insecure, fetch, ...(signal && { signal }), ...(onEvent && { onEvent }) })
  // An external issuer may have filled gaps with URLs of its own.
  if (!isOwn) checkSchemes(confirmed, insecure)
  emit(onEvent, {
    type: 'discovery.completed',
    endpoint: originAndPath(endpoint),
    issuer: originAndPath(confirmed.issuer),
    duration: clock.monotonic() - start,
  })
  return Object.freeze(confirmed)
}

/** No secret goes to a URL in plain text, whoever advertises it. */
function checkSchemes(server: AuthorizationServer, insecure: boolean): void {
  for (const name of ['issuer', ...urls]) {
    const url = server[name]
    if (typeof url !== 'string' || (URL.canParse(url) && isAllowedScheme(new URL(url), insecure))) continue
    const message = `The authorization server's ${name}, ${originAndPath(url)}, would carry secrets in plain text. Have it use https, or, where that is meant, set platform.insecure (FLYTE_PLATFORM_INSECURE=true)`
    throw new AuthError('FLYTE_AUTH_INSECURE_ENDPOINT', message, { endpoint: url })
  }
}

/** Endpoints that begin with `/` are relative to the endpoint (flytekit 0.16 `clis/auth/discovery.py`). */
function resolveUrls(document: Document, endpoint: URL, source: URL): AuthorizationServer {
  const server: Record<string, unknown> = { ...document }
  const invalid = (what: string) =>
    new AuthError(
      'FLYTE_AUTH_DISCOVERY_FAILED',
      `${originAndPath(source)} names ${what}: it is not the metadata of an authorization server (RFC 8414)`,
      { endpoint: source },
    )
  for (const name of ['issuer', ...urls]) {
    const text = server[name]
    if (text === undefined) continue
    if (typeof text !== 'string') throw invalid(`no URL as its ${name}`)
    try {
      const url = new URL(text, text.startsWith('/') ? endpoint : undefined)
      // The issuer is an identifier: it is compared letter by letter, so it stays as it was written.
      if (name !== 'issuer') server[name] = url.href
    } catch {
      throw invalid(`no URL as its ${name}`)
    }
  }
  if (typeof server.issuer !== 'string') throw invalid('no issuer')
  return server as unknown as AuthorizationServer
}

/**
 * A plain-HTTP Flyte Admin without `authorizedUris` advertises itself as https. Nothing answers there: that is either meant
 * (`insecure`), and then its own URLs become http again, or worth an explanation.
 */
function ownScheme(
  server: AuthorizationServer,
  endpoint: URL,
  insecure: boolean,
  onEvent: EventListener | undefined,
): AuthorizationServer {
  const isMisspelt = (url: unknown) => {
    if (endpoint.protocol !== 'http:' || typeof url !== 'string') return false
    const { protocol, hostname, port } = new URL(url)
    // The default port of each scheme counts as the same: where Flyte Admin is at :80, it advertises https without a port.
    const isSamePort = port === endpoint.port || (port || '443') === (endpoint.port || '80')
    return protocol === 'https:' && hostname === endpoint.hostname && isSamePort
  }
  const misspelt = (['issuer', ...urls] as const).filter((name) => isMisspelt(server[name]))
  if (misspelt.length === 0) return server
  if (!insecure) {
    const message = `Flyte Admin at ${endpoint.origin} speaks plain HTTP but advertises https://${endpoint.host} as its own address, because its setting auth.authorizedUris is empty. Set that to ${endpoint.origin} on the server, or set platform.insecure (FLYTE_PLATFORM_INSECURE=true) here, which takes http for the same host and port`
    throw new AuthError('FLYTE_AUTH_SCHEME_MISMATCH', message, { endpoint })
  }
  emit(onEvent, { type: 'discovery.scheme-rewritten', endpoint: originAndPath(endpoint) })
  const rewritten = misspelt.map((name) => [
    name,
    (server[name] as string).replace(/^https:\/\/[^/?#]*/i, endpoint.origin),
  ])
  return { ...server, ...Object.fromEntries(rewritten) }
}
