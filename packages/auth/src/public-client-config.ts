import { defined } from '@flyte-js/core'
import { below, parseEndpoint } from './endpoint.js'
import { type DocumentOptions, fetchDocument, textOf, textsOf } from './fetch-document.js'

/** What Flyte Admin tells every client about itself (`flyteidl.service.PublicClientAuthConfigResponse`). */
export interface PublicClientConfig {
  /** The public client's id, for PKCE and the device flow. */
  clientId?: string
  /** The public client's redirect URI. */
  redirectUri?: string
  /** The scopes to ask for, e.g. `all`, `offline`. */
  scopes: readonly string[]
  /** The header that carries the token over gRPC, in lower case. Over HTTP an operator may have set another one. */
  authorizationMetadataKey?: string
  /** The audience to ask for, where the operator set one. */
  audience?: string
}

/**
 * Fetches `/config/v1/flyte_client` (flyteadmin `auth/authzserver/metadata_provider.go`).
 *
 * @throws AuthError `FLYTE_AUTH_DISCOVERY_FAILED` when it cannot be had, `FLYTE_AUTH_INSECURE_ENDPOINT` for plain text
 *
 * @example
 * ```ts
 * import { fetchPublicClientConfig } from '@flyte-js/auth'
 *
 * const { clientId, scopes } = await fetchPublicClientConfig({ endpoint: 'https://flyte.example.com' })
 * ```
 */
export async function fetchPublicClientConfig({
  endpoint,
  insecure = false,
  ...options
}: DocumentOptions): Promise<PublicClientConfig> {
  const url = below(parseEndpoint(endpoint, insecure), '/config/v1/flyte_client')
  const document = await fetchDocument(url, options)
  const text = (name: string) => textOf(document, name)
  return {
    scopes: textsOf(document, 'scopes'),
    ...defined({
      clientId: text('client_id'),
      redirectUri: text('redirect_uri'),
      authorizationMetadataKey: text('authorization_metadata_key')?.toLowerCase(),
      audience: text('audience'),
    }),
  }
}
