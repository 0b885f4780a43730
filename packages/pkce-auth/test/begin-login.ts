import { type Clock, type FlyteEvent, type Grant, systemClock, type TokenSet } from '@flyte-js/core'
import { type LoopbackLoginOptions, loopbackLogin } from '../src/node/index.js'

/** A login that is under way, as a test sees it. */
export interface BegunLogin {
  readonly grant: Grant
  /** Where a person logs in; rejects with the login, where that never gets so far. */
  readonly url: Promise<string>
  readonly tokens: Promise<TokenSet>
  readonly events: FlyteEvent[]
  /** What the person was told. */
  readonly printed: string[]
  /** Why requests and pastes were refused, in their order. */
  refusals(): string[]
}

/** Options that may be `undefined`: then the default is the login's own, and not this helper's. */
type Options = Omit<LoopbackLoginOptions, 'onUrl' | 'browser'> & {
  [Name in 'onUrl' | 'browser']?: LoopbackLoginOptions[Name] | undefined
}

/** Begins a login without a browser and without a terminal, unless the options say otherwise. */
export function beginLogin(
  options: Options,
  { clock = systemClock, signal }: { clock?: Clock; signal?: AbortSignal } = {},
): BegunLogin {
  const events: FlyteEvent[] = []
  const printed: string[] = []
  let hasUrl = (_: string) => {}
  const shown = new Promise<string>((resolve) => {
    hasUrl = resolve
  })
  const grant = loopbackLogin({
    browser: false,
    pasteFrom: false,
    onUrl: (url) => hasUrl(url),
    print: (line) => printed.push(line),
    ...options,
  } as LoopbackLoginOptions)
  const tokens = grant.acquire({ clock, onEvent: (event) => events.push(event), ...(signal && { signal }) })
  tokens.catch(() => {})
  const url = Promise.race([shown, tokens.then(() => shown)])
  url.catch(() => {})
  return {
    grant,
    url,
    tokens,
    events,
    printed,
    refusals: () => events.flatMap((event) => (event.type === 'login.callback-refused' ? [event.reason] : [])),
  }
}
