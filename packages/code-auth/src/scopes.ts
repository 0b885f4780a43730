import { withoutOfflineScopes } from '@flyte-js/auth'
import type { AuthorizationServer } from 'oauth4webapi'
import type { Settings } from './settings.js'

/** What an OpenID provider is asked for. */
const ofOpenId = ['openid', 'profile', 'email', 'offline_access']

/**
 * The scopes to ask for: those given, else what a session needs of that server. A member may be a list with commas or spaces, as
 * environment variables have them. Where tokens are in cookies, no refresh token is asked for: it would have nowhere to be.
 */
export function scopesFor(
  server: AuthorizationServer,
  { scopes, issuer, store }: Pick<Settings, 'scopes' | 'issuer' | 'store'>,
): string[] {
  const given = scopes?.flatMap((each) => each.split(/[\s,]+/)).filter(Boolean)
  const wanted = [...new Set(given ?? usual(server, issuer !== undefined))]
  return store === undefined ? withoutOfflineScopes(wanted) : wanted
}

function usual({ scopes_supported: supported }: AuthorizationServer, isOpenId: boolean): string[] {
  // Absent metadata says nothing; what is listed is listed for a reason.
  if (isOpenId) return ofOpenId.filter((each) => each === 'openid' || (supported?.includes(each) ?? true))
  const has = (scope: string) => supported?.includes(scope) ?? false
  return ['all', has('offline_access') ? 'offline_access' : 'offline', ...ofOpenId.slice(0, 3).filter(has)]
}
