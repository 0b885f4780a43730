// The OAuth clients that the embedded Flyte Admin knows.

/** A client of Flyte Admin's own OAuth server. */
export interface AdminClient {
  /** Its identifier. Any characters will do. */
  id: string
  /** Its secret; without one the client is public. */
  secret?: string
  /** What it may ask for. By default `all`, `offline` and `access_token`. */
  scopes?: readonly string[]
  /** The grants it may use. By default `client_credentials` and `refresh_token` with a secret, `authorization_code` and `refresh_token` without. */
  grantTypes?: readonly string[]
  /** Where its codes may go, compared as strings. None by default. */
  redirectUris?: readonly string[]
  /** What it may ask the authorization endpoint for. By default what fits its grants; `token` may be asked for, but is never given. */
  responseTypes?: readonly string[]
  /** The audiences it may ask for. None by default, so that sending `audience` is refused. */
  audiences?: readonly string[]
}

const serviceRedirectUris = ['http://localhost:3846/callback']
const loopbackRedirectUris = ['http://localhost:53593/callback', 'http://localhost:12345/callback']

/** The clients of the server that was measured, in use when a test gives none. */
export const defaultClients: readonly AdminClient[] = [
  { id: 'flytepropeller', secret: 'short-secret', redirectUris: serviceRedirectUris },
  { id: 'specialchars', secret: 'p@ss:w/o+rd %41é', redirectUris: serviceRedirectUris },
  {
    id: 'limited',
    secret: 'short-secret',
    scopes: ['read', 'offline'],
    grantTypes: ['client_credentials'],
    redirectUris: serviceRedirectUris,
  },
  {
    id: 'webapp',
    secret: 'short-secret',
    grantTypes: ['refresh_token', 'authorization_code'],
    redirectUris: ['http://localhost:3000/callback', 'http://localhost:53593/callback'],
  },
  { id: 'flytectl', redirectUris: loopbackRedirectUris },
  { id: 'flyte-cli', redirectUris: loopbackRedirectUris },
]

/** The scopes a client may ask for. */
export function scopesOf(client: AdminClient): readonly string[] {
  return client.scopes ?? ['all', 'offline', 'access_token']
}

/** The grants a client may use. */
export function grantTypesOf(client: AdminClient): readonly string[] {
  return (
    client.grantTypes ??
    (client.secret === undefined ? ['refresh_token', 'authorization_code'] : ['refresh_token', 'client_credentials'])
  )
}

/** The redirect URIs a client may use. */
export function redirectUrisOf(client: AdminClient): readonly string[] {
  return client.redirectUris ?? []
}

/** The response types a client may ask for. */
export function responseTypesOf(client: AdminClient): readonly string[] {
  if (client.responseTypes !== undefined) return client.responseTypes
  if (client.secret === undefined) return ['code', 'token']
  return grantTypesOf(client).includes('authorization_code') ? ['code'] : ['token']
}
