import type { TokenSet } from '@flyte-js/core'

/** Milliseconds for what a script does with a token that it was given. */
const aWhile = 60_000

const timeLeft = ({ expiresAt = Number.POSITIVE_INFINITY }: TokenSet) => expiresAt - Date.now()

/** Whether a token is good for a minute: a script that prints one uses it later, and cannot renew it. */
export const lastsAWhile = (tokenSet: TokenSet): boolean => timeLeft(tokenSet) > aWhile

/** Whether a token is good no more. */
export const hasEnded = (tokenSet: TokenSet): boolean => timeLeft(tokenSet) <= 0
