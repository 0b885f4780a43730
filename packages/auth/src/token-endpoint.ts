import { AuthError, type Clock, defined, originAndPath, type TokenSet } from '@flyte-js/core'
import type { AuthorizationServer, TokenEndpointResponse } from 'oauth4webapi'
import { explainFailure } from './oauth-failure.js'

/** One exchange with a token endpoint. */
export interface TokenExchange {
  /** The grant's type, for errors. */
  grant: string
  /** The authorization server. */
  server: AuthorizationServer
  /** The clock by which `expires_in` becomes a time. */
  clock: Clock
  /** Ends the exchange. */
  signal?: AbortSignal
  /** Texts that must not reach an error, whatever the server echoes. */
  secrets?: readonly string[]
  /** Sends the request, with `oauth4webapi`. */
  send(): Promise<Response>
  /** Reads the answer, with `oauth4webapi`. */
  process(response: Response): Promise<TokenEndpointResponse>
}

/**
 * Runs one exchange with a token endpoint (RFC 6749 section 5), and makes errors of ours from whatever goes wrong.
 *
 * @throws `AuthError` `FLYTE_AUTH_GRANT_REFUSED` with the server's `error`, `FLYTE_AUTH_SERVER_UNREACHABLE`,
 * `FLYTE_AUTH_RESPONSE_INVALID`, `FLYTE_AUTH_DISCOVERY_FAILED` when the server has no token endpoint
 */
export async function exchangeTokens({
  grant,
  server,
  clock,
  signal,
  secrets = [],
  send,
  process,
}: TokenExchange): Promise<TokenSet> {
  const endpoint = server.token_endpoint
  if (endpoint === undefined) {
    const message = `The authorization server ${originAndPath(server.issuer)} advertises no token endpoint, which the ${grant} grant needs. Check its metadata`
    throw new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', message, { grant, endpoint: server.issuer })
  }
  // The lifetime counts from before the request, so that a slow answer errs on the safe side.
  const sentAt = clock.now()
  let response: Response | undefined
  try {
    response = await send()
    const tokenSet = toTokenSet(await process(response.clone()), server.issuer, sentAt)
    if (isToken(tokenSet.accessToken)) return tokenSet
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw await explainFailure(error, { name: 'The token endpoint', endpoint, grant, secrets, response })
  }
  const message = `The token endpoint ${originAndPath(endpoint)} gave an access token that no header can carry (RFC 6750 section 2.1). Check that server`
  throw new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { grant, endpoint, status: 200 })
}

/** Visible ASCII: a line break in a token would smuggle a header, or a whole request, past whoever prints or sends it. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

function toTokenSet(answer: TokenEndpointResponse, issuer: string, sentAt: number): TokenSet {
  return {
    accessToken: answer.access_token,
    tokenType: answer.token_type,
    issuer,
    ...defined({
      expiresAt: answer.expires_in === undefined ? undefined : sentAt + answer.expires_in * 1000,
      refreshToken: answer.refresh_token,
      idToken: answer.id_token,
      scope: answer.scope,
    }),
  }
}
