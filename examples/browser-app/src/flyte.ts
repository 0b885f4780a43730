// The client of Flyte Admin, for the way in which the person signs in.
import { createFlyteClient, type FlyteClient, type PkceLogin, type SessionLogin } from '@flyte-js/browser'
import { clientId, endpoint, type SignIn, scopes } from './settings.js'

/** Flyte Admin, and a login that people begin and end. */
export type Flyte = FlyteClient<PkceLogin> | FlyteClient<SessionLogin>

/** Makes the client. Nothing is sent before it is used, and nobody is asked to sign in before `auth.login()`. */
export function openFlyte(signIn: SignIn): Flyte {
  if (signIn === 'admin-session') return createFlyteClient({ endpoint, auth: 'admin-session' })
  // The page's own path comes back: routes are behind the #, so there is no other.
  return createFlyteClient({ endpoint, auth: 'pkce', clientId, scopes, redirectUri: location.pathname })
}
