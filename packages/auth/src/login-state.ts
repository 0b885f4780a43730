import { type Clock, defined, type EventListener, emit, type TokenSet } from '@flyte-js/core'
import type { Reading } from './stored-login.js'
import { type Held, hold, type LifetimeOptions } from './token-lifetime.js'

/** Milliseconds for which a token that was renewed after a refusal is not renewed again when it is refused as well. */
const calmTime = 30_000

/** How many tokens are remembered to be older. */
const remembered = 20

/** What a token manager knows of its login. */
export interface LoginState {
  /** The tokens in memory. */
  readonly held: Held | undefined
  /** A person has ended the login, here or elsewhere: nobody logs them in behind their back. */
  readonly isLoggedOut: boolean
  /** Grows with each login, so that two who wait for one can tell that it has been. */
  readonly acquisitions: number
  /** A server's refusal that is to be answered by a renewal, until there is another token. */
  readonly refused: string | undefined
  /** Whether the tokens in memory may go to a caller, as far as refusals go. */
  isTrusted(): boolean
  /** A server has refused this access token. */
  refuse(accessToken: string): void
  /** Takes what a store holds for the truth, unless the tokens in memory are newer. */
  restore(reading: Reading): void
  /** New tokens. */
  keep(tokenSet: TokenSet, how: { isStored: boolean; isAcquired?: boolean }): void
  /** No tokens any more; `isLoggedOut` by the word of a person. */
  forget(how: { isLoggedOut: boolean }): void
}

/** @param grant - the grant's type, for events */
export function createLoginState(
  grant: string,
  lifetime: LifetimeOptions & { clock: Clock },
  onEvent: EventListener | undefined,
): LoginState {
  const { clock } = lifetime
  let held: Held | undefined
  let isStored = false
  let isLoggedOut = false
  let acquisitions = 0
  let refused: string | undefined
  /** The tokens that were here before, the latest first: whatever the clocks say, those are older. */
  let replaced: readonly TokenSet[] = []
  /** What the store was last known to hold. What it has not got since then is newer, also after a logout. */
  let seen: TokenSet | undefined
  let calmed: { accessToken: string; until: number; isTold: boolean } | undefined

  function replace(tokenSet: TokenSet): void {
    const others = held === undefined ? replaced : [held.tokenSet, ...replaced]
    replaced = others.filter((each) => !isSame(each, tokenSet)).slice(0, remembered)
    held = hold(tokenSet, lifetime)
  }

  /** Other tokens have come: if those are refused as well, the next try is later. */
  function calm(accessToken: string): void {
    if (refused !== undefined) calmed = { accessToken, until: clock.monotonic() + calmTime, isTold: false }
    refused = undefined
  }

  return {
    get held() {
      return held
    },
    get isLoggedOut() {
      return isLoggedOut
    },
    get acquisitions() {
      return acquisitions
    },
    get refused() {
      return refused
    },
    isTrusted: () => held !== undefined && held.tokenSet.accessToken !== refused,
    refuse(accessToken) {
      if (accessToken === refused) return
      // An older one: the caller gets the one that has come since.
      if (held !== undefined && held.tokenSet.accessToken !== accessToken) return
      if (calmed?.accessToken === accessToken && clock.monotonic() < calmed.until) {
        if (!calmed.isTold) emit(onEvent, { type: 'token.refused-again', grant })
        calmed.isTold = true
        return
      }
      refused = accessToken
      emit(onEvent, { type: 'token.rejected', grant })
    },
    restore(reading) {
      if (reading === undefined) return
      const { tokenSet } = reading
      const before = seen
      seen = tokenSet
      if (tokenSet === undefined) {
        // It was there, and somebody took it away. What could never be stored is still ours.
        if (isStored && held !== undefined) {
          held = undefined
          isLoggedOut = true
        }
        return
      }
      const isHeld = isSame(tokenSet, held?.tokenSet)
      // The store has not got, or has lost, what came after it: its refresh token may have been used already, and must not be
      // again, and a login that a logout could not remove has ended all the same.
      const isOld =
        isSame(tokenSet, before) || replaced.some((each) => isSame(tokenSet, each) || isRest(tokenSet, each))
      if (isOld && !isHeld) return
      isStored = true
      isLoggedOut = false
      if (isHeld) return
      replace(tokenSet)
      if (tokenSet.accessToken !== refused) calm(tokenSet.accessToken)
      emit(onEvent, { type: 'token.restored', grant, ...defined({ expiresAt: tokenSet.expiresAt }) })
    },
    keep(tokenSet, how) {
      replace(tokenSet)
      isStored = how.isStored
      if (isStored) seen = tokenSet
      isLoggedOut = false
      // Also when the server hands out the same token once more: it knows best.
      calm(tokenSet.accessToken)
      if (how.isAcquired) acquisitions += 1
    },
    forget(how) {
      held = undefined
      isStored = false
      if (how.isLoggedOut) refused = undefined
      isLoggedOut = how.isLoggedOut
    },
  }
}

/** Whether it is what another one left of a login whose refresh token had been used: the access token, for what is left of its life. */
function isRest(one: TokenSet, of: TokenSet): boolean {
  return one.refreshToken === undefined && one.accessToken === of.accessToken
}

function isSame(one: TokenSet, other: TokenSet | undefined): boolean {
  return one.accessToken === other?.accessToken && one.refreshToken === other.refreshToken
}
