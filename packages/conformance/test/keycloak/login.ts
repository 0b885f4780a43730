import { createTokenManager, type TokenManager } from '@flyte-js/auth'
import type { FlyteEvent, Grant } from '@flyte-js/core'
import { type MovableClock, movableClock } from './movable-clock.js'
import type { Person } from './person.js'

/** A login that is kept alive, and what is heard of it. */
export interface Login {
  tokens: TokenManager
  clock: MovableClock
  /** The types of the events since the login began. */
  eventTypes(): string[]
}

/** Keeps a login alive, on a clock that can be moved. */
export function keepAlive(grant: Grant): Login {
  const events: FlyteEvent[] = []
  const clock = movableClock()
  return {
    tokens: createTokenManager({ grant, clock, onEvent: (event) => events.push(event) }),
    clock,
    eventTypes: () => events.map(({ type }) => type),
  }
}

/** What somebody does at a login page: says who it is, and agrees. */
export async function logInAndAgree(person: Person): Promise<void> {
  await person.logIn()
  await person.answer('yes')
}
