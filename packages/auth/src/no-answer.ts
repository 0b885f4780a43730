import { FlyteError, networkFailure, originAndPath } from '@flyte-js/core'

/** Why a URL gave no answer, in words that follow it in a sentence. */
export function whyNoAnswer(error: unknown, url: string | URL): string {
  // Ours begins with the same URL already.
  return FlyteError.isInstance(error)
    ? error.message.replace(`${originAndPath(url)} `, '')
    : `cannot be reached: ${networkFailure(error)}`
}
