import type { PublicClientOptions } from '@flyte-js/auth'
import { AuthError } from '@flyte-js/core'

/** What every login of a page can be told. */
export interface PageLoginOptions extends PublicClientOptions {
  /**
   * Where the server sends the browser back to, as it is registered there: an absolute URL of the page's own origin, or a path
   * from its root, e.g. `/callback`. There is no default: what Flyte Admin advertises is a loopback port, for programs.
   */
  redirectUri: string
  /**
   * Whether to ask for a refresh token. Default false, since those of Flyte Admin's own server do not rotate: a stolen one is good
   * until it ends (RFC 9700 section 2.2.2).
   */
  offline?: boolean
  /** Further parameters of the authorization request, e.g. `{ prompt: 'login' }`. */
  parameters?: Readonly<Record<string, string>>
}

/** The `grant_type` on the wire. */
export const grant = 'authorization_code'

/** Whether this is a page. Server-side rendering has none, and nothing to hand back to. */
export function isPage(): boolean {
  return typeof window !== 'undefined'
}

/**
 * The redirect URI in this page.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is no page, `FLYTE_INVALID_ARGUMENT` for what the page cannot read
 */
export function redirectUriHere({ redirectUri }: Pick<PageLoginOptions, 'redirectUri'>): string {
  if (!isPage()) {
    const message = 'There is no page here (no window). Log in in a browser; in Node use @flyte-js/pkce-auth/node'
    throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { grant })
  }
  const { origin } = location
  // What is absolute stays as it was written: the server compares letters.
  if (redirectUri && URL.canParse(redirectUri, origin)) {
    const url = new URL(redirectUri, origin)
    if (url.origin === origin) return URL.canParse(redirectUri) ? redirectUri : url.href
  }
  const message = `redirectUri must be a path or a URL of this page's origin, ${origin}, as it is registered at the authorization server`
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message, { grant })
}
