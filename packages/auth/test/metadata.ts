// Metadata of authorization servers for tests, and a fetch that leads names of the outside world to a server of this machine.
import { createFetch, type Fetch } from '@flyte-js/core'

/** Where the metadata of a Flyte Admin is. */
export const metadataPath = '/.well-known/oauth-authorization-server'

/** What a Flyte Admin at `base` advertises, as a real one writes it: absent endpoints are `""`. */
export function metadataOf(base: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    issuer: base,
    authorization_endpoint: `${base}/oauth2/authorize`,
    token_endpoint: `${base}/oauth2/token`,
    response_types_supported: ['code', 'token', 'code token'],
    scopes_supported: ['all'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    jwks_uri: `${base}/oauth2/jwks`,
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['client_credentials', 'refresh_token', 'authorization_code'],
    device_authorization_endpoint: '',
    ...changes,
  }
}

/** A fetch for which `from` is another name of the server at `to`. `asked` lists what was asked for, under the first name. */
export function namedFetch(from: string, to: string): Fetch & { asked: string[] } {
  const fetch = createFetch()
  const asked: string[] = []
  const named: Fetch = (url, init) => {
    asked.push(String(url))
    return fetch(String(url).replace(new RegExp(`^${from}(?=/|$)`), to), init)
  }
  return Object.assign(named, { asked })
}
