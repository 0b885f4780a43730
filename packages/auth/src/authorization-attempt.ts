import {
  type AuthorizationServer,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
} from 'oauth4webapi'

/** What one attempt to log in must remember until its answer comes. All of it belongs to this attempt and to no other. */
export interface AuthorizationAttempt {
  /** Tells this attempt's answer from any other (RFC 6749 section 10.12): 43 characters from the platform's CSPRNG. */
  readonly state: string
  /** Proves that who exchanges the code is who asked for it (RFC 7636 section 4.1). A secret. */
  readonly codeVerifier?: string
  /** Binds the ID token to this attempt (OpenID Connect Core section 3.1.2.1); there where `openid` was asked for. */
  readonly nonce?: string
  /** Where the answer goes; the token endpoint wants the very same. */
  readonly redirectUri: string
  /** Who asks: the code is exchanged by the same client. */
  readonly clientId: string
  /** Who was asked: the code goes to nobody else (RFC 9700 section 4.4). */
  readonly issuer: string
}

/** An attempt with PKCE: it has a code verifier. */
export interface PkceAttempt extends AuthorizationAttempt {
  /** Proves that who exchanges the code is who asked for it (RFC 7636 section 4.1). A secret. */
  readonly codeVerifier: string
}

/**
 * Begins an attempt: state, code verifier and, with `openid`, nonce from the platform's CSPRNG.
 *
 * @param options - who is asked, by which client, for which scopes, and where the answer goes
 */
export function createAttempt(options: {
  server: AuthorizationServer
  clientId: string
  redirectUri: string
  scopes: readonly string[]
}): PkceAttempt {
  const { server, clientId, redirectUri, scopes } = options
  return {
    state: generateRandomState(),
    codeVerifier: generateRandomCodeVerifier(),
    ...(scopes.includes('openid') && { nonce: generateRandomNonce() }),
    redirectUri,
    clientId,
    issuer: server.issuer,
  }
}
