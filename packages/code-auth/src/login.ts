import { authorizationUrl, createAttempt } from '@flyte-js/auth'
import { readCookies } from './cookies.js'
import { checkMethod, readTarget } from './own-request.js'
import type { Parts } from './parts.js'
import { redirect } from './redirect.js'
import { scopesFor } from './scopes.js'

const cure = 'Leave PKCE out by pkce: false where it has none, or give the issuer of another provider'

/** Begins a login (RFC 6749 section 4.1.1): sends the browser to the provider, with an attempt that it keeps. */
export async function login(request: Request, { settings, provider, attempts }: Parts): Promise<Response> {
  checkMethod(request, settings)
  const { clientId, redirectUri, audience, parameters, pkce, afterLogin } = settings
  const target = await readTarget(request, afterLogin, settings)
  const server = await provider.find()
  const scopes = scopesFor(server, settings)
  const { codeVerifier, ...begun } = createAttempt({ server, clientId, redirectUri, scopes })
  const attempt = pkce ? { ...begun, codeVerifier } : begun
  const url = await authorizationUrl(attempt, { server, scopes, audience, parameters, cure })
  return redirect(url, await attempts.keep({ attempt, target }, readCookies(request)))
}
