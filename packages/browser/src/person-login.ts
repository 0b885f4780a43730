// Loaded where a login begins, is finished, renewed or revoked: all that speaks OAuth.
import {
  type PageLoginOptions,
  popupLogin,
  type RedirectLogin,
  redirectLogin,
  type WindowLogin,
} from '@flyte-js/pkce-auth/browser'

/** How a person logs in. Its tokens can be renewed and revoked in any case. */
export type PersonLogin = Required<RedirectLogin | WindowLogin>

/** Picks it. */
export function personLogin(kind: 'redirect' | 'popup', options: PageLoginOptions): PersonLogin {
  return (kind === 'popup' ? popupLogin(options) : redirectLogin(options)) as PersonLogin
}
