import { AuthError, type EventListener, emit, type Fetch, originAndPath } from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { fetchDocument } from './fetch-document.js'
import { metadataPlaces } from './metadata-places.js'
import { readMetadata } from './server-metadata.js'

interface ConfirmOptions {
  endpoint: URL
  insecure: boolean
  fetch: Fetch
  signal?: AbortSignal
  onEvent: EventListener | undefined
}

/** Where such a mistake is to be put right. */
const cure = 'Check auth.appAuth.externalAuthServer on the server'

/**
 * Asks an external issuer whether it is who Flyte Admin says it is: the same issuer, the same token endpoint.
 *
 * Without it whoever answers in Flyte Admin's place could name a trusted issuer and have its secrets sent elsewhere (mix-up,
 * RFC 9700 section 4.4). Flyte Admin cuts the metadata to the fields it knows: what the issuer says itself fills the gaps.
 *
 * @throws AuthError `FLYTE_AUTH_ISSUER_MISMATCH` when the issuer says otherwise, `FLYTE_AUTH_INSECURE_ENDPOINT`
 */
export async function confirmIssuer(
  relayed: AuthorizationServer,
  { endpoint, insecure, onEvent, ...options }: ConfirmOptions,
): Promise<AuthorizationServer> {
  const issuer = new URL(relayed.issuer)
  const mismatch = (why: string) =>
    new AuthError(
      'FLYTE_AUTH_ISSUER_MISMATCH',
      `Flyte Admin at ${endpoint.origin} names ${originAndPath(issuer)} as its authorization server, but ${why}. No secret was sent there. ${cure}`,
      { endpoint: issuer },
    )
  let reason = ''
  for (const source of metadataPlaces(issuer)) {
    try {
      const own = readMetadata(await fetchDocument(source, { ...options, redirect: 'manual', cure }), source, insecure)
      if (new URL(own.issuer).href !== issuer.href) throw mismatch('that one calls itself otherwise')
      if (own.token_endpoint !== relayed.token_endpoint) throw mismatch('that one has another token endpoint')
      return { ...relayed, ...own, issuer: relayed.issuer }
    } catch (error) {
      if (!AuthError.isInstance(error) || error.code !== 'FLYTE_AUTH_DISCOVERY_FAILED') throw error
      reason ||= error.message
    }
  }
  emit(onEvent, {
    type: 'discovery.issuer-unconfirmed',
    endpoint: originAndPath(endpoint),
    issuer: originAndPath(issuer),
    reason,
  })
  return relayed
}
