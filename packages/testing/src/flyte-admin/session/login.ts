// Logging a browser in at the identity provider, `/login` sends it there, `/callback` takes it back; and out, `/logout`.
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
  /** Whether the cookies of a login that is under way are for https only. */
  isSecure: boolean
}

const csrfCookie = 'flyte_csrf_state'

/** Answers `/login`: to the identity provider, or on at once when the session is still valid or can be renewed. */
export async function answerLogin(request: HttpRequest, options: LoginOptions): Promise<HttpAnswer> {
  const { headers, query } = request
  const live = await liveSession(request, options)
  if (live !== undefined) return redirect(request, 307, redirectTarget(request), live)
  const { isSecure } = options
  const csrfToken = `${randomBytes(32).toString('base64url')}=`
  const cookies = [setCookie(csrfCookie, csrfToken, { sameSite: 'Lax', isSecure })]
  const redirectUrl = readParameters(query).get('redirect_url') ?? ''
  if (!isRedirectAllowed(redirectUrl, options.authorizedUris())) {
    return { status: 403, headers: { 'Set-Cookie': cookies } }
  }
  cookies.push(...redirectLocationCookie(redirectUrl, isSecure))
  const provider = await options.identityProvider()
  const location = await provider.authorizationUrl(callbackUrl(headers, options), hashOf(csrfToken))
  return redirect(request, 307, location, cookies)
}

/**
 * The `Set-Cookie` headers of a session that goes on: none while its ID token is valid, fresh ones where that has expired and the
 * refresh token is good. `undefined` where the person must log in.
 */
async function liveSession(
  request: HttpRequest,
  { session, identityProvider }: LoginOptions,
): Promise<string[] | undefined> {
  const tokens = session.tokensOf(request)
  if (tokens === undefined) return undefined
  const check = await session.checkIdToken(tokens.idToken, tokens.madeAt)
  if ('claims' in check) return []
  if (check.reason !== 'expired' || tokens.refreshToken === undefined) return undefined
  const provider = await identityProvider()
  const renewed = await provider.refresh(tokens.refreshToken)
  const userInfo = renewed && (await provider.userInfo(renewed.accessToken))
  return renewed && userInfo && session.begin({ refreshToken: tokens.refreshToken, ...renewed }, userInfo)
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

/**
 * Answers `/logout`: the browser forgets the session, and goes wherever it was said, which is not looked at. Nothing ends on the
 * server, and nothing at the identity provider.
 */
export function answerLogout(request: HttpRequest, { session }: Pick<LoginOptions, 'session'>): HttpAnswer {
  const target = readParameters(request.query).get('redirect_url') ?? ''
  if (target !== '') return redirect(request, 307, target, session.end())
  return { status: 200, headers: { 'Set-Cookie': session.end() } }
}

function callbackUrl({ host = '' }: Record<string, string>, { publicUrl }: LoginOptions): string {
  return new URL('callback', publicUrl(host)).href
}

function hashOf(csrfToken: string): string {
  return createHash('sha256').update(csrfToken).digest('hex')
}
