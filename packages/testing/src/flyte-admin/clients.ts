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
  /** The audiences it may ask for. None by default, so that sending `audience` is refused. */
  audiences?: readonly string[]
}

/** The clients of the server that was measured, in use when a test gives none. */
export const defaultClients: readonly AdminClient[] = [
  { id: 'flytepropeller', secret: 'short-secret' },
  { id: 'specialchars', secret: 'p@ss:w/o+rd %41é' },
  { id: 'limited', secret: 'short-secret', scopes: ['read', 'offline'], grantTypes: ['client_credentials'] },
  { id: 'webapp', secret: 'short-secret', grantTypes: ['refresh_token', 'authorization_code'] },
  { id: 'flytectl' },
  { id: 'flyte-cli' },
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
