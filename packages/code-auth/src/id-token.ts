import { explainFailure } from '@flyte-js/auth'
import type { Clock, Fetch } from '@flyte-js/core'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  getValidatedIdTokenClaims,
  INVALID_RESPONSE,
  JWT_CLAIM_COMPARISON,
  JWT_TIMESTAMP_CHECK,
  KEY_SELECTION,
  OperationProcessingError,
  type TokenEndpointResponse,
  UnsupportedOperationError,
  validateApplicationLevelSignature,
} from 'oauth4webapi'

/** Seconds that the clocks of a provider and of this server may differ. */
export const tolerance = 60

/** What {@link checkIdToken} needs. */
export interface IdTokenCheck {
  server: AuthorizationServer
  clock: Clock
  fetch: Fetch
  /** Who must have logged in: a renewal cannot change that (OpenID Connect Core section 12.2). */
  subject?: string | undefined
}

/**
 * Checks what `oauth4webapi` leaves open of the ID token of an answer (OpenID Connect Core section 3.1.3.7): that it was not issued in
 * the future, that it is about somebody, and its signature, although TLS vouches for it: a session is built on it.
 *
 * The provider's keys are kept for five minutes. A key that is not among them is looked for at once, so that a provider may change
 * its keys whenever it likes.
 */
export async function checkIdToken(
  { server, clock, fetch, subject }: IdTokenCheck,
  answer: TokenEndpointResponse,
  response: Response,
): Promise<void> {
  const claims = getValidatedIdTokenClaims(answer)
  if (claims === undefined) return
  if (claims.iat > clock.now() / 1000 + tolerance) {
    throw new OperationProcessingError('the ID token was issued in the future', { code: JWT_TIMESTAMP_CHECK })
  }
  if (claims.sub === '') throw new OperationProcessingError('the ID token is for nobody', { code: INVALID_RESPONSE })
  if (subject !== undefined && claims.sub !== subject) {
    throw new OperationProcessingError('the ID token is for somebody else', { code: JWT_CLAIM_COMPARISON })
  }
  const verify = (by: AuthorizationServer) =>
    validateApplicationLevelSignature(by, response, { [customFetch]: fetch, [allowInsecureRequests]: true })
  try {
    await verify(server).catch((error: unknown) => {
      if (!isKeyMissing(error)) throw error
      // A copy has no keys that were kept.
      return verify({ ...server })
    })
  } catch (error) {
    const isAnswer = error instanceof OperationProcessingError || error instanceof UnsupportedOperationError
    if (isAnswer || server.jwks_uri === undefined) throw error
    const asked = { name: 'The key set', endpoint: server.jwks_uri, secrets: [], response: undefined }
    throw await explainFailure(error, asked)
  }
}

function isKeyMissing(error: unknown): boolean {
  return error instanceof OperationProcessingError && error.code === KEY_SELECTION
}
