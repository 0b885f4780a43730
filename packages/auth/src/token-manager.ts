import {
  type Clock,
  defined,
  type EventListener,
  emit,
  FlyteError,
  type Grant,
  onAbort,
  type Random,
  systemClock,
  type TokenSet,
  type TokenSource,
  type TokenStore,
} from '@flyte-js/core'
import { createBackoff } from './backoff.js'
import { createLoginState } from './login-state.js'
import { isSettled, oauthErrorOf, type Purpose, renewTokens } from './renew-tokens.js'
import { singleFlight } from './single-flight.js'
import { codeOf, storedLogin } from './stored-login.js'
import { tellWait } from './tell-wait.js'
import { withTimeLimit } from './time-limit.js'
import { checkRefreshWindow } from './token-lifetime.js'
import { createTurns, orAborted } from './turns.js'
import { whenVisible } from './when-visible.js'

/** Milliseconds for telling a server that a login is over: a person waits. */
const revokeLimit = 15_000

/** What {@link createTokenManager} is made from. */
export interface TokenManagerOptions {
  /** How to get tokens and to renew them. */
  grant: Grant
  /** Where the login lives between runs. Default: in this token manager alone. */
  store?: TokenStore
  /** Under which key it lives there, as `tokenKey` makes it. A store needs one. */
  key?: string | Promise<string>
  /**
   * Milliseconds before a token's end from which on it is renewed behind the callers' backs, at most half of its life. Default:
   * five minutes, or a fifth of its life where that is less, give or take a tenth, so that a fleet does not renew as one.
   */
  refreshWindow?: number
  /** The clock of expiry. Default: the system's. */
  clock?: Clock
  /** Jitter. Default: `Math.random`; no secret comes from it. */
  random?: Random
  /** Hears of logins, renewals and refusals, and of what a store could not do. */
  onEvent?: EventListener
}

/** A login that is kept alive, as {@link createTokenManager} gives it. */
export interface TokenManager extends TokenSource {
  /**
   * Logs in anew, whatever tokens there are. Callers that wait for a token get this one.
   *
   * @throws what the grant throws
   */
  login(options?: { signal?: AbortSignal }): Promise<TokenSet>
  /**
   * Ends the login: tells the authorization server to forget it, where it can be told (RFC 7009), then removes it from the
   * store and from memory. A grant that asks a person asks nobody again until `login()`.
   *
   * @returns whether the server agreed. Flyte Admin's own server cannot be told: its tokens are good until they end
   * @throws TokenStoreError when the login could not be removed from the store
   */
  logout(options?: { signal?: AbortSignal }): Promise<{ revoked: boolean }>
  /**
   * The tokens that there are, ended ones too, without asking any server.
   *
   * @param options - `fresh` for those only that need not be renewed yet, as `getToken` would have it
   */
  peek(options?: { fresh?: boolean }): Promise<TokenSet | undefined>
  /** Stops listening to other tabs, and to this one's return. The tokens stay where they are. */
  close(): void
}

