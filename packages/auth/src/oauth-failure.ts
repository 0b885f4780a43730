import { AuthError, originAndPath, safeCause } from '@flyte-js/core'
import { OperationProcessingError, WWWAuthenticateChallengeError } from 'oauth4webapi'
import { whyNoAnswer } from './no-answer.js'
import { serverRefusal } from './server-text.js'

/** One request to an endpoint of an authorization server that failed. */
export interface OAuthFailure {
  /** The endpoint's name at the beginning of a sentence: `The token endpoint`. */
  name: string
  /** Its URL. */
  endpoint: string
  /** The grant's type, where it is about one. */
  grant?: string
  /** What to do about a refusal, where the server's words may leave that open. */
  cure?: string
  /** Texts that must not reach an error, whatever the server echoes. */
  secrets: readonly string[]
  /** The answer, its body unread; none where no answer came. */
  response: Response | undefined
}

/**
 * Makes an error of ours from whatever `oauth4webapi` or `fetch` threw.
 *
 * @param error - what was thrown
 * @returns AuthError `FLYTE_AUTH_GRANT_REFUSED` with the server's `error`, `FLYTE_AUTH_SERVER_UNREACHABLE`, or
 * `FLYTE_AUTH_RESPONSE_INVALID`
 */
export async function explainFailure(
  error: unknown,
  { name, endpoint, grant, secrets, response, cure }: OAuthFailure,
): Promise<AuthError> {
  const facts = { endpoint, ...(grant && { grant }) }
  const place = `${name} ${originAndPath(endpoint)}`
  if (response === undefined) {
    const message = `${place} ${whyNoAnswer(error, endpoint)}. Check that the authorization server runs there and that no proxy stands before it`
    return new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', message, { ...facts, cause: error })
  }
  const { status } = response
  const refusal = await readRefusal(error, response)
  if (refusal !== undefined) {
    const { words, ...told } = serverRefusal(refusal.error, refusal.description, secrets)
    const message = `${place} refused${grant ? ` the ${grant} grant` : ''}: ${words}${cure ? `. ${cure}` : ''}`
    return new AuthError('FLYTE_AUTH_GRANT_REFUSED', message, { ...facts, ...told, status })
  }
  const why = error instanceof OperationProcessingError ? (safeCause(error) as Error).message : (error as Error).name
  const message = `${place} answered with HTTP ${status} and something that is no OAuth answer: ${why}. Check that server, and that no proxy or login page stands before it`
  return new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { ...facts, cause: error, status })
}

/**
 * The server's `error` and `error_description`, from wherever they are.
 *
 * `oauth4webapi` reads them from a 4xx answer that has no challenge. Identity providers add `WWW-Authenticate` to an
 * `invalid_client` (RFC 6749 section 5.2), and Flyte Admin says `server_error` with a 500: so the body is read here, whatever it was.
 */
async function readRefusal(
  error: unknown,
  response: Response,
): Promise<{ error: string; description: unknown } | undefined> {
  const body = response.status === 200 ? undefined : await response.json().catch(() => undefined)
  const { error: code, error_description: description } = Object(body)
  if (code !== '' && typeof code === 'string') return { error: code, description }
  return error instanceof WWWAuthenticateChallengeError ? { error: 'invalid_client', description } : undefined
}
