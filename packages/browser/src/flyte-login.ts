import type { TokenSet, TokenSource } from '@flyte-js/core'
import type { AdminUser } from './admin-user.js'
import type { LeaveOptions } from './create-admin-session.js'

/** A login that was finished in this page. */
export interface FinishedLogin {
  /** Where the person was when the login began, as a path of this origin. */
  returnTo: string
}

/** What can be asked of every login. */
export interface SignedIn {
  /**
   * Asks Flyte Admin who is logged in (`/me`).
   *
   * @returns `null` where nobody is, or no longer
   * @throws what a call of Flyte Admin throws, and with `admin-session` what `createAdminSession` says
   */
  user(options?: { signal?: AbortSignal }): Promise<AdminUser | null>
  /**
   * Finishes the login that this page was loaded to finish: to be called first of all, before a router looks at the address.
   *
   * @returns `undefined` where nothing was to be finished, as on a server that renders. In a popup it stays open until that is closed
   * @throws AuthError `FLYTE_AUTH_STATE_MISMATCH`, `FLYTE_AUTH_CALLBACK_REPLAYED`, `FLYTE_AUTH_GRANT_REFUSED`,
   * `FLYTE_AUTH_ISSUER_MISMATCH`, and what the token endpoint's answers give
   */
  handleRedirectCallback(): Promise<FinishedLogin | undefined>
}

/** The login of a page by PKCE. Nobody is asked to log in before `login()` is called. */
export interface PkceLogin extends SignedIn, TokenSource {
  /**
   * Has a person log in anew. By a redirect the page is left, and the promise stays open; a popup opens for a click only, so call it
   * in the handler of one.
   *
   * @throws AuthError `FLYTE_AUTH_POPUP_BLOCKED`, `FLYTE_AUTH_POPUP_CLOSED`, `FLYTE_AUTH_LOGIN_TIMEOUT`, `FLYTE_AUTH_GRANT_REFUSED`,
   * `FLYTE_AUTH_DISCOVERY_FAILED`; `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is no page
   */
  login(options?: { signal?: AbortSignal }): Promise<TokenSet>
  /**
   * Ends the login, here and in the store.
   *
   * @returns whether the authorization server was told and agreed (RFC 7009). Flyte Admin's own cannot be told: its tokens are good
   * until they end
   */
  logout(options?: { signal?: AbortSignal }): Promise<{ revoked: boolean }>
  /**
   * A token that is valid now. It is renewed where there is a refresh token; nobody is asked.
   *
   * @throws AuthError `FLYTE_AUTH_LOGGED_OUT` where nobody is logged in
   */
  getToken: TokenSource['getToken']
}

/** The session that Flyte Admin keeps in the browser's cookies. */
export interface SessionLogin extends SignedIn {
  /** Leaves this page for Flyte Admin's login, which comes back to `returnTo`; more at `createAdminSession`. */
  login(options?: LeaveOptions): Promise<void>
  /** Has this browser forget the session, which does **not** end it; more at `createAdminSession`. */
  logout(options?: LeaveOptions): Promise<void>
}

/** Tokens from elsewhere: whoever has them logs people in and out. */
export interface GivenTokens extends SignedIn, TokenSource {}
