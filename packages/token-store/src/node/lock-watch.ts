import type { Clock } from '@flyte-js/core'
import { hasEnded, type Turn } from './lock-directory.js'
import { lifeOf } from './lock-holder.js'

/** How often a holder shows that it lives, in milliseconds. */
export const beatEvery = 1000
/**
 * How long a holder may be silent, in milliseconds: one whose process cannot be asked about is dead then, and one whose process
 * lives is paused, or its event loop is blocked. One whose process is gone is dead at once.
 */
export const silence = { unknown: 4000, alive: 15_000 }

/** Watches holders, and judges when one has to be given up. */
export function createLockWatch(clock: Clock): { isFree(turn: Turn): boolean; waited(): number } {
  let seen: Turn | undefined
  let since = clock.monotonic()
  let looked = since
  let silent = 0

  return {
    isFree(turn) {
      const now = clock.monotonic()
      if (turn.number !== seen?.number) since = now
      const isSilent = turn.number === seen?.number && turn.stats.mtimeMs === seen.stats.mtimeMs
      // No more than a beat a look: this process may have been paused itself, and the whole machine with it.
      silent = isSilent ? silent + Math.min(now - looked, beatEvery) : 0
      looked = now
      seen = turn
      if (hasEnded(turn)) return true
      const life = lifeOf(turn.holder)
      return life === 'dead' || silent >= silence[life]
    },
    waited: () => clock.monotonic() - since,
  }
}
