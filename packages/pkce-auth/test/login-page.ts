// What the pages of the system tests run. Whoever serves them puts `settings` into them.
import { createTokenManager, tokenKey } from '@flyte-js/auth'
import { type Clock, FlyteError, type FlyteEvent, systemClock, type TokenSet, type TokenStore } from '@flyte-js/core'
import { memoryStore } from '@flyte-js/token-store'
import { indexedDbStore } from '@flyte-js/token-store/indexed-db'
import { webStorageStore } from '@flyte-js/token-store/web-storage'
import {
  type PopupLoginOptions,
  popupLogin,
  type RedirectResult,
  redirectLogin,
  silentLogin,
} from '../src/browser/index.js'

/** How a page is set up. */
export interface PageSettings extends Pick<PopupLoginOptions, 'redirectUri' | 'timeout' | 'offline' | 'parameters'> {
  endpoint: string
  clientId?: string
  scopes?: string[]
  login: keyof typeof logins
  store?: keyof typeof stores
  /** What a second of sleep takes, in seconds. Default 1. */
  pace?: number
  /** How often its callback is handled, as by React's StrictMode: by one grant, or by one each. Default: once. */
  handle?: 'never' | 'once' | 'twice' | 'by two'
}

/** What became of something, as a test can read it. */
export interface Outcome extends Partial<TokenSet> {
  returnTo?: string
  code?: string
  oauthError?: string
  /** All that an error has to say. */
  error?: string
}

const logins = { redirect: redirectLogin, popup: popupLogin, silent: silentLogin }

const stores = {
  memory: () => memoryStore(),
  session: () => webStorageStore(),
  local: () => webStorageStore({ area: 'local' }),
  indexedDb: () => indexedDbStore(),
} satisfies Record<string, () => TokenStore>

declare global {
  var settings: PageSettings
}
const { endpoint, login: kind, store = 'memory', handle = 'once', pace = 1 } = settings

/** What the grant, the token manager and the store have said. */
export const events: FlyteEvent[] = []
const onEvent = (event: FlyteEvent) => {
  events.push(event)
}

let ahead = 0
/** Moves this page's clock on. */
export const advance = (milliseconds: number) => {
  ahead += milliseconds
}
const clock: Clock = {
  ...systemClock,
  now: () => systemClock.now() + ahead,
  monotonic: () => systemClock.monotonic() + ahead,
  sleep: (milliseconds, options) => systemClock.sleep(milliseconds * pace, options),
}

function open() {
  const grant = logins[kind]({ ...settings, onEvent })
  const key = tokenKey({ endpoint, clientId: settings.clientId })
  return { grant, tokens: createTokenManager({ grant, store: stores[store](), key, clock, onEvent }) }
}
const app = open()
export const { grant, tokens } = app

/** What became of something. */
export async function outcomeOf(run: Promise<TokenSet | RedirectResult | undefined>): Promise<Outcome | undefined> {
  try {
    const result = await run
    return result && 'tokenSet' in result ? { ...result.tokenSet, returnTo: result.returnTo } : result
  } catch (error) {
    const { code, oauthError, message, stack, cause } = error as FlyteError & Outcome
    const json = FlyteError.isInstance(error) ? JSON.stringify(error.toJSON()) : ''
    return { ...(code && { code }), ...(oauthError && { oauthError }), error: `${message} ${stack} ${json} ${cause}` }
  }
}

const copies = { never: [], once: [app], twice: [app, app], 'by two': [app, open()] }
const handleCallback = ({ grant, tokens }: typeof app) => outcomeOf(grant.handleRedirectCallback(tokens))
/** What came of the callback that was handled when the page was loaded, each time. */
export const handled = copies[handle].map(handleCallback)
/** The address at that moment. */
export const addressThen = location.href
/** Handles it again, now. */
export const handleAgain = () => handleCallback(app)

/** Logs in; where that leaves the page, nothing is told. */
export const login = () => outcomeOf(tokens.login())
export const getToken = () => outcomeOf(tokens.getToken())
export const logout = () => tokens.logout()

let ending = new AbortController()
/** Logs in by the grant alone. */
export function acquire(): Promise<Outcome | undefined> {
  ending = new AbortController()
  return outcomeOf(grant.acquire({ clock, signal: ending.signal }))
}
export const abort = () => ending.abort(new Error('no longer wanted'))

/** What came of the logins of clicks: browsers open no popup without one. */
export const clicked: Promise<Outcome | undefined>[] = []
document.querySelector('button')?.addEventListener('click', () => clicked.push(login()))
