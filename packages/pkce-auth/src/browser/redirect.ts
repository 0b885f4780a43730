import { orAborted, publicClientGrant, type TokenManager } from '@flyte-js/auth'
import { defined, type Grant, systemClock, type TokenSet } from '@flyte-js/core'
import { createPkceLogin } from '../pkce-login.js'
import { isCallback, withoutResponse } from './callback-address.js'
import { dropAttempt, keepAttempt } from './kept-attempts.js'
import { leavePage } from './leave-page.js'
import { forgetCallback, type PageCallback, takeCallback } from './page-callback.js'
import { isPage, type PageLoginOptions, redirectUriHere, grant as type } from './page-options.js'

/** A login that was finished in this page. */
export interface RedirectResult {
  /** The tokens that the login brought. */
  tokenSet: TokenSet
  /** Where the person was when the login began, as a path of this origin. */
  returnTo: string
}

/** A grant that sends the whole page to the authorization server. */
export interface RedirectLogin extends Grant {
  /**
   * Finishes the login that this page was loaded to finish: call it first of all, at the redirect URI at least.
   *
   * The answer is gone from the address and from the history before it returns its promise. Calling it twice, from two components
   * or by two copies of the grant, gives the same twice and sends one token request.
   *
   * @param tokens - who keeps the login from now on. Without it the token set is only returned
   * @returns `undefined` where the address has no answer, and where there is no page: a server that renders has none to finish.
   * In a popup or a frame it stays open until that is closed
   * @throws AuthError `FLYTE_AUTH_STATE_MISMATCH` for an answer to no login of this tab, `FLYTE_AUTH_CALLBACK_REPLAYED` for one
   * that was here before, `FLYTE_AUTH_GRANT_REFUSED`, `FLYTE_AUTH_ISSUER_MISMATCH`, and what the token endpoint's answers give
   */
  handleRedirectCallback(tokens?: Pick<TokenManager, 'login'>): Promise<RedirectResult | undefined>
}

/**
 * Logs a person in by sending the whole page to the authorization server and back (RFC 6749 section 4.1 with PKCE, RFC 7636).
 *
 * The state and the code verifier wait in the tab's session storage, for an hour at most. `acquire` leaves the page, so its
 * promise stays open; it fails when the page stays, or is come back to by the back button.
 *
 * @returns a grant whose `acquire` throws an AuthError: `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is no page or no session storage,
 * `FLYTE_AUTH_LOGIN_TIMEOUT` where the page was not left or was come back to, and what discovery throws
 *
 * @example
 * ```ts
 * import { createTokenManager, tokenKey } from '@flyte-js/auth'
 * import { redirectLogin } from '@flyte-js/pkce-auth/browser'
 * import { webStorageStore } from '@flyte-js/token-store/web-storage'
 *
 * const endpoint = 'https://flyte.example.com'
 * const login = redirectLogin({ endpoint, clientId: 'my-page', redirectUri: '/callback' })
 * const tokens = createTokenManager({
 *   grant: login,
 *   store: webStorageStore(),
 *   key: tokenKey({ endpoint, clientId: 'my-page' }),
 * })
 *
 * const finished = await login.handleRedirectCallback(tokens)
 * if (finished) history.replaceState(null, '', finished.returnTo)
 * const { accessToken } = await tokens.getToken() // leaves for the login where nobody is logged in
 * ```
 */
export function redirectLogin(options: PageLoginOptions): RedirectLogin {
  const { parameters, fetch, onEvent } = options
  const endpoint = String(options.endpoint)
  const place = () => ({ redirectUri: redirectUriHere(options), endpoint })
  /** Answers on their way to a token manager, which asks this grant for them. */
  const handedOn = new Set<{ callback: PageCallback }>()

  const base = publicClientGrant(
    { ...options, offline: options.offline ?? false },
    {
      type,
      async logIn(findClient, context) {
        const { redirectUri } = place()
        const found = await findClient()
        const login = await createPkceLogin({ ...found, redirectUri, ...defined({ parameters, fetch }) })
        context.signal?.throwIfAborted()
        const { attempt, authorizationUrl } = login
        const { href } = location
        const leftFrom = isCallback(href, redirectUri) ? withoutResponse(href) : href
        keepAttempt({ attempt, server: found.server, endpoint, leftFrom })
        try {
          return await leavePage(authorizationUrl, context)
        } catch (error) {
          if (context.signal?.aborted) dropAttempt(attempt.state)
          throw error
        }
      },
    },
  )

  const login: RedirectLogin = {
    ...base,
    async acquire(context) {
      const { clock, signal } = context
      const [handed] = handedOn
      const callback = handed?.callback ?? takeCallback(place())
      // This page was left before: what came of that is to be had first.
      if (callback && (handed || !callback.isSettled)) return orAborted(callback.finish({ clock, fetch }), signal)
      return base.acquire(context)
    },
    async revoke(tokenSet, context) {
      forgetCallback()
      return (await base.revoke?.(tokenSet, context)) ?? false
    },
    async handleRedirectCallback(tokens) {
      const callback = isPage() ? takeCallback(place()) : undefined
      if (callback === undefined) return undefined
      await callback.refusal
      return { tokenSet: await handOn(callback, tokens), returnTo: callback.returnTo }
    },
  }

  /** Has a token manager log in with an answer: it has a lock and a store, and asks this grant. */
  function handOn(callback: PageCallback, tokens: Pick<TokenManager, 'login'> | undefined): Promise<TokenSet> {
    const { logins } = callback
    const key = tokens ?? login
    const known = logins.get(key)
    if (known) return known
    const handed = { callback }
    handedOn.add(handed)
    const asked = tokens?.login() ?? login.acquire({ clock: systemClock, ...defined({ onEvent }) })
    const finished = asked.finally(() => handedOn.delete(handed))
    logins.set(key, finished)
    return finished
  }
  return login
}
