import type { Clock, TokenSet } from '@flyte-js/core'

/** A token set, and until when it is good by either clock. */
export interface Held {
  /** The tokens. */
  tokenSet: TokenSet
  /** Whether the access token can still be used, by the earlier of the monotonic and the wall clock. */
  isValid(): boolean
}

/** Milliseconds before its end at which a token counts as expired: clocks differ, and a request takes its time. */
const longestMargin = 60_000

/**
 * Watches over a token's life. It is told by `expires_in`; the token itself is opaque and never read.
 *
 * The margin is a minute, or a fifth of what is left where that is less: a token of five seconds is not expired at once. A
 * token without a lifetime is good until a server refuses it.
 */
export function hold(tokenSet: TokenSet, clock: Clock): Held {
  const { expiresAt } = tokenSet
  if (expiresAt === undefined) return { tokenSet, isValid: () => true }
  const lifetime = expiresAt - clock.now()
  const usable = lifetime - Math.min(longestMargin, Math.max(0, lifetime) / 5)
  const start = { wall: clock.now(), monotonic: clock.monotonic() }
  return {
    tokenSet,
    isValid: () => clock.now() - start.wall < usable && clock.monotonic() - start.monotonic < usable,
  }
}
