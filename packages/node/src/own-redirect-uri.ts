import type { FlyteConfig } from '@flyte-js/config'

/**
 * Which redirect URIs a login has beside the advertised one: a client of one's own has its own; that of the advertised client is another
 * one to try.
 *
 * @param credentials - the section `credentials` of the configuration
 */
export function ownRedirectUri({
  clientId,
  redirectUri,
}: Pick<FlyteConfig['credentials'], 'clientId' | 'redirectUri'>): {
  redirectUri?: string
  fallbackRedirectUris?: readonly string[]
} {
  if (!redirectUri) return {}
  return clientId ? { redirectUri } : { fallbackRedirectUris: [redirectUri] }
}
