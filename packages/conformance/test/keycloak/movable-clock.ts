import { type Clock, systemClock } from '@flyte-js/core'

/** The system's clock, ahead by as much as a test says. */
export interface MovableClock extends Clock {
  /** Moves it on: what was to end meanwhile has ended, on our side. Keycloak has a clock of its own. */
  advance(milliseconds: number): void
}

/** For logins at a real server, where waiting is real. */
export function movableClock(): MovableClock {
  let ahead = 0
  return {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    advance(milliseconds) {
      ahead += milliseconds
    },
  }
}
