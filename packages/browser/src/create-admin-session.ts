import {
  AuthError,
  defined,
  type EventListener,
  emit,
  type Fetch,
  fetchTransport,
  type HttpResponse,
  originAndPath,
  TransportError,
} from '@flyte-js/core'
import { type AdminUser, parseAdminUser } from './admin-user.js'
import { whyNoAnswer, whyNobody } from './blocked.js'
import { createExpiryWatch } from './expiry-watch.js'
import { dropLogin, isBackFromLogin, keepLogin } from './kept-login.js'
import { returnAddress } from './return-address.js'
import { endpointHere } from './this-page.js'

/** What {@link createAdminSession} can be told. */
export interface AdminSessionOptions {
  /** Flyte Admin's base URL, e.g. `https://flyte.example.com`; a path where it is on this page's origin, e.g. `/`. */
  endpoint: string | URL
  /**
   * Where `login` and `logout` may lead beside this page's own origin: origins, or URLs with all that is under them. Default: nowhere.
   */
  allowedRedirects?: readonly string[]
  /** Who sends requests. Default: the browser's own `fetch`. */
  fetch?: Fetch
  /** Milliseconds until `user` gives up. Default 15,000, as everywhere. */
  timeout?: number
  /** Hears of `session.expired`. */
  onEvent?: EventListener
}

/** Where to go afterwards. */
export interface LeaveOptions {
  /** A URL, or a path of this page's origin. Default: where the page is. */
  returnTo?: string | URL
}

/** The session that Flyte Admin keeps in a browser's cookies. None of the functions uses `this`. */
export interface AdminSession {
  /**
   * Leaves this page for Flyte Admin's login, which comes back to `returnTo`: at once, and without a question, where the session is
   * still good, has expired but can be renewed, or the identity provider knows the person.
   *
   * A `returnTo` on another origin than Flyte Admin's must be one of the server's `auth.authorizedUris`, else it answers with an
   * empty page (HTTP 403).
   *
   * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a `returnTo` that is not allowed, `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is
   * no page
   */
  login(options?: LeaveOptions): void
  /**
   * Asks who is signed in.
   *
   * @returns `null` where nobody is
   * @throws AuthError `FLYTE_AUTH_COOKIES_BLOCKED` where nobody is although this page has just come back from `login`, so that a page
   * which then logs in again does not go round for ever; `FLYTE_AUTH_CORS_REFUSED` where the browser keeps the answer to itself;
   * `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is no page or Flyte Admin has no logins; `FLYTE_AUTH_RESPONSE_INVALID` where
   * something else answers. TransportError `FLYTE_HTTP_UNREACHABLE` or `FLYTE_HTTP_TIMEOUT` where nothing does
   */
  user(options?: { signal?: AbortSignal }): Promise<AdminUser | null>
  /**
   * Has this browser forget the session: leaves for Flyte Admin's logout, which comes back to `returnTo`.
   *
   * **The session itself does not end.** Flyte Admin keeps none: whoever has a copy of the old cookies can use them until the ID token
   * in them expires, and renew them for as long as the refresh token lives. Nor is the person logged out at the identity provider:
   * the next `login` may ask nothing. Where that matters, keep the session on a server of your own (`@flyte-js/code-auth`).
   *
   * @throws AuthError as `login` does
   */
  logout(options?: LeaveOptions): void
  /**
   * A `fetch` for Flyte Admin alone, with the session's cookies: by whole URLs or by paths under the endpoint, e.g.
   * `/api/v1/projects?limit=10`. The first 401 is told as `session.expired`, and no other until somebody is signed in again.
   *
   * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a URL elsewhere; else what the browser's `fetch` throws
   */
  fetch: Fetch
}

