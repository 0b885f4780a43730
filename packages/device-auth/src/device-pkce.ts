import { AuthError } from '@flyte-js/core'
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'

/** A secret of this login, and what is shown of it before (RFC 7636 section 4). */
export interface CodeChallenge {
  codeVerifier: string
  parameters: { code_challenge: string; code_challenge_method: 'S256' }
}

/**
 * Whether a server wants PKCE of this client in the device flow too, which RFC 8628 does not have: Keycloak does where an
 * administrator requires S256, and Flyte Admin advertises one client for both flows.
 */
export function wantsCodeChallenge(error: unknown): boolean {
  if (!AuthError.isInstance(error)) return false
  return error.oauthError === 'invalid_request' && /code_challenge/.test(error.oauthErrorDescription ?? '')
}

/** Makes one. */
export async function createCodeChallenge(): Promise<CodeChallenge> {
  const codeVerifier = generateRandomCodeVerifier()
  const code_challenge = await calculatePKCECodeChallenge(codeVerifier)
  return { codeVerifier, parameters: { code_challenge, code_challenge_method: 'S256' } }
}
