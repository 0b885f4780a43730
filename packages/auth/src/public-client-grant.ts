import { defined, type Grant, type GrantContext, type TokenSet } from '@flyte-js/core'
import { None } from 'oauth4webapi'
import { type PublicClient, type PublicClientOptions, publicClient } from './public-client.js'
import { refreshTokenGrant } from './refresh-token-grant.js'
import { revokeTokens } from './revocation.js'

/** What every flow of a public client can be told. */
export interface PublicClientGrantOptions extends PublicClientOptions {
  /** Whether to ask for a refresh token. Default: as the scopes say. */
  offline?: boolean
}

/** In what the flows of public clients differ. */
export interface PublicClientFlow {
  /** The `grant_type` on the wire. */
  type: string
  /** Whether a person is asked. Default true. */
  interactive?: boolean
  /** Has a person log in. What is to happen before anything is asked of a server comes before `findClient`. */
  logIn(findClient: () => Promise<PublicClient>, context: GrantContext): Promise<TokenSet>
}

/**
 * A grant of a public client: however a person logged in, the tokens are renewed and revoked alike, with the client's id in the
 * body (RFC 6749 section 3.2.1) and no further header, so that a page's request passes Flyte Admin's CORS rules.
 */
export function publicClientGrant(
  options: PublicClientGrantOptions,
  { type, interactive = true, logIn }: PublicClientFlow,
): Grant {
  const { offline, fetch } = options
  const client = publicClient(options)
  /** A failure may mean that the server has moved: the next attempt asks again where it is. */
  async function orForget<Result>(attempt: Promise<Result>): Promise<Result> {
    try {
      return await attempt
    } catch (error) {
      client.forget()
      throw error
    }
  }
  const identity = async ({ signal }: Pick<GrantContext, 'signal'>) => ({
    ...(await client.findIdentity(defined({ signal }))),
    clientAuth: None(),
    ...defined({ fetch }),
  })
  return {
    type,
    interactive,
    acquire: (context) => orForget(logIn(() => client.find(defined({ signal: context.signal, offline })), context)),
    refresh: (tokenSet, context) =>
      orForget(identity(context).then((found) => refreshTokenGrant(tokenSet, found, context))),
    revoke: async (tokenSet, context) => revokeTokens(tokenSet, await identity(context), context),
  }
}