/**
 * The cookie session of Flyte Admin, for a page beside it: the console's own way to be logged in, without a token in the page.
 *
 * Nothing is sent, and the page is not left, before a function is called.
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { createAdminSession } from '@flyte-js/browser/admin-session'
 * import { fetchTransport } from '@flyte-js/core'
 *
 * const endpoint = 'https://flyte.example.com'
 * const session = createAdminSession({ endpoint })
 * const user = await session.user()
 * if (user === null) session.login()
 *
 * const transport = fetchTransport({ fetch: session.fetch, credentials: 'include' })
 * const { admin } = createAdminClient({ endpoint, transport })
 * ```
 */
export function createAdminSession(options: AdminSessionOptions): AdminSession {
  const { allowedRedirects = [], fetch = browserFetch, timeout = 15_000, onEvent } = options
  const place = () => endpointHere(options.endpoint)
  const watch = createExpiryWatch(() => {
    emit(onEvent, { type: 'session.expired', endpoint: originAndPath(place()) })
  })

  /** Leaves for a page of Flyte Admin's that goes on to another. */
  function leave(page: string, returnTo: string | URL | undefined): void {
    const endpoint = place()
    const target = new URL(page, endpoint)
    target.search = String(
      new URLSearchParams({ redirect_url: returnAddress(returnTo, { endpoint, allowedRedirects }) }),
    )
    if (page === 'login') keepLogin(endpoint)
    else dropLogin(endpoint)
    location.assign(target)
  }

  async function ask(endpoint: URL, signal: AbortSignal | undefined): Promise<HttpResponse> {
    // Exactly this: it decides about the casing (fact 1 of how Flyte Admin answers).
    const headers = { accept: 'application/json' }
    const transport = fetchTransport({ fetch, credentials: 'include' })
    try {
      return await transport.request({ method: 'GET', url: new URL('me', endpoint).href, headers, signal, timeout })
    } catch (error) {
      const isUnreachable = TransportError.isInstance(error) && error.code === 'FLYTE_HTTP_UNREACHABLE'
      throw isUnreachable ? await whyNoAnswer(endpoint, fetch, error) : error
    }
  }

  return {
    login: ({ returnTo } = {}) => leave('login', returnTo),
    logout: ({ returnTo } = {}) => leave('logout', returnTo),
    async user({ signal } = {}) {
      const endpoint = place()
      const begun = watch.begin()
      const { status, body } = await ask(endpoint, signal)
      if (status === 401) {
        watch.signedOut(begun)
        if (isBackFromLogin(endpoint)) throw whyNobody(endpoint)
        return null
      }
      const user = status === 200 ? parseAdminUser(body) : undefined
      if (user === undefined) throw noUser(endpoint, status)
      watch.signedIn(begun)
      dropLogin(endpoint)
      return user
    },
    async fetch(url, init) {
      const begun = watch.begin()
      const response = await fetch(urlWithin(place(), url), { ...init, credentials: 'include' })
      if (response.status === 401) watch.refused(begun)
      return response
    },
  }
}

/** Whichever there is when it is called: pages put others in its place. */
const browserFetch: Fetch = (url, init) => globalThis.fetch(url, init as RequestInit)

/** A URL of Flyte Admin's: cookies go there, but the page's mistakes must not send requests elsewhere. */
function urlWithin(endpoint: URL, url: string | URL): string {
  const text = String(url)
  const whole = text.startsWith('/') ? `${endpoint.href}${text.slice(1)}` : text
  if (URL.canParse(whole) && new URL(whole).href.startsWith(endpoint.href)) return whole
  const message = `fetch of a session takes URLs under ${endpoint.href} alone, or paths that begin with a slash`
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message, { endpoint })
}

function noUser(endpoint: URL, status: number): AuthError {
  const url = new URL('me', endpoint)
  if (status === 501) {
    const message = `${endpoint.origin} has no logins (server.security.useAuth is off), so there is no session, and none is needed`
    return new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { endpoint: url, status })
  }
  const what = status === 0 ? 'a redirect' : `HTTP ${status}`
  const message = `${originAndPath(url)} answered with ${what}, and not as Flyte Admin does. Check the endpoint, and what stands before it`
  return new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, {
    endpoint: url,
    ...defined({ status: status || undefined }),
  })
}
