import { AuthError, createFetch, defined, emit, originAndPath, systemClock } from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'
import type { DiscoverOptions } from './discovery.js'
import { parseEndpoint } from './endpoint.js'
import { fetchDocument } from './fetch-document.js'
import { metadataPlaces } from './metadata-places.js'
import { readMetadata } from './server-metadata.js'

/** What {@link discoverIssuer} can be told. */
export interface DiscoverIssuerOptions extends Omit<DiscoverOptions, 'endpoint'> {
  /** The issuer, as the server writes it, e.g. `https://login.example.com/realms/flyte`. */
  issuer: string | URL
}

/**
 * Finds an authorization server by its issuer: by OpenID Connect Discovery, else by RFC 8414.
 *
 * The document must name the very issuer that was asked (RFC 8414 section 3.3), and redirects are not followed.
 *
 * @returns the metadata as `oauth4webapi` takes it, URLs resolved and checked
 * @throws `AuthError` `FLYTE_AUTH_DISCOVERY_FAILED`, `FLYTE_AUTH_INSECURE_ENDPOINT`, `FLYTE_AUTH_ISSUER_MISMATCH`
 *
 * @example
 * ```ts
 * import { discoverIssuer } from '@flyte-js/auth'
 *
 * const server = await discoverIssuer({ issuer: 'https://login.example.com/realms/flyte' })
 * ```
 */
export async function discoverIssuer(options: DiscoverIssuerOptions): Promise<AuthorizationServer> {
  const { insecure = false, fetch = createFetch(), signal, onEvent, clock = systemClock } = options
  const start = clock.monotonic()
  const issuer = parseEndpoint(options.issuer, insecure)
  const cure = 'Check that issuer is the one of an OpenID provider, or of a server with RFC 8414 metadata'
  const asking = { fetch, redirect: 'manual', cure, ...defined({ signal }) } as const
  let failure: unknown
  for (const place of metadataPlaces(issuer)) {
    try {
      const server = readMetadata(await fetchDocument(place, asking), place, insecure)
      if (new URL(server.issuer).href !== issuer.href) {
        const message = `${originAndPath(place)} is the metadata of another issuer, ${originAndPath(server.issuer)}. No secret was sent there. Give that one as issuer if it is meant, or check who answers`
        throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { endpoint: issuer })
      }
      const duration = clock.monotonic() - start
      const named = originAndPath(server.issuer)
      emit(onEvent, { type: 'discovery.completed', endpoint: originAndPath(issuer), issuer: named, duration })
      return Object.freeze(server)
    } catch (error) {
      if (!AuthError.isInstance(error) || error.code !== 'FLYTE_AUTH_DISCOVERY_FAILED') throw error
      failure ??= error
    }
  }
  throw failure
}
