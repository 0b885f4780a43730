import type { AuthorizationServer, PkceAttempt } from '@flyte-js/auth'
import { AuthError, systemClock } from '@flyte-js/core'
import { grant } from './page-options.js'

/** An attempt that waits in the tab's session storage while its person is at the server. */
export interface KeptAttempt {
  attempt: PkceAttempt
  /** Who was asked, so that nobody has to be found again to answer to. */
  server: AuthorizationServer
  /** Which Flyte Admin it is for: a page may have several. */
  endpoint: string
  /** The address at which the person was. */
  leftFrom: string
  /** When they left, in epoch milliseconds. */
  leftAt: number
}

const prefix = 'flyte-js:attempt:'

/** Milliseconds after which nobody comes back any more. */
const patience = 3_600_000

/**
 * Keeps an attempt until its answer comes, in this tab alone.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where the storage is full or forbidden
 */
export function keepAttempt(left: Omit<KeptAttempt, 'leftAt'>): void {
  const kept: KeptAttempt = { ...left, leftAt: systemClock.now() }
  try {
    prune()
    sessionStorage.setItem(prefix + left.attempt.state, JSON.stringify(kept))
  } catch (cause) {
    const message = 'sessionStorage is full or forbidden. Allow it for this page, or use popupLogin(), which needs none'
    throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { grant, cause })
  }
}

/** The attempt with this state, if it is this tab's. */
export function findAttempt(state: string): KeptAttempt | undefined {
  try {
    prune()
    return read(prefix + state)
  } catch {
    // A browser that forbids the storage has kept nothing either.
    return undefined
  }
}

/** Forgets an attempt. */
export function dropAttempt(state: string): void {
  sessionStorage.removeItem(prefix + state)
}

function read(name: string): KeptAttempt | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(name) as string) ?? undefined
  } catch {
    return undefined
  }
}

/** Removes what nobody came back for, and what cannot be read. */
function prune(): void {
  for (const name of Object.keys(sessionStorage).filter((each) => each.startsWith(prefix))) {
    const age = systemClock.now() - (read(name)?.leftAt ?? 0)
    // A clock that was set back makes ages negative.
    if (!(Math.abs(age) <= patience)) sessionStorage.removeItem(name)
  }
}
