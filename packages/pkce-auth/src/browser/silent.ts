import type { PageLoginOptions } from './page-options.js'
import { type WindowLogin, windowLogin } from './window-login.js'

/** What {@link silentLogin} can be told. */
export interface SilentLoginOptions extends PageLoginOptions {
  /** Milliseconds until the login is given up. Default 10,000: nobody is asked anything. */
  timeout?: number
}

/**
 * Logs a person in who has a session at the authorization server, in a hidden frame with `prompt=none` (OpenID Connect Core
 * section 3.1.2.1): for pages that are to have no refresh token.
 *
 * The server must let itself be framed, and its cookies must reach it in a frame: browsers keep those of another site from it.
 * Flyte Admin's own server knows no `prompt=none`. Nothing takes this way unless it is asked for.
 *
 * @returns a grant that asks nobody, whose `acquire` throws an AuthError: `FLYTE_AUTH_GRANT_REFUSED` with the `oauthError`
 * `login_required` where there is no session, `FLYTE_AUTH_LOGIN_TIMEOUT` where the frame shows something else than the answer,
 * `FLYTE_AUTH_LOGIN_UNAVAILABLE` where there is no page
 *
 * @example
 * ```ts
 * import { createTokenManager } from '@flyte-js/auth'
 * import { silentLogin } from '@flyte-js/pkce-auth/browser'
 *
 * const grant = silentLogin({ endpoint: 'https://flyte.example.com', clientId: 'my-page', redirectUri: '/callback' })
 * await grant.handleRedirectCallback() // in the frame, where the same page may run: waits for its end
 * const { accessToken } = await createTokenManager({ grant }).getToken()
 * ```
 */
export function silentLogin(options: SilentLoginOptions): WindowLogin {
  const { timeout = 10_000 } = options

  function open() {
    const frame = document.createElement('iframe')
    // Its cookies and scripts, and no way to navigate this page.
    frame.setAttribute('sandbox', 'allow-same-origin allow-scripts allow-forms')
    // Not displayed is not there, for assistive technology too.
    frame.style.display = 'none'
    // A script in the head runs before there is a body.
    ;(document.body ?? document.documentElement).append(frame)
    return { window: frame.contentWindow as Window, isClosed: () => false, close: () => frame.remove() }
  }
  return windowLogin(options, { interactive: false, timeout, parameters: { prompt: 'none' }, open })
}
