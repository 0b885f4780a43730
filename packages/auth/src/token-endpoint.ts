import { AuthError, type Clock, createFetch, defined, type Fetch, originAndPath, type TokenSet } from '@flyte-js/core'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  type clockSkew,
  type clockTolerance,
  customFetch,
  genericTokenEndpointRequest,
  INVALID_RESPONSE,
  OperationProcessingError,
  processGenericTokenEndpointResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import { explainFailure } from './oauth-failure.js'

/** Who asks an authorization server, and how. */
export interface TokenClient {
  /** The authorization server as it is now. */
  server: AuthorizationServer
  /** The client's id. */
  clientId: string
  /** How the client says who it is: `None()` of oauth4webapi for a public client, so that its id goes in the body. */
  clientAuth: ClientAuth
  /** Texts that must not reach an error, whatever the server echoes: the client's own, e.g. its secret. Default: none. */
  secrets?: readonly string[]
  /** Who asks. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
}

/** One exchange with a token endpoint. */
export interface TokenExchange extends TokenClient {
  /** The `grant_type` on the wire. */
  grant: string
  /** What else the request says. */
  parameters: Record<string, string>
  /** The clock by which `expires_in` becomes a time. */
  clock: Clock
  /** Ends the exchange. */
  signal?: AbortSignal
  /** How the times of an ID token are judged. Default: by the system's clock, to the second. */
  times?: Pick<Client, typeof clockSkew | typeof clockTolerance>
  /** Looks closer at an answer; throws where it is not what it must be. The response is the one it was read from. */
  check?(answer: TokenEndpointResponse, response: Response): void | Promise<void>
}

/**
 * Runs one exchange with a token endpoint (RFC 6749 section 5), and makes errors of ours from whatever goes wrong.
 *
 * @throws `AuthError` `FLYTE_AUTH_GRANT_REFUSED` with the server's `error`, `FLYTE_AUTH_SERVER_UNREACHABLE`,
 * `FLYTE_AUTH_RESPONSE_INVALID`, `FLYTE_AUTH_DISCOVERY_FAILED` when the server has no token endpoint
 */
export async function exchangeTokens(exchange: TokenExchange): Promise<TokenSet> {
  const { server, clientId, clientAuth, secrets = [], fetch = createFetch() } = exchange
  const { grant, parameters, clock, signal, times, check } = exchange
  const { issuer, token_endpoint: endpoint } = server
  if (endpoint === undefined) {
    const message = `The authorization server ${originAndPath(issuer)} advertises no token endpoint, which the ${grant} grant needs. Check its metadata`
    throw new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', message, { grant, endpoint: issuer })
  }
  const client = { client_id: clientId, ...times }
  // The lifetime counts from before the request, so that a slow answer errs on the safe side.
  const sentAt = clock.now()
  let response: Response | undefined
  try {
    response = await genericTokenEndpointRequest(server, client, clientAuth, grant, parameters, {
      [customFetch]: fetch,
      // Discovery has checked the scheme already: plain text only on loopback, or where it was asked for.
      [allowInsecureRequests]: true,
      ...defined({ signal }),
    })
    const copy = response.clone()
    const answer = await processGenericTokenEndpointResponse(server, client, copy)
    await check?.(answer, copy)
    return toTokenSet(answer, issuer, sentAt)
  } catch (error) {
    signal?.throwIfAborted()
    if (AuthError.isInstance(error)) throw error
    throw await explainFailure(error, { name: 'The token endpoint', endpoint, grant, secrets, response })
  }
}

function toTokenSet(answer: TokenEndpointResponse, issuer: string, sentAt: number): TokenSet {
  const { access_token: accessToken, token_type: tokenType, expires_in: lifetime } = answer
  // Visible ASCII: a line break in a token would smuggle a header, or a whole request, past whoever prints or sends it.
  if (!/^[\x21-\x7e]+$/.test(accessToken)) {
    const message = 'its access token fits no header (RFC 6750 section 2.1)'
    throw new OperationProcessingError(message, { code: INVALID_RESPONSE })
  }
  return {
    accessToken,
    tokenType,
    issuer,
    ...defined({
      expiresAt: lifetime === undefined ? undefined : sentAt + lifetime * 1000,
      refreshToken: answer.refresh_token,
      idToken: answer.id_token,
      scope: answer.scope,
    }),
  }
}
