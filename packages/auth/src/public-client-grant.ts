import { defined, type Fetch, type Grant, type GrantContext, type TokenSet } from '@flyte-js/core'
import { None } from 'oauth4webapi'
import type { PublicClient, PublicClientFinder } from './public-client.js'
import { refreshTokenGrant } from './refresh-token-grant.js'
import { revokeTokens } from './revocation.js'

/** What {@link publicClientGrant} is made from. */
export interface PublicClientGrantOptions {
  /** The `grant_type` on the wire. */
  type: string
  /** Whether a person is asked. Default true. */
  interactive?: boolean
  /** Who the client is. */
  client: PublicClientFinder
  /** Whether to ask for a refresh token. Default: as the scopes say. */
  offline?: boolean
  /** Who asks. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
  /** Has a person log in. */
  logIn(client: PublicClient, context: GrantContext): Promise<TokenSet>
}

/**
 * A grant of a public client: however a person logged in, the tokens are renewed and revoked alike, with the client's id in the
 * body (RFC 6749 section 3.2.1) and no further header, so that a page's request passes Flyte Admin's CORS rules.
 */
export function publicClientGrant(options: PublicClientGrantOptions): Grant {
  const { type, interactive = true, client, offline, fetch, logIn } = options
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
    acquire: (context) =>
      orForget(client.find(defined({ signal: context.signal, offline })).then((found) => logIn(found, context))),
    refresh: (tokenSet, context) =>
      orForget(identity(context).then((found) => refreshTokenGrant(tokenSet, found, context))),
    revoke: async (tokenSet, context) => revokeTokens(tokenSet, await identity(context), context),
  }
}
