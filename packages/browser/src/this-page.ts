import { AuthError, originAndPath } from '@flyte-js/core'

/**
 * Asks for a page. Server-side rendering has none, and no cookies of the person either.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is none
 */
function needPage(): void {
  if (typeof window !== 'undefined') return
  const message =
    'There is no page here (no window), and so no session. Ask in a browser; on a server use @flyte-js/code-auth'
  throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message)
}

/**
 * Where Flyte Admin is, with a slash at the end: an endpoint that is a path is of this page's origin.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for what is no http or https URL
 */
export function endpointHere(endpoint: string | URL): URL {
  needPage()
  const text = String(endpoint)
  if (text && URL.canParse(text, location.origin)) {
    const { protocol, origin, pathname } = new URL(text, location.origin)
    if (/^https?:$/.test(protocol)) return new URL(`${origin}${pathname.replace(/\/*$/, '/')}`)
  }
  const message = 'endpoint must be the URL of Flyte Admin, e.g. https://flyte.example.com, or a path of this origin'
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
}

/**
 * Where Flyte Admin is, without a slash at the end; an endpoint that is a whole URL needs no page to be told.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` for a path where there is no page
 */
export function baseUrlHere(endpoint: string | URL): string {
  const isWhole = URL.canParse(endpoint)
  if (!isWhole) needPage()
  return originAndPath(isWhole ? endpoint : new URL(endpoint, location.origin)).replace(/\/+$/, '')
}

/** Whether a host is this machine, for which browsers take http as good as https. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname)
}

/**
 * What browsers go by when they tell sites apart, beside the scheme: the domain under a public suffix, or an address as a whole.
 * Which suffixes are public a page cannot know, so two labels are taken.
 */
export function siteOf(hostname: string): string {
  return /^[\d.]+$|^\[/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.')
}
