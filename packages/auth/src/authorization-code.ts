import { defined, type GrantContext, type TokenSet } from '@flyte-js/core'
import { getValidatedIdTokenClaims, INVALID_RESPONSE, OperationProcessingError } from 'oauth4webapi'
import type { AuthorizationAttempt } from './authorization-attempt.js'
import { exchangeTokens, type TokenClient, type TokenExchange } from './token-endpoint.js'

/** How {@link exchangeCode} asks. */
export type CodeExchange = Omit<TokenClient, 'clientId'> &
  Pick<GrantContext, 'signal' | 'clock'> &
  Pick<TokenExchange, 'times' | 'check'>

/**
 * Exchanges the code of an answer to the attempt for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
 *
 * An ID token that was asked for must be there, and be for this attempt (OpenID Connect Core section 3.1.3.7, step 11).
 *
 * @param code - what `readResponse` found in the answer; it can be used once
 * @throws what {@link exchangeTokens} throws
 */
export function exchangeCode(attempt: AuthorizationAttempt, code: string, exchange: CodeExchange): Promise<TokenSet> {
  const { clientId, codeVerifier, nonce, redirectUri } = attempt
  const { secrets = [], check, ...asking } = exchange
  return exchangeTokens({
    ...asking,
    grant: 'authorization_code',
    clientId,
    parameters: { code, redirect_uri: redirectUri, ...defined({ code_verifier: codeVerifier }) },
    secrets: [code, codeVerifier ?? '', nonce ?? '', ...secrets],
    async check(answer, response) {
      if (getValidatedIdTokenClaims(answer)?.nonce !== nonce)
        throw new OperationProcessingError('the ID token is not for this login', { code: INVALID_RESPONSE })
      await check?.(answer, response)
    },
  })
}
