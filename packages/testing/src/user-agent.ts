// What a browser does in a login, without a browser: it follows redirects and keeps cookies.
import { createCookieJar } from './cookie-jar.js'

/** How far redirects are followed. */
export interface FollowOptions {
  /** A redirect URI to stop at: its URL is returned, and not asked for. Without it everything is followed to the last page. */
  until?: string
}

/** A browser's session, by HTTP alone. */
export interface UserAgent {
  /** Sends one request with the cookies, and keeps those of the answer. Redirects are not followed. */
  request(url: string | URL, init?: RequestInit): Promise<Response>
  /** Follows redirects from a URL; see {@link followRedirects}. */
  followRedirects(url: string | URL, options?: FollowOptions): Promise<URL>
}

/** How a user agent is set up. */
export interface UserAgentOptions {
  /** By default the platform's. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
}

const mostRedirects = 20

/**
 * Makes one without cookies. Keep it for a second login of the same browser.
 *
 * @example
 * ```ts
 * import { createUserAgent, startFlyteAdmin } from '@flyte-js/testing'
 *
 * await using admin = await startFlyteAdmin()
 * const browser = createUserAgent()
 * await browser.followRedirects(`${admin.url}/login?redirect_url=/healthcheck`)
 * const me = await browser.request(`${admin.url}/me`) // as the person who has logged in
 * ```
 */
export function createUserAgent({ fetch = globalThis.fetch }: UserAgentOptions = {}): UserAgent {
  const jar = createCookieJar()

  const request: UserAgent['request'] = async (target, init = {}) => {
    const url = new URL(target)
    const headers = new Headers(init.headers)
    const cookie = jar.header(url)
    if (cookie !== '') headers.set('cookie', cookie)
    const response = await fetch(url.href, { ...init, headers, redirect: 'manual' })
    jar.store(url, response.headers.getSetCookie())
    return response
  }

  return {
    request,
    async followRedirects(start, { until } = {}) {
      let url = new URL(start)
      for (let hop = 0; hop <= mostRedirects; hop++) {
        if (until !== undefined && isSamePage(url, new URL(until))) return url
        const response = await request(url)
        const location = response.headers.get('location')
        if (location !== null && response.status >= 300 && response.status < 400) {
          await response.body?.cancel()
          url = new URL(location, url)
        } else if (until === undefined && response.ok) {
          await response.body?.cancel()
          return url
        } else {
          const page = `${url.origin}${url.pathname}`
          throw new Error(`The login stopped at ${page} with ${response.status}: ${await response.text()}`)
        }
      }
      throw new Error(`The login went on for more than ${mostRedirects} redirects`)
    },
  }
}

/**
 * Follows the redirects of a login with cookies, as a browser does whose person is not asked anything, and returns the URL that
 * the server sent it to at last.
 *
 * @param url Where to begin: an authorization URL, for instance.
 * @param options With `until`, a redirect URI, the answer to the client is returned and not asked for. Without, everything is
 * followed to the last page, as a browser that finds a client listening; an answer that is no success rejects.
 *
 * @example
 * ```ts
 * import { followRedirects, startFlyteAdmin } from '@flyte-js/testing'
 *
 * await using admin = await startFlyteAdmin()
 * const redirectUri = 'http://localhost:53593/callback'
 * const request = new URLSearchParams({
 *   response_type: 'code',
 *   client_id: 'flytectl',
 *   redirect_uri: redirectUri,
 *   scope: 'all offline',
 *   state: 'at-least-8-characters',
 * })
 * const callback = await followRedirects(`${admin.url}/oauth2/authorize?${request}`, { until: redirectUri })
 * const code = callback.searchParams.get('code')
 * ```
 */
export function followRedirects(
  url: string | URL,
  { until, ...options }: FollowOptions & UserAgentOptions = {},
): Promise<URL> {
  return createUserAgent(options).followRedirects(url, until === undefined ? {} : { until })
}

function isSamePage(left: URL, right: URL): boolean {
  return left.origin === right.origin && left.pathname === right.pathname
}
