import type { TokenSet } from '@flyte-js/core'

/** Milliseconds for what a script does with a token that it was given. */
const aWhile = 60_000

/** Whether a token is good for a minute: a script that prints one uses it later, and cannot renew it. */
export function lastsAWhile({ expiresAt = Number.POSITIVE_INFINITY }: TokenSet): boolean {
  return expiresAt - Date.now() > aWhile
}
