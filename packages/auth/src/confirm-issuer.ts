import { AuthError, type EventListener, emit, type Fetch, FlyteError, originAndPath, safeCause } from '@flyte-js/core'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  processDiscoveryResponse,
} from 'oauth4webapi'
import { present } from './fetch-document.js'

interface ConfirmOptions {
  endpoint: URL
  insecure: boolean
  fetch: Fetch
  signal?: AbortSignal
  onEvent?: EventListener
}

/**
 * Asks an external issuer whether it is who Flyte Admin says it is: the same issuer, the same token endpoint.
 *
 * Without it whoever answers in Flyte Admin's place could name a trusted issuer and have its secrets sent elsewhere (mix-up,
 * RFC 9700 section 4.4). Flyte Admin cuts the metadata to the fields it knows: what the issuer says itself fills the gaps.
 *
 * @throws AuthError `FLYTE_AUTH_ISSUER_MISMATCH` when the issuer says otherwise
 */
export async function confirmIssuer(
  relayed: AuthorizationServer,
  { endpoint, insecure, fetch, signal, onEvent }: ConfirmOptions,
): Promise<AuthorizationServer> {
  const issuer = new URL(relayed.issuer)
  const mismatch = (why: string) =>
    new AuthError(
      'FLYTE_AUTH_ISSUER_MISMATCH',
      `Flyte Admin at ${endpoint.origin} names ${originAndPath(issuer)} as its authorization server, but ${why}. No secret was sent there. Check auth.appAuth.externalAuthServer on the server`,
      { endpoint: issuer },
    )
  let reason = ''
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    try {
      const response = await discoveryRequest(issuer, {
        algorithm,
        [customFetch]: fetch,
        [allowInsecureRequests]: insecure || issuer.protocol === 'http:',
        ...(signal && { signal }),
      })
      const own = await processDiscoveryResponse(issuer, response)
      if (!isSameUrl(own.token_endpoint, relayed.token_endpoint)) throw mismatch('that one has another token endpoint')
      return { ...relayed, ...present(own), issuer: relayed.issuer }
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof AuthError) throw error
      const { code } = error as OperationProcessingError
      if (error instanceof OperationProcessingError && code === JSON_ATTRIBUTE_COMPARISON)
        throw mismatch('that one calls itself otherwise')
      reason ||= FlyteError.isInstance(error) ? error.message : (safeCause(error) as Error).message
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

/** The relayed URL is resolved already, the issuer's own may be spelt otherwise: upper case, a default port. */
function isSameUrl(own: string | undefined, relayed: string | undefined): boolean {
  return own === relayed || (own !== undefined && URL.canParse(own) && new URL(own).href === relayed)
}
