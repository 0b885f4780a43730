import type { Clock, TokenSet } from '@flyte-js/core'

/** Where a session's access token stands: `late` is about to end, and renewed first where it can be. */
export type Phase = 'fresh' | 'late' | 'ended'

/** How long access tokens live, which no store keeps. */
export interface TokenLives {
  phase(tokenSet: TokenSet): Phase
  /** Takes note of tokens that have just come. */
  learn(tokenSet: TokenSet): void
}

/** Milliseconds before its end at which a token is late: clocks differ, and a request takes its time. */
const longestMargin = 60_000
/** The same where nobody knows how long tokens live here: enough for the request that is under way. */
const unknownMargin = 2_000

/**
 * Tells what tokens are about to end. The margin is a minute, or a tenth of their lives, which are all alike: this process knows them
 * from the tokens that it got last. A token without a lifetime is fresh until a server refuses it.
 */
export function createTokenLives(clock: Clock): TokenLives {
  let margin = unknownMargin
  const left = ({ expiresAt = Number.POSITIVE_INFINITY }: TokenSet) => expiresAt - clock.now()
  return {
    phase(tokenSet) {
      const remaining = left(tokenSet)
      if (remaining <= 0) return 'ended'
      return remaining <= margin ? 'late' : 'fresh'
    },
    learn(tokenSet) {
      const remaining = left(tokenSet)
      if (remaining > 0) margin = Math.min(longestMargin, remaining / 10)
    },
  }
}

/** Whether two token sets are of one answer: Flyte Admin gives the same access token twice within a second. */
export function isSame(one: TokenSet, other: TokenSet): boolean {
  return (
    one.accessToken === other.accessToken &&
    one.refreshToken === other.refreshToken &&
    one.expiresAt === other.expiresAt
  )
}
