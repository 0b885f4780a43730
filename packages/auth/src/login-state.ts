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
  /** The tokens in memory were renewed because a server refused those before; if that does not help, the next try is later. */
  calm(): void
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
  /** The access tokens that were here before, the latest first: whatever the clocks say, those are older. */
  let replaced: readonly string[] = []
  let calmed: { accessToken: string; until: number; isTold: boolean } | undefined

  function replace(tokenSet: TokenSet): void {
    const others = [held?.tokenSet.accessToken, ...replaced].filter((each) => each !== tokenSet.accessToken)
    replaced = others.filter((each) => each !== undefined).slice(0, remembered)
    held = hold(tokenSet, lifetime)
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
    calm() {
      if (held === undefined) return
      calmed = { accessToken: held.tokenSet.accessToken, until: clock.monotonic() + calmTime, isTold: false }
    },
    restore(reading) {
      if (reading === undefined) return
      const { tokenSet } = reading
      if (tokenSet === undefined) {
        // It was there, and somebody took it away. What could never be stored is still ours.
        if (isStored && held !== undefined) {
          held = undefined
          isLoggedOut = true
        }
        return
      }
      const isSame =
        tokenSet.accessToken === held?.tokenSet.accessToken && tokenSet.refreshToken === held.tokenSet.refreshToken
      // The store has lost what came after it: its refresh token may have been used already, and must not be again.
      if (!isSame && held !== undefined && replaced.includes(tokenSet.accessToken)) return
      isStored = true
      isLoggedOut = false
      if (isSame) return
      replace(tokenSet)
      emit(onEvent, { type: 'token.restored', grant, ...defined({ expiresAt: tokenSet.expiresAt }) })
    },
    keep(tokenSet, how) {
      replace(tokenSet)
      isStored = how.isStored
      isLoggedOut = false
      // Also when the server hands out the same token once more: it knows best.
      refused = undefined
      if (how.isAcquired) acquisitions += 1
    },
    forget(how) {
      held = undefined
      isStored = false
      refused = undefined
      isLoggedOut = how.isLoggedOut
    },
  }
}
