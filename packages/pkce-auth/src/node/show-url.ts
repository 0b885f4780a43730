import { defined, type EventListener, emit } from '@flyte-js/core'
import { findBrowser, lookAround } from './find-browser.js'
import type { LoopbackLoginOptions } from './loopback-login-options.js'
import { openBrowser, started } from './open-browser.js'

/** Gives the URL to whoever logs in: in words, and to a browser. */
export function showUrl(
  url: string,
  options: Pick<LoopbackLoginOptions, 'browser' | 'env' | 'onUrl'> & {
    print(line: string): void
    place: string
    onEvent: EventListener | undefined
    onFailure(error: unknown): void
  },
): void {
  const { browser, env, print, place, onEvent, onFailure } = options
  const finding = findBrowser(lookAround(env))
  const isTried = browser ?? finding.isAtHand
  const words = isTried
    ? `A browser opens to log in to ${place}. If none does, open this address:`
    : `To log in to ${place}, open this address in a browser:`
  const onUrl = options.onUrl ?? (() => print(`${words} ${url}`))
  // A program whose own function fails cannot have its user log in.
  const tell = async () => onUrl(url)
  tell().catch(onFailure)

  const start = async () => {
    if (browser === false) return 'the option browser is false'
    if (typeof browser === 'function') return started('the option browser', () => browser(url))
    return isTried ? openBrowser(url, finding.commands) : finding.reason
  }
  start().then((reason) =>
    emit(onEvent, { type: 'login.browser', isStarted: reason === undefined, ...defined({ reason }) }),
  )
}
