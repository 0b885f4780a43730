import { AuthError, originAndPath } from '@flyte-js/core'
import { type AuthorizationServer, calculatePKCECodeChallenge } from 'oauth4webapi'
import type { AuthorizationAttempt } from './authorization-attempt.js'

/** What an authorization request says beside the attempt's own. */
export interface AuthorizationRequest {
  /** The authorization server. */
  server: AuthorizationServer
  /** The scopes to ask for; none of them: the server decides. */
  scopes: readonly string[]
  /** The audience to ask for, where the server wants one. Default: none is sent. */
  audience?: string | undefined
  /** Further parameters, e.g. `{ prompt: 'login' }`. */
  parameters?: Readonly<Record<string, string>> | undefined
  /** What to do where the server cannot log anybody in this way: a sentence. */
  cure: string
}

/**
 * The URL where a person logs in (RFC 6749 section 4.1.1), with a code challenge by S256 (RFC 7636 section 4.3) where the
 * attempt has a verifier.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where the server has no authorization endpoint, or no S256 for a verifier,
 * `FLYTE_INVALID_ARGUMENT` for a parameter that is the attempt's own, or where there is no Web Crypto
 */
export async function authorizationUrl(attempt: AuthorizationAttempt, request: AuthorizationRequest): Promise<string> {
  const { server, scopes, audience, parameters = {}, cure } = request
  const { codeVerifier } = attempt
  const { authorization_endpoint: endpoint, code_challenge_methods_supported: methods = [] } = server
  // A server that names no method may have it (RFC 8414 section 2); one that names others has not.
  const isCapable = !codeVerifier || methods.length === 0 || methods.includes('S256')
  if (!endpoint || !isCapable) {
    const lacks = endpoint ? 'PKCE with S256' : 'authorization endpoint'
    const message = `The authorization server ${originAndPath(server.issuer)} advertises no ${lacks}, so nobody can log in${codeVerifier ? ' by PKCE (RFC 7636)' : ''}. ${cure}`
    throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { endpoint: server.issuer })
  }
  if (globalThis.crypto?.subtle === undefined) {
    const message = 'There is no Web Crypto here, so nobody can log in: serve the page by https, or from localhost'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  // What makes the attempt safe: nobody may say otherwise. What is empty is not sent.
  const own = {
    response_type: 'code',
    response_mode: '',
    client_id: attempt.clientId,
    redirect_uri: attempt.redirectUri,
    scope: scopes.join(' '),
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: codeVerifier && (await calculatePKCECodeChallenge(codeVerifier)),
    code_challenge_method: codeVerifier && 'S256',
    request: '',
    request_uri: '',
  }
  const forbidden = Object.keys(parameters).find((name) => Object.hasOwn(own, name))
  if (forbidden !== undefined) {
    const message = `The parameter ${forbidden} is set by the login itself. Leave it out of parameters`
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  // The endpoint may have a query of its own, which stays (RFC 6749 section 3.1).
  const url = new URL(endpoint)
  for (const [name, value] of Object.entries({ ...parameters, ...(audience && { audience }), ...own })) {
    if (value) url.searchParams.set(name, value)
  }
  return url.href
}
