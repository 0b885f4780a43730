import { AuthError } from '@flyte-js/core'
import { grant, type PageLoginOptions } from './page-options.js'
import { type WindowLogin, windowLogin } from './window-login.js'

/** What {@link popupLogin} can be told. */
export interface PopupLoginOptions extends PageLoginOptions {
  /** Milliseconds until the login is given up. Default 120,000: a person may have to look for a second factor. */
  timeout?: number
  /** The popup's width in CSS pixels. Default 480. */
  width?: number
  /** The popup's height in CSS pixels. Default 640. */
  height?: number
}

/**
 * Logs a person in by a popup, so that the page and all that is in it stays (RFC 6749 section 4.1 with PKCE, RFC 7636).
 *
 * `acquire` opens the popup at once: call `login()` of the token manager in the handler of a click, where browsers let popups
 * through. State and code verifier stay in memory, nothing is stored. A page with a `Cross-Origin-Opener-Policy` of its own
 * needs `same-origin-allow-popups`.
 *
 * @returns a grant whose `acquire` throws an AuthError: `FLYTE_AUTH_POPUP_BLOCKED`, `FLYTE_AUTH_POPUP_CLOSED`,
 * `FLYTE_AUTH_LOGIN_TIMEOUT`, `FLYTE_AUTH_GRANT_REFUSED`, `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is no page, and what discovery
 * and the token endpoint's answers give
 *
 * @example
 * ```ts
 * import { createTokenManager } from '@flyte-js/auth'
 * import { popupLogin } from '@flyte-js/pkce-auth/browser'
 *
 * const login = popupLogin({ endpoint: 'https://flyte.example.com', clientId: 'my-page', redirectUri: '/callback' })
 * await login.handleRedirectCallback() // in the popup, where the same page may run: waits for its end
 *
 * const tokens = createTokenManager({ grant: login })
 * document.querySelector('button')?.addEventListener('click', () => tokens.login())
 * ```
 */
export function popupLogin(options: PopupLoginOptions): WindowLogin {
  const { timeout = 120_000, width = 480, height = 640 } = options

  function open() {
    const left = Math.round(screenX + (outerWidth - width) / 2)
    const top = Math.round(screenY + (outerHeight - height) / 2)
    const popup = window.open('', '_blank', `popup,width=${width},height=${height},left=${left},top=${top}`)
    if (popup === null || popup.closed) {
      const message =
        'The browser blocked the popup. Log in in the handler of a click, allow popups for this page, or use redirectLogin()'
      throw new AuthError('FLYTE_AUTH_POPUP_BLOCKED', message, { grant })
    }
    return { window: popup, isClosed: () => popup.closed, close: () => popup.close() }
  }
  return windowLogin(options, { interactive: true, timeout, open })
}
