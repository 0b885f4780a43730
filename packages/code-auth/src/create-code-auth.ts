import { AuthError, defined } from '@flyte-js/core'
import { callback } from './callback.js'
import type { CodeAuthOptions } from './code-auth-options.js'
import { refuseFor } from './failure.js'
import { login } from './login.js'
import { logout } from './logout.js'
import { createParts } from './parts.js'
import { createProxy } from './proxy.js'
import { signedOut } from './session.js'
import { readSettings } from './settings.js'
import { type SessionHandler, withSession } from './with-session.js'

/** Logins of people on a server. None of its functions uses `this`; each answers a web `Request` with a `Response`. */
export interface CodeAuth {
  /**
   * Begins a login: sends the browser to the provider. `redirect_url` of the query, or of a form, says where it goes afterwards: a
   * path, or a place in `allowedRedirects`, else 403.
   */
  login(request: Request): Promise<Response>
  /** Ends a login: serve it at the path of `redirectUri`. The browser has a session then, and goes to where it was going. */
  callback(request: Request): Promise<Response>
  /** Ends the session, revokes its tokens where it can, forgets all cookies, and sends the browser to `redirect_url`. */
  logout(request: Request): Promise<Response>
  /** Hands a request below `proxyPath` on to Flyte Admin with the session's token; 401 for who has none. */
  proxy(request: Request): Promise<Response>
  /**
   * Runs a handler with the session of a request, `null` where there is none, and adds renewed cookies to what it returns.
   *
   * A request that changes something and comes from another origin gets 403 before. Where the session ends while the handler works,
   * and it lets the error of `getToken` through, the answer is 401: a page gets a link to log in, everybody else JSON. While the
   * provider is down, a handler that needs no token works as ever; one that needs a new one gets an error, which becomes 503 with
   * `Retry-After`, and the session stays.
   */
  withSession(request: Request, handler: SessionHandler): Promise<Response>
}

/**
 * Logs people in on a server by the authorization code grant with a client secret (RFC 6749 section 4.1), keeps their sessions, and
 * hands their requests on to Flyte Admin, so that no token ever reaches a browser (draft-ietf-oauth-browser-based-apps section 6.1).
 *
 * It asks nobody before the first request. What a browser is refused has a status and a code; `onEvent` hears why.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` that names the option that is wrong, `FLYTE_AUTH_INSECURE_ENDPOINT`
 *
 * @example
 * ```ts
 * import { createCodeAuth } from '@flyte-js/code-auth'
 *
 * const auth = createCodeAuth({
 *   issuer: 'https://login.example.com',
 *   endpoint: 'https://flyte.example.com',
 *   clientId: 'portal',
 *   clientSecret: process.env.CLIENT_SECRET ?? '',
 *   redirectUri: 'https://portal.example.com/callback',
 *   cookieKeys: [process.env.COOKIE_KEY ?? ''],
 * })
 *
 * export async function handle(request: Request): Promise<Response> {
 *   const { pathname } = new URL(request.url)
 *   if (pathname === '/login') return auth.login(request)
 *   if (pathname === '/callback') return auth.callback(request)
 *   if (pathname === '/logout') return auth.logout(request)
 *   if (pathname.startsWith('/api/v1/')) return auth.proxy(request)
 *   return auth.withSession(request, (session) => new Response(`Hello ${session?.user.name ?? 'stranger'}`))
 * }
 * ```
 */
export function createCodeAuth(options: CodeAuthOptions): CodeAuth {
  const settings = readSettings(options)
  const parts = createParts(settings)
  const { endpoint, origin, proxyPath, header, givenFetch: fetch, onEvent, loginPath, requirePost } = settings
  const telling = { onEvent, loginPath, requirePost }
  const forward =
    endpoint === undefined
      ? undefined
      : createProxy({ endpoint, origin, proxyPath, header, ...defined({ fetch, onEvent }) })

  const guarded = (operation: 'login' | 'logout', handle: typeof login | typeof logout) => async (request: Request) => {
    const refuse = (error: unknown) => {
      const headers = { allow: requirePost ? 'POST' : 'GET, HEAD, POST' }
      return refuseFor(request, error, { operation, onEvent, ...(isMethod(error) && { headers }) })
    }
    try {
      return await handle(request, parts, refuse)
    } catch (error) {
      return refuse(error)
    }
  }

  return {
    login: guarded('login', login),
    logout: guarded('logout', logout),
    callback: (request) =>
      callback(request, parts, (error) => refuseFor(request, error, { operation: 'callback', ...telling })),
    async proxy(request) {
      if (forward === undefined) {
        const message = 'There is no Flyte Admin to hand requests on to. Give createCodeAuth its endpoint'
        const error = new AuthError('FLYTE_INVALID_ARGUMENT', message)
        return refuseFor(request, error, { operation: 'proxy', onEvent })
      }
      const handler: SessionHandler = (session) =>
        session === null
          ? refuseFor(request, signedOut(), { operation: 'proxy', ...telling })
          : forward(request, session)
      return withSession(request, handler, parts, 'proxy')
    },
    withSession: (request, handler) => withSession(request, handler, parts, 'session'),
  }
}

function isMethod(error: unknown): boolean {
  return AuthError.isInstance(error) && error.code === 'FLYTE_AUTH_POST_REQUIRED'
}
