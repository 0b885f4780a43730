// Logging a browser in at the identity provider: `/login` sends it there, `/callback` takes it back.
import { createHash, randomBytes } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '../../http-exchange.js'
import { readParameters } from '../form-encoding.js'
import { redirect } from '../http-redirect.js'
import { cookieOf, setCookie } from './cookies.js'
import type { IdentityProvider } from './identity-provider.js'
import type { LoginSession } from './login-session.js'
import { isRedirectAllowed, redirectLocationCookie, redirectTarget } from './redirect-url.js'

/** What logging in needs. */
export interface LoginOptions {
  session: LoginSession
  identityProvider(): Promise<IdentityProvider>
  /** This server's URL for the host that was asked. */
  publicUrl(host: string): string
  authorizedUris(): readonly string[]
}

const csrfCookie = 'flyte_csrf_state'

/** Answers `/login`: to the identity provider, or on at once when the session is still valid. */
export async function answerLogin(request: HttpRequest, options: LoginOptions): Promise<HttpAnswer> {
  const { headers, query } = request
  if ((await options.session.idTokenClaimsOf(request)) !== undefined) {
    return redirect(request, 307, redirectTarget(request))
  }
  const csrfToken = `${randomBytes(32).toString('base64url')}=`
  const cookies = [setCookie(csrfCookie, csrfToken, { sameSite: 'Lax' })]
  const redirectUrl = readParameters(query).get('redirect_url') ?? ''
  if (!isRedirectAllowed(redirectUrl, options.authorizedUris())) {
    return { status: 403, headers: { 'Set-Cookie': cookies } }
  }
  cookies.push(...redirectLocationCookie(redirectUrl))
  const provider = await options.identityProvider()
  const location = await provider.authorizationUrl(callbackUrl(headers, options), hashOf(csrfToken))
  return redirect(request, 307, location, cookies)
}

/** Answers `/callback`: the provider's code becomes a session, and the browser goes on to where it was. */
export async function answerLoginCallback(request: HttpRequest, options: LoginOptions): Promise<HttpAnswer> {
  const { headers, query } = request
  const parameters = readParameters(query)
  const csrfToken = cookieOf(headers, csrfCookie)
  if (csrfToken === undefined || parameters.get('state') !== hashOf(csrfToken)) return { status: 401 }
  const provider = await options.identityProvider()
  const tokens = await provider.exchangeCode(parameters.get('code') ?? '', callbackUrl(headers, options))
  const userInfo = tokens && (await provider.userInfo(tokens.accessToken))
  if (tokens === undefined || userInfo === undefined) return { status: 403 }
  return redirect(request, 307, redirectTarget(request), options.session.begin(tokens, userInfo))
}

function callbackUrl({ host = '' }: Record<string, string>, { publicUrl }: LoginOptions): string {
  return new URL('callback', publicUrl(host)).href
}

function hashOf(csrfToken: string): string {
  return createHash('sha256').update(csrfToken).digest('hex')
}
