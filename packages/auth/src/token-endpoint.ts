import {
  AuthError,
  type Clock,
  defined,
  FlyteError,
  networkFailure,
  originAndPath,
  safeCause,
  type TokenSet,
} from '@flyte-js/core'
import {
  type AuthorizationServer,
  OperationProcessingError,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'
import { serverText } from './server-text.js'

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
    throw await explain(error, response, { grant, endpoint, secrets })
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

async function explain(
  error: unknown,
  response: Response | undefined,
  { grant, endpoint, secrets }: { grant: string; endpoint: string; secrets: readonly string[] },
) {
  const place = `The token endpoint ${originAndPath(endpoint)}`
  if (response === undefined) {
    // Ours begins with the same URL already.
    const why = FlyteError.isInstance(error)
      ? error.message.replace(`${originAndPath(endpoint)} `, '')
      : `cannot be reached: ${networkFailure(error)}`
    const message = `${place} ${why}. Check that the authorization server runs there and that no proxy stands before it`
    return new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', message, { grant, endpoint, cause: error })
  }
  const { status } = response
  const refusal = await readRefusal(error, response)
  if (refusal !== undefined) {
    const oauthError = serverText(refusal.error, secrets)
    const oauthErrorDescription =
      refusal.description === undefined ? undefined : serverText(refusal.description, secrets)
    const message = `${place} refused the ${grant} grant: ${oauthError}${oauthErrorDescription ? ` (${oauthErrorDescription})` : ''}`
    return new AuthError('FLYTE_AUTH_GRANT_REFUSED', message, {
      grant,
      endpoint,
      oauthError,
      status,
      ...defined({ oauthErrorDescription }),
    })
  }
  const why = error instanceof OperationProcessingError ? (safeCause(error) as Error).message : (error as Error).name
  const message = `${place} answered with HTTP ${status} and something that is no answer of RFC 6749: ${why}. Check that no proxy or login page stands before it`
  return new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { grant, endpoint, cause: error, status })
}

/**
 * The server's `error` and `error_description`, from wherever they are.
 *
 * `oauth4webapi` reads them from a 4xx answer that has no challenge. Identity providers add `WWW-Authenticate` to an
 * `invalid_client` (RFC 6749 section 5.2), and Flyte Admin says `server_error` with a 500: there the body is still to be read.
 */
async function readRefusal(
  error: unknown,
  response: Response,
): Promise<{ error: string; description?: string } | undefined> {
  let body: unknown
  if (error instanceof ResponseBodyError) {
    body = error.cause
  } else if (response.status !== 200) {
    body = await response.json().catch(() => undefined)
  }
  if (
    typeof body === 'object' &&
    body !== null &&
    'error' in body &&
    typeof body.error === 'string' &&
    body.error !== ''
  ) {
    const { error_description: description } = body as { error_description?: unknown }
    return { error: body.error, ...(typeof description === 'string' && { description }) }
  }
  return error instanceof WWWAuthenticateChallengeError ? { error: 'invalid_client' } : undefined
}
