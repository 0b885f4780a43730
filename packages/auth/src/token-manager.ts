import {
  type AuthError,
  type Clock,
  defined,
  type EventListener,
  emit,
  FlyteError,
  type Grant,
  type GrantContext,
  systemClock,
  type TokenSet,
  type TokenSource,
} from '@flyte-js/core'
import { singleFlight } from './single-flight.js'
import { type Held, hold } from './token-lifetime.js'

/** What {@link createTokenManager} is made from. */
export interface TokenManagerOptions {
  /** How to get tokens and to renew them. */
  grant: Grant
  /** The clock of expiry. Default: the system's. */
  clock?: Clock
  /** Hears of logins, renewals and refusals. */
  onEvent?: EventListener
}

/**
 * Keeps one login alive: a `TokenSource` that asks its grant only when it has to, and once for all who wait.
 *
 * A valid token comes from memory. An expired one is renewed by its refresh token where there is one, else got anew. A token
 * that a server refused (`rejected`) is replaced once; whoever comes later with the same refused token gets the replacement.
 *
 * @example
 * ```ts
 * import { createTokenManager, discoverAuthorizationServer } from '@flyte-js/auth'
 * import { clientCredentials } from '@flyte-js/basic-auth'
 *
 * const authorizationServer = await discoverAuthorizationServer({ endpoint: 'https://flyte.example.com' })
 * const tokens = createTokenManager({
 *   grant: clientCredentials({ authorizationServer, clientId: 'ci', clientSecret: process.env.CI_SECRET ?? '' }),
 * })
 * const { accessToken } = await tokens.getToken()
 * ```
 */
export function createTokenManager({ grant, clock = systemClock, onEvent }: TokenManagerOptions): TokenSource {
  let held: Held | undefined
  /** An access token that a server refused, until there is another: nobody gets it, whatever the clock says. */
  let refused: string | undefined

  // The seam for stores: what is held comes from there, and goes there before anybody gets it.
  const renew = singleFlight(async (signal) => {
    const context: GrantContext = { signal, clock, ...(onEvent && { onEvent }) }
    const start = clock.monotonic()
    const duration = () => clock.monotonic() - start
    const told = (type: 'token.acquired' | 'token.refreshed', tokenSet: TokenSet) => {
      emit(onEvent, { type, grant: grant.type, duration: duration(), ...defined({ expiresAt: tokenSet.expiresAt }) })
      held = hold(tokenSet, clock)
      refused = undefined
      return tokenSet
    }
    try {
      const refreshed = await refresh(grant, held?.tokenSet, context)
      return refreshed ? told('token.refreshed', refreshed) : told('token.acquired', await grant.acquire(context))
    } catch (error) {
      if (!signal.aborted) {
        const code = FlyteError.isInstance(error) ? error.code : 'UNKNOWN'
        const told = defined({ oauthError: oauthErrorOf(error) })
        emit(onEvent, { type: 'token.failed', grant: grant.type, code, duration: duration(), ...told })
      }
      throw error
    }
  })

  return {
    async getToken({ signal, rejected } = {}) {
      signal?.throwIfAborted()
      const current = held?.tokenSet.accessToken
      if (current !== undefined && current === rejected && current !== refused) {
        refused = current
        emit(onEvent, { type: 'token.rejected', grant: grant.type })
      }
      if (held?.isValid() && current !== refused) return held.tokenSet
      return renew(signal && { signal })
    },
  }
}

/** Renews by the refresh token; `undefined` where there is none, or where it has ended and a new login is due. */
async function refresh(
  grant: Grant,
  tokenSet: TokenSet | undefined,
  context: GrantContext,
): Promise<TokenSet | undefined> {
  if (grant.refresh === undefined || tokenSet?.refreshToken === undefined) return undefined
  try {
    return await grant.refresh(tokenSet, context)
  } catch (error) {
    // Flyte Admin's own server says HTTP 500 `server_error` for a refresh token that has ended; the rest say `invalid_grant`.
    const oauthError = oauthErrorOf(error)
    if (oauthError === 'invalid_grant' || oauthError === 'server_error') return undefined
    throw error
  }
}

/** The server's word for a failure, where there is one. A grant may throw anything. */
function oauthErrorOf(error: unknown): string | undefined {
  return (error as AuthError | undefined)?.oauthError
}
