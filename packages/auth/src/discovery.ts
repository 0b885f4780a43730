import {
  AuthError,
  type Clock,
  createFetch,
  defined,
  type EventListener,
  emit,
  originAndPath,
  systemClock,
} from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { confirmIssuer } from './confirm-issuer.js'
import { below, parseEndpoint } from './endpoint.js'
import { type Document, type DocumentOptions, fetchDocument } from './fetch-document.js'
import { readMetadata, urlNames } from './server-metadata.js'

/** What {@link discoverAuthorizationServer} can be told. */
export interface DiscoverOptions extends DocumentOptions {
  /** Hears that the issuer could not be confirmed, or that URLs were rewritten. */
  onEvent?: EventListener
  /** The clock of durations. Default: the system's. */
  clock?: Clock
}

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
  const asking = { fetch, ...defined({ signal }) }

  const document = ownScheme(await fetchDocument(source, asking), endpoint, insecure, onEvent)
  const relayed = readMetadata(document, source, insecure)
  const isOwn = new URL(relayed.issuer).origin === endpoint.origin
  const server = isOwn ? relayed : await confirmIssuer(relayed, { ...asking, endpoint, insecure, onEvent })
  emit(onEvent, {
    type: 'discovery.completed',
    endpoint: originAndPath(endpoint),
    issuer: originAndPath(server.issuer),
    duration: clock.monotonic() - start,
  })
  return Object.freeze(server)
}

/**
 * A plain-HTTP Flyte Admin without `authorizedUris` advertises itself as https. Nothing answers there: that is either meant
 * (`insecure`), and then its own URLs become http again, or worth an explanation.
 */
function ownScheme(document: Document, endpoint: URL, insecure: boolean, onEvent: EventListener | undefined): Document {
  const misspelt = urlNames.filter((name) => isOwnByHttps(document[name], endpoint))
  if (misspelt.length === 0) return document
  if (!insecure) {
    const message = `Flyte Admin at ${endpoint.origin} speaks plain HTTP but advertises https://${endpoint.host}, because auth.authorizedUris is empty on the server. Set that to ${endpoint.origin} there, or, where plain HTTP is meant, set platform.insecure (FLYTE_PLATFORM_INSECURE=true)`
    throw new AuthError('FLYTE_AUTH_SCHEME_MISMATCH', message, { endpoint })
  }
  emit(onEvent, { type: 'discovery.scheme-rewritten', endpoint: originAndPath(endpoint) })
  const respelt = misspelt.map((name) => [name, String(document[name]).replace(/^https:\/\/[^/?#]*/i, endpoint.origin)])
  return { ...document, ...Object.fromEntries(respelt) }
}

/** Whether a URL is that of a plain-HTTP endpoint but for its scheme. */
function isOwnByHttps(url: unknown, endpoint: URL): boolean {
  if (endpoint.protocol !== 'http:' || typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname, port } = new URL(url)
  // The default port of each scheme counts as the same: where Flyte Admin is at :80, it advertises https without a port.
  const isSamePort = port === endpoint.port || (port || '443') === (endpoint.port || '80')
  return protocol === 'https:' && hostname === endpoint.hostname && isSamePort
}
