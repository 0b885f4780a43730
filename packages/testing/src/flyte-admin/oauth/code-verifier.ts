// Proof Key for Code Exchange (RFC 7636): not enforced, S256 only.
import { createHash } from 'node:crypto'
import { OAuthError } from './oauth-error.js'

/** Throws when the challenge of an authorization request is not made as it must be (section 4.4.1). */
export function checkChallenge(challenge: string, method: string): void {
  if (challenge === '' || method === 'S256') return
  throw new OAuthError(
    'invalid_request',
    method === 'plain' || method === ''
      ? 'Clients must use code_challenge_method=S256, plain is not allowed.'
      : 'The code_challenge_method is not supported, use S256 instead.',
  )
}

/** Throws when the verifier of a token request is not the challenge's (section 4.6). Without either there is nothing to check. */
export function checkVerifier(challenge: string, verifier: string): void {
  if (challenge === '' && verifier === '') return
  const refuse = (reason: string) => new OAuthError('invalid_grant', `The PKCE code ${reason}`)
  if (verifier.length < 43) throw refuse('verifier must be at least 43 characters.')
  if (verifier.length > 128) throw refuse('verifier can not be longer than 128 characters.')
  if (/[^\w.~-]/.test(verifier)) {
    throw refuse(`verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'.`)
  }
  // Where there was no challenge, the real one compares the verifier with its absence, which never fits.
  const digest = createHash('sha256').update(verifier).digest('base64url')
  if (digest !== challenge) throw refuse('challenge did not match the code verifier.')
}