/**
 * Keeps one login alive: a `TokenSource` that asks its grant only when it has to, and once for all who wait, in this process
 * and in every other one that shares the store.
 *
 * A valid token comes from memory. One that is about to end is renewed behind the callers' backs; one that has ended is renewed
 * by its refresh token, else got anew. A token that a server refused (`rejected`) is replaced once; whoever comes later with the
 * same refused token gets the replacement, and if that is refused as well within 30 s, it stays: a missing scope is a 401 for ever.
 *
 * A failure is shared by all who wait. After it the server is left alone for 1, 2, 4, … 30 s: a refusal is repeated to whoever
 * asks meanwhile, and after trouble on the way callers wait that long. While the old token is still good they get that.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a store without a key, or a window that is no time; `getToken` and `login` throw
 * what the grant throws, and `FLYTE_AUTH_LOGGED_OUT` where a person has logged out
 *
 * @example
 * ```ts
 * import { createTokenManager, discoverAuthorizationServer, tokenKey } from '@flyte-js/auth'
 * import { clientCredentials } from '@flyte-js/basic-auth'
 * import { fileStore } from '@flyte-js/token-store/file'
 *
 * const endpoint = 'https://flyte.example.com'
 * const tokens = createTokenManager({
 *   grant: clientCredentials({
 *     authorizationServer: (options) => discoverAuthorizationServer({ endpoint, ...options }),
 *     clientId: 'ci',
 *     clientSecret: process.env.CI_SECRET ?? '',
 *   }),
 *   store: fileStore(),
 *   key: tokenKey({ endpoint, clientId: 'ci' }),
 * })
 * const { accessToken } = await tokens.getToken()
 * ```
 */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const { grant, store, key, refreshWindow, clock = systemClock, random = () => Math.random(), onEvent } = options
  checkRefreshWindow(refreshWindow)
  const login = storedLogin(store, key, onEvent)
  const state = createLoginState(grant.type, { clock, random, refreshWindow }, onEvent)
  const backoff = createBackoff(clock, random)
  const inTurn = createTurns()
  let session = startSession()
  let isRenewedBehind = false
  let stopWatching: (() => void) | undefined

  /** What lasts until a logout, which ends all that is on its way; whoever comes later does not join that. */
  function startSession() {
    return {
      ending: new AbortController(),
      need: singleFlight((flight) => fly('need', flight)),
      login: singleFlight((flight) => fly('login', flight)),
    }
  }

  /** One attempt, for all who wait for the same purpose. */
  async function fly(purpose: Purpose, flight: AbortSignal | undefined): Promise<TokenSet> {
    watch()
    const ending = new AbortController()
    const { signal } = ending
    const forgets = [flight, session.ending.signal].map(
      (each) => each && onAbort(each, () => ending.abort(each.reason)),
    )
    const { acquisitions } = state
    try {
      if (purpose !== 'login') {
        // Without the lock at first: mostly another process has been here, and all is well.
        const ready = await inTurn(async () => {
          state.restore(await login.read())
          return isSettled(state, purpose, acquisitions) ? state.held?.tokenSet : undefined
        }, signal)
        if (ready !== undefined) return ready
        await leaveAlone(signal)
      }
      // Those who wait are let go at once, though what runs may have to be brought to its end.
      return await orAborted(
        inTurn(() => attempt(purpose, acquisitions, signal), signal),
        signal,
      )
    } finally {
      for (const forget of forgets) forget?.()
    }
  }

  async function attempt(purpose: Purpose, acquisitions: number, signal: AbortSignal): Promise<TokenSet> {
    const start = clock.monotonic()
    const tools = { grant, state, login, clock, onEvent }
    const entered = store && tellWait(clock, onEvent)
    try {
      const tokenSet = await login.underLock((view) => {
        entered?.()
        return renewTokens(tools, { purpose, acquisitions, view, signal, waited: clock.monotonic() - start })
      }, signal)
      backoff.succeed()
      return tokenSet
    } catch (error) {
      // Nobody waits any more. A failure is one all the same: a renewal goes on without those who wanted it.
      if (signal.aborted && error === signal.reason) throw error
      // There is nothing left that could be renewed behind anybody's back, and no server has failed.
      if (purpose === 'early' && codeOf(error) === 'FLYTE_AUTH_LOGGED_OUT') throw error
      // What became of a login that somebody asked for says nothing of a renewal.
      if (purpose !== 'login') backoff.fail(error)
      const told = { ...defined({ oauthError: oauthErrorOf(error) }), duration: clock.monotonic() - start }
      emit(onEvent, { type: 'token.failed', grant: grant.type, code: codeOf(error), ...told })
      // The old one is still good: no error for those who need any.
      if (purpose !== 'login' && state.isTrusted() && state.held?.phase() !== 'ended' && state.held !== undefined)
        return state.held.tokenSet
      throw error
    } finally {
      entered?.()
    }
  }

  /** Leaves a server alone that has just failed. What it refused it will refuse again: that is said at once. */
  async function leaveAlone(signal: AbortSignal): Promise<void> {
    const wait = backoff.wait()
    if (wait === 0) return
    if (isRefusal(backoff.failure)) throw backoff.failure
    await clock.sleep(wait, { signal })
  }

  /** Whether the server agreed to forget the tokens. One that does not is no reason to keep them here. */
  async function revoke(tokenSet: TokenSet, signal: AbortSignal | undefined): Promise<boolean> {
    const context = { clock, ...(onEvent && { onEvent }) }
    const ask = (signal: AbortSignal) => Promise.resolve(grant.revoke?.(tokenSet, { ...context, signal }) ?? false)
    const what = `the revocation of the ${grant.type} grant`
    return withTimeLimit(ask, { what, milliseconds: revokeLimit, clock, ...defined({ signal }) }).catch(() => false)
  }

  function renewBehind(): void {
    if (isRenewedBehind || backoff.wait() > 0) return
    const canRefresh = grant.refresh !== undefined && state.held?.tokenSet.refreshToken
    if (grant.interactive && !canRefresh) return
    isRenewedBehind = true
    const landed = () => {
      isRenewedBehind = false
    }
    fly('early', undefined).then(landed, landed)
  }

  /** Looks at the store again: another tab has changed it, or this one has come back from wherever it was. */
  function look(): void {
    inTurn(async () => {
      state.restore(await login.read())
      const phase = state.held?.phase()
      if (phase === 'due' || phase === 'late') renewBehind()
    }).catch(() => {})
  }

  function watch(): void {
    if (stopWatching !== undefined) return
    const stops = [login.subscribe(look), whenVisible(look)]
    stopWatching = () => {
      for (const stop of stops) stop()
    }
  }

  return {
    async getToken({ signal, rejected } = {}) {
      signal?.throwIfAborted()
      if (rejected !== undefined) state.refuse(rejected)
      const { held } = state
      if (held !== undefined && state.isTrusted()) {
        const phase = held.phase()
        if (phase === 'due') renewBehind()
        if (phase === 'fresh' || phase === 'due' || (phase === 'late' && backoff.wait() > 0)) return held.tokenSet
      }
      const tokenSet = await session.need(signal && { signal })
      // A server may have refused it while it was on its way here.
      return tokenSet.accessToken === state.refused ? session.need(signal && { signal }) : tokenSet
    },
    login: ({ signal } = {}) => session.login(signal && { signal }),
    async logout({ signal } = {}) {
      signal?.throwIfAborted()
      const { ending } = session
      session = startSession()
      ending.abort(new DOMException('This login was ended by a logout', 'AbortError'))
      let revoked = false
      const end = () =>
        login.underLock(async (view) => {
          state.restore(await login.read(view))
          const tokenSet = state.held?.tokenSet
          if (tokenSet !== undefined) revoked = await revoke(tokenSet, signal)
          state.forget({ isLoggedOut: true })
          await login.remove(view)
          emit(onEvent, { type: 'token.removed', grant: grant.type, revoked })
          return { revoked }
        }, signal)
      return orAborted(inTurn(end, signal), signal)
    },
    async peek({ fresh } = {}) {
      if (!fresh) return state.held?.tokenSet ?? (await login.read())?.tokenSet
      await inTurn(async () => state.restore(await login.read()))
      return state.isTrusted() && state.held?.phase() === 'fresh' ? state.held.tokenSet : undefined
    },
    close() {
      stopWatching?.()
      // A listener that comes later would never go.
      stopWatching = () => {}
    },
  }
}

/** What may be over in a moment: trouble on the way, or a server that says that it is in trouble. */
const passing = new Set(['FLYTE_AUTH_SERVER_UNREACHABLE', 'FLYTE_AUTH_RESPONSE_INVALID', 'FLYTE_AUTH_DISCOVERY_FAILED'])
const passingRefusals = new Set(['server_error', 'temporarily_unavailable', 'slow_down'])

/** Whether asking again soon is of no use: the answer was no, or the configuration is wrong. */
function isRefusal(error: unknown): boolean {
  const oauthError = oauthErrorOf(error)
  if (oauthError !== undefined) return !passingRefusals.has(oauthError)
  return FlyteError.isInstance(error) && !passing.has(error.code) && !error.code.startsWith('FLYTE_HTTP_')
}
