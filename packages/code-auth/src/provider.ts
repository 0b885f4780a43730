import {
  type AuthorizationAttempt,
  discoverAuthorizationServer,
  discoverIssuer,
  exchangeCode,
  inBase64,
  refreshTokenGrant,
  remembered,
  revokeTokens,
  singleFlight,
  withTimeLimit,
} from '@flyte-js/auth'
import { AuthError, defined, originAndPath, type TokenSet } from '@flyte-js/core'
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  clockSkew,
  clockTolerance,
} from 'oauth4webapi'
import { checkIdToken, tolerance } from './id-token.js'
import type { Settings } from './settings.js'
import { subjectOf } from './user.js'

/** Milliseconds for one request, whatever `fetch` was given. */
const longestRequest = 30_000
/** Milliseconds for a revocation: a person waits, whose session is over already. */
const longestRevocation = 5_000

/** The authorization server, asked as the confidential client that we are. */
export interface Provider {
  /** Its metadata. Kept; a failure has the next one search again. */
  find(): Promise<AuthorizationServer>
  /** Exchanges the code of an answer to an attempt (RFC 6749 section 4.1.3), and validates the ID token. */
  exchange(attempt: AuthorizationAttempt, code: string): Promise<TokenSet>
  /** Renews (RFC 6749 section 6). */
  refresh(tokenSet: TokenSet): Promise<TokenSet>
  /** Revokes (RFC 7009); false where the server cannot be told. */
  revoke(tokenSet: TokenSet): Promise<boolean>
}

/** Finds the provider when it is first needed, and speaks to it. */
export function createProvider(settings: Settings): Provider {
  const { issuer, endpoint = '', insecure, clientId, clientSecret, fetch, clock, onEvent } = settings
  const asking = { insecure, clock, fetch, ...defined({ onEvent }) }
  const server = remembered((ending) =>
    issuer === undefined
      ? discoverAuthorizationServer({ ...asking, ...ending, endpoint })
      : discoverIssuer({ ...asking, ...ending, issuer }),
  )
  const find = singleFlight((signal) => server.get({ signal }))
  const secrets = [clientSecret, ...inBase64(clientSecret)]

  const clientOf = (server: AuthorizationServer, subject?: string) => ({
    server,
    clientId,
    clientAuth: clientAuthentication(server, clientSecret, settings.clientAuthentication),
    secrets,
    clock,
    times: { [clockSkew]: (clock.now() - Date.now()) / 1000, [clockTolerance]: tolerance },
    check: checkIdToken.bind(undefined, { server, clock, fetch, subject }),
    fetch,
  })

  /** A failure may mean that the server has moved: the next one asks again where it is. */
  async function ask<Result>(
    what: string,
    run: (server: AuthorizationServer) => Promise<Result>,
    limit = longestRequest,
  ): Promise<Result> {
    try {
      return await withTimeLimit(async () => run(await find()), { what, milliseconds: limit, clock })
    } catch (error) {
      // Who refuses is the one that was meant.
      if (!(AuthError.isInstance(error) && error.code === 'FLYTE_AUTH_GRANT_REFUSED')) server.forget()
      throw error
    }
  }

  return {
    find: () => ask('discovery', async (found) => found),
    exchange: (attempt, code) =>
      ask('the exchange of the code', (found) => exchangeCode(attempt, code, clientOf(found))),
    refresh: (tokenSet) =>
      ask('the renewal', (found) => {
        const client = clientOf(found, subjectOf(tokenSet))
        return refreshTokenGrant(tokenSet, client, { clock })
      }),
    revoke: (tokenSet) => ask('the revocation', (found) => revokeTokens(tokenSet, clientOf(found)), longestRevocation),
  }
}

/** Basic unless the metadata offers only post; absent metadata means Basic (RFC 8414 section 2). */
function clientAuthentication(
  server: AuthorizationServer,
  secret: string,
  wanted: Settings['clientAuthentication'],
): ClientAuth {
  const offered = [server.token_endpoint_auth_methods_supported ?? []].flat()
  const isBasic = offered.length === 0 || offered.includes('client_secret_basic')
  const method = wanted ?? (isBasic ? 'client_secret_basic' : offered.find((each) => each === 'client_secret_post'))
  if (method === 'client_secret_basic') return ClientSecretBasic(secret)
  if (method === 'client_secret_post') return ClientSecretPost(secret)
  const message = `The authorization server ${originAndPath(server.issuer)} takes no client secret at its token endpoint (it offers: ${offered.join(', ')}). Allow client_secret_basic for this client, or say clientAuthentication if the metadata is wrong`
  throw new AuthError('FLYTE_AUTH_METHOD_UNSUPPORTED', message, { endpoint: server.issuer })
}
