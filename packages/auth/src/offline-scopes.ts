import { AuthError } from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'

/** Scopes that ask for a refresh token: Flyte Admin's own server has the first, OpenID Connect (Core section 11) the second. */
const offlineScopes: ReadonlySet<string> = new Set(['offline', 'offline_access'])

/**
 * Leaves out the scopes that ask for a refresh token: `offline`, as Flyte Admin has it, and `offline_access`, as OpenID Connect has.
 *
 * @param scopes - one scope each
 */
export function withoutOfflineScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !offlineScopes.has(scope))
}

/** What {@link scopesToRequest} decides from. */
export interface ScopeChoice {
  /** The scopes that the program was told to ask for. */
  given: readonly string[] | undefined
  /** The scopes that Flyte Admin advertises. */
  advertised: readonly string[]
  /** Whether a refresh token is wanted; `undefined`: as given, or as advertised. */
  offline: boolean | undefined
  server: AuthorizationServer
}

/**
 * The scopes to ask a person's consent for: those given, else those advertised, with or without the one for a refresh token.
 *
 * A member may be a list with commas or spaces, as environment variables have them.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` where scopes were given that contradict `offline: false`
 */
export function scopesToRequest({ given, advertised, offline, server }: ScopeChoice): string[] {
  const scopes = [...new Set((given ?? advertised).flatMap((each) => each.split(/[\s,]+/)))].filter(Boolean)
  const online = withoutOfflineScopes(scopes)
  const isOffline = online.length < scopes.length
  if (offline === undefined || (offline && isOffline)) return scopes
  if (offline) return [...scopes, server.scopes_supported?.includes('offline_access') ? 'offline_access' : 'offline']
  if (given === undefined || !isOffline) return online
  const message =
    'The scopes ask for a refresh token, but offline is false, as in a page by default. Leave offline and offline_access out, or set offline: true'
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
}
