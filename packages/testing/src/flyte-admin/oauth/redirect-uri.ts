// Which redirect URIs a client may use (RFC 6749 section 3.1.2).
import { type AdminClient, redirectUrisOf } from '../clients.js'
import { OAuthError } from './oauth-error.js'

/**
 * The redirect URI of an authorization request: one of the client's, compared as a string. Only where it is a loopback IP literal
 * may the port differ (RFC 8252 section 7.3); `localhost` is none. Without one, the client's only one is taken.
 */
export function redirectUriOf(client: AdminClient, requested: string): string {
  const registered = redirectUrisOf(client)
  const [only] = registered.length === 1 ? registered : []
  const uri = requested === '' ? only : requested
  const matches = (candidate: string) => candidate === uri || isSameLoopback(candidate, uri ?? '')
  if (uri === undefined || !registered.some(matches)) {
    throw new OAuthError(
      'invalid_request',
      `The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect urls.`,
    )
  }
  return uri
}

/** Throws where a code would cross a network in the clear. */
export function checkRedirectSecurity(redirectUri: string): void {
  const { protocol, hostname } = new URL(redirectUri)
  const isLocal = hostname.endsWith('.localhost') || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol === 'http:' && !isLocal) {
    throw new OAuthError(
      'invalid_request',
      'Redirect URL is using an insecure protocol, http is only allowed for hosts with suffix `localhost`, for example: http://myapp.localhost/.',
    )
  }
}

function isSameLoopback(registered: string, requested: string): boolean {
  if (!URL.canParse(requested)) return false
  const [left, right] = [new URL(registered), new URL(requested)]
  return (
    right.protocol === 'http:' &&
    ['127.0.0.1', '[::1]'].includes(right.hostname) &&
    left.hostname === right.hostname &&
    left.pathname === right.pathname &&
    left.search === right.search &&
    right.hash === ''
  )
}
