import { AuthError, type Clock, defined, type Fetch, type TokenSet } from '@flyte-js/core'
import { resumePkceLogin } from '../pkce-login.js'
import { offerAnswer } from './answer-channel.js'
import { isCallback, pathWithin, withoutResponse } from './callback-address.js'
import { dropAttempt, findAttempt } from './kept-attempts.js'
import { grant } from './page-options.js'

/** Whose answer it may be. */
export interface CallbackPlace {
  redirectUri: string
  /** The Flyte Admin whose logins are kept in this tab; absent for those that wait in another window. */
  endpoint?: string
}

/** The answer with which this page was loaded. */
export interface PageCallback {
  /** Where the person was before, as a path. */
  readonly returnTo: string
  /** There where the answer is for nobody here: it fails, or stays open until the window that took it has closed this one. */
  readonly refusal: Promise<never> | undefined
  /** Whether nothing more becomes of it. */
  readonly isSettled: boolean
  /** The logins that it was handed on to, by who keeps them. */
  readonly logins: WeakMap<object, Promise<TokenSet>>
  /** Exchanges its code, once for all who ask, so that nobody's signal ends it. */
  finish(options: { clock: Clock; fetch: Fetch | undefined }): Promise<TokenSet>
}

/** A page is loaded with one answer. Whoever asks for it again, as React's StrictMode does, gets the same. */
let latest: (PageCallback & { owner: string; state: string; answer: string; cleaned: string }) | undefined

/**
 * Takes the answer out of the page's address, if there is one. What answers an attempt of this tab has gone from there, and the
 * attempt from storage, before this returns. Any other answer is offered to the other windows, and refused where none takes it.
 */
export function takeCallback({ redirectUri, endpoint }: CallbackPlace): PageCallback | undefined {
  const owner = `${redirectUri} ${endpoint}`
  const { href } = location
  if (latest?.owner === owner && (!latest.isSettled || href === latest.answer || href === latest.cleaned)) {
    // A router may have put it back.
    if (!latest.refusal || latest.isSettled) clean()
    return latest
  }
  if (!isCallback(href, redirectUri)) return undefined
  const state = new URL(href).searchParams.get('state') ?? ''
  const kept = findAttempt(state)
  // It is for another login of this page, which asks for it itself.
  if (kept && kept.endpoint !== endpoint) return undefined

  let outcome: Promise<TokenSet> | undefined
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  const refusal = kept ? undefined : offerAnswer(href, refused(latest?.owner === owner && latest.state === state))
  refusal?.catch(() => {
    settle()
    clean()
  })
  latest = {
    owner,
    state,
    answer: href,
    cleaned: withoutResponse(href),
    returnTo: pathWithin(location.origin, kept?.leftFrom ?? location.origin),
    refusal,
    logins: new WeakMap(),
    get isSettled() {
      return isSettled
    },
    finish({ clock, fetch }) {
      if (!kept) return refusal as Promise<never>
      const { attempt, server } = kept
      outcome ??= resumePkceLogin(attempt, { server, ...defined({ fetch }) }).finish(href, { clock })
      outcome.then(settle, settle)
      return outcome
    },
  }
  if (kept) {
    dropAttempt(state)
    clean()
  }
  return latest
}

/** Forgets the answer: its tokens have been revoked. */
export function forgetCallback(): void {
  latest = undefined
}

/** Replaces the entry of the history: neither the address nor the way back has the answer any more. */
function clean(): void {
  if (latest && location.href === latest.answer) history.replaceState(history.state, '', latest.cleaned)
}

function refused(isReplay: boolean): AuthError {
  const [code, what] = isReplay
    ? (['FLYTE_AUTH_CALLBACK_REPLAYED', 'was used before, and can be used once'] as const)
    : ([
        'FLYTE_AUTH_STATE_MISMATCH',
        'is no answer to a login of this tab or of a popup: it is old, forged or of another tab',
      ] as const)
  const message = `The answer in this page's address ${what}. It was refused. Log in again`
  return new AuthError(code, message, { grant, endpoint: location.href })
}
