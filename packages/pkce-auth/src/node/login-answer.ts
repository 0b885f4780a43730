import type { Clock, TokenSet } from '@flyte-js/core'
import type { PkceLogin } from '../pkce-login.js'

/** The one answer to a login, by whichever way it comes: the browser's or a person's hand. */
export interface LoginAnswer {
  /**
   * Takes a URL that the browser was sent to, if it is the answer that ends this login.
   *
   * @returns why it was not taken; the login goes on then
   */
  take(url: string): Promise<NotTaken | undefined>
  /** Whether it has come. */
  isTaken(): boolean
  /** What came of it: the tokens, or what the server refused. */
  readonly outcome: Promise<TokenSet>
}

/** Why a URL is not the answer. */
export interface NotTaken {
  /** It is the answer, and came before. */
  readonly isRepeated?: true
  /** In words that hold nothing of the URL. */
  readonly reason: string
}

/** Waits for the answer to a login. */
export function expectAnswer(login: PkceLogin, options: { signal: AbortSignal; clock: Clock }): LoginAnswer {
  let settle: (finished: Promise<TokenSet>) => void = () => {}
  const outcome = new Promise<TokenSet>((resolve) => {
    settle = resolve
  })
  // Whoever waits for it may have left by then.
  outcome.catch(() => {})

  return {
    outcome,
    isTaken: () => login.isUsed(),
    async take(url) {
      if (!login.isAnswer(url)) return { reason: 'it is no answer to this login: it has another state, or none' }
      if (login.isUsed()) return { isRepeated: true, reason: 'the answer came before: it counts once' }
      const finished = login.finish(url, options)
      if (login.isUsed()) {
        settle(finished)
        return undefined
      }
      // Nothing was sent for it: it is known already.
      const error = await finished.then(
        () => undefined,
        (error: Error) => error,
      )
      return { reason: error?.message ?? 'it is no answer' }
    },
  }
}
