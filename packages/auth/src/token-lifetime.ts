import { AuthError, type Clock, type Random, type TokenSet } from '@flyte-js/core'

/**
 * Where a token stands in its life: `fresh`, or `due` (good, but time to renew it behind the caller's back), or `late` (about
 * to end: renewed first, and handed out only if that fails), or `ended`.
 */
export type Phase = 'fresh' | 'due' | 'late' | 'ended'

/** A token set, and how far its life has gone. */
export interface Held {
  /** The tokens, shared by all who ask, and so frozen. */
  readonly tokenSet: TokenSet
  /** Its phase now, by the earlier of the monotonic and the wall clock. */
  phase(): Phase
}

/** How a token's life is measured. */
export interface LifetimeOptions {
  clock: Clock
  random: Random
  /** Milliseconds before its end at which a token is due, at most half of its life. */
  refreshWindow?: number | undefined
}

/** Milliseconds before its end at which a token is late: clocks differ, and a request takes its time. */
const longestMargin = 60_000
/** Milliseconds before its end at which a token is due, at most. */
const longestWindow = 300_000

/** @throws AuthError `FLYTE_INVALID_ARGUMENT` for a window that is no time: a token would be due for ever, or never */
export function checkRefreshWindow(refreshWindow: number | undefined): void {
  if (refreshWindow === undefined || (typeof refreshWindow === 'number' && refreshWindow >= 0)) return
  throw new AuthError('FLYTE_INVALID_ARGUMENT', 'refreshWindow is no time; give it in milliseconds, 0 or more')
}

/**
 * Watches over a token's life. It is told by `expires_in`; the token itself is opaque and never read.
 *
 * The window is five minutes, or a fifth of what is left where that is less, give or take a tenth, so that a fleet that started
 * together does not renew together. The margin is a minute, or a tenth of what is left. A token without a lifetime is fresh
 * until a server refuses it.
 */
export function hold(tokens: TokenSet, { clock, random, refreshWindow }: LifetimeOptions): Held {
  const tokenSet = Object.freeze({ ...tokens })
  const { expiresAt } = tokenSet
  if (expiresAt === undefined) return { tokenSet, phase: () => 'fresh' }
  const wallStart = clock.now()
  const monotonicStart = clock.monotonic()
  const lifetime = Math.max(0, expiresAt - wallStart)
  const late = lifetime - Math.min(longestMargin, lifetime / 10)
  const window =
    refreshWindow === undefined
      ? Math.min(longestWindow, lifetime / 5) * (0.9 + random() / 5)
      : Math.min(refreshWindow, lifetime / 2)
  const due = lifetime - window
  return {
    tokenSet,
    phase() {
      const age = Math.max(clock.now() - wallStart, clock.monotonic() - monotonicStart)
      if (age < due && age < late) return 'fresh'
      if (age < late) return 'due'
      return age < lifetime ? 'late' : 'ended'
    },
  }
}
