import { exchangeTokens, inBase64, revokeTokens } from '@flyte-js/auth'
import { AuthError, defined, type Fetch, type Grant, originAndPath } from '@flyte-js/core'
import { type AuthorizationServer, type ClientAuth, ClientSecretBasic, ClientSecretPost } from 'oauth4webapi'

/** How a client says who it is at the token endpoint (RFC 6749 section 2.3.1). */
export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post'

/** What {@link clientCredentials} needs. */
export interface ClientCredentialsOptions {
  /** The authorization server, as `discoverAuthorizationServer` gives it, or a function that finds it at the first login. */
  authorizationServer: AuthorizationServer | ((options: { signal?: AbortSignal }) => Promise<AuthorizationServer>)
  /** The client's id. */
  clientId: string
  /** The client's secret. */
  clientSecret: string
  /**
   * The scopes to ask for, or a function that finds them at the first login. A member may be a list with commas or spaces.
   * Default: none, so that the server decides.
   */
  scopes?: readonly string[] | ((options: { signal?: AbortSignal }) => Promise<readonly string[]>)
  /** The audience to ask for. Default: none is sent, since Flyte Admin's own server answers 400 to one it does not expect. */
  audience?: string
  /** How the client says who it is. Default: Basic, or post where the server's metadata offers only that. */
  clientAuthMethod?: ClientAuthMethod
  /** Who asks. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
}

/**
 * The client credentials grant (RFC 6749 section 4.4), which flytekit calls "basic".
 *
 * Id and secret are form-encoded before Basic (section 2.3.1), scopes are joined by spaces (section 3.3).
 *
 * @returns a grant, for `createTokenManager`. It throws AuthErrors: `FLYTE_AUTH_GRANT_REFUSED` with the server's `error`,
 * `FLYTE_AUTH_SERVER_UNREACHABLE`, `FLYTE_AUTH_RESPONSE_INVALID`, `FLYTE_AUTH_METHOD_UNSUPPORTED`
 *
 * @example
 * ```ts
 * import { createTokenManager, discoverAuthorizationServer } from '@flyte-js/auth'
 * import { clientCredentials } from '@flyte-js/basic-auth'
 *
 * const authorizationServer = await discoverAuthorizationServer({ endpoint: 'https://flyte.example.com' })
 * const grant = clientCredentials({ authorizationServer, clientId: 'ci', clientSecret: process.env.CI_SECRET ?? '' })
 * const { accessToken } = await createTokenManager({ grant }).getToken()
 * ```
 */
export function clientCredentials(options: ClientCredentialsOptions): Grant {
  const { authorizationServer, clientId, clientSecret, scopes = [], audience, clientAuthMethod, fetch } = options
  const grant = 'client_credentials'
  for (const [name, value] of Object.entries({ clientId, clientSecret })) {
    if (value === '') throw new AuthError('FLYTE_INVALID_ARGUMENT', `${name} is empty`, { grant })
  }
  const findServer = async (ending: { signal?: AbortSignal }) =>
    typeof authorizationServer === 'function' ? authorizationServer(ending) : authorizationServer
  const clientOf = (server: AuthorizationServer) => ({
    server,
    clientId,
    clientAuth: clientAuth(server, clientSecret, clientAuthMethod),
    secrets: [clientSecret, ...inBase64(clientSecret)],
    ...defined({ fetch }),
  })

  return {
    type: grant,
    async acquire({ signal, clock }) {
      const ending = defined({ signal })
      const [server, wanted] = await Promise.all([
        findServer(ending),
        typeof scopes === 'function' ? scopes(ending) : scopes,
      ])
      const scope = joinScopes(wanted)
      const parameters = { ...(scope !== '' && { scope }), ...(audience && { audience }) }
      return exchangeTokens({ ...clientOf(server), ...ending, grant, parameters, clock })
    },
    async revoke(tokenSet, { signal }) {
      const ending = defined({ signal })
      return revokeTokens(tokenSet, clientOf(await findServer(ending)), ending)
    },
  }
}

/** Scopes go out separated by spaces; Flyte Admin refuses a comma list, which is how they stand in an environment. */
function joinScopes(scopes: readonly string[]): string {
  return [...new Set(scopes.flatMap((each) => each.split(/[\s,]+/)))].filter((each) => each !== '').join(' ')
}

/** Basic unless the metadata offers only post; absent metadata means Basic (RFC 8414 section 2). */
function clientAuth(server: AuthorizationServer, secret: string, wanted: ClientAuthMethod | undefined): ClientAuth {
  // A list by RFC 8414; a server that writes a single text means that one.
  const offered = [server.token_endpoint_auth_methods_supported ?? []].flat()
  const method =
    wanted ??
    (offered.length === 0 || offered.includes('client_secret_basic')
      ? 'client_secret_basic'
      : offered.find((each) => each === 'client_secret_post'))
  switch (method) {
    case 'client_secret_basic':
      return ClientSecretBasic(secret)
    case 'client_secret_post':
      return ClientSecretPost(secret)
    default:
      throw new AuthError(
        'FLYTE_AUTH_METHOD_UNSUPPORTED',
        `The authorization server ${originAndPath(server.issuer)} takes no client secret at its token endpoint (it offers: ${offered.join(', ')}). Allow client_secret_basic for this client, or say clientAuthMethod if the metadata is wrong`,
        {
          grant: 'client_credentials',
          ...(server.token_endpoint !== undefined && { endpoint: server.token_endpoint }),
        },
      )
  }
}
