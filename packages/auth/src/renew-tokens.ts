import { AuthError, type Clock, defined, type EventListener, emit, type Grant, type TokenSet } from '@flyte-js/core'
import { carryOver } from './carry-over.js'
import { isTokenSet } from './is-token-set.js'
import type { LoginState } from './login-state.js'
import { codeOf, type StoredLogin, type View } from './stored-login.js'
import { withTimeLimit } from './time-limit.js'
import { orAborted } from './turns.js'

/**
 * Why tokens are wanted: `need` (a caller waits), `early` (behind the back of callers, who have a good token still), or `login`
 * (a person, or a program, asks for a new login).
 */
export type Purpose = 'need' | 'early' | 'login'

/** What {@link renewTokens} works with. */
export interface RenewTokensOptions {
  grant: Grant
  state: LoginState
  login: StoredLogin
  clock: Clock
  onEvent?: EventListener | undefined
}

/** Milliseconds for one renewal, and for one login that asks nobody: above the 15 s that each of their requests may take. */
const refreshLimit = 30_000
const acquireLimit = 60_000

/** Milliseconds of waiting for a lock after which its holder was no dead one, whose lock is taken over sooner. */
const longWait = 10_000

/**
 * Whether what is in memory will do.
 *
 * @param acquisitions - how many logins there had been when a `login` was asked for: one that has come since will do
 */
export function isSettled(state: LoginState, purpose: Purpose, acquisitions: number): boolean {
  if (purpose === 'login') return state.acquisitions !== acquisitions
  const phase = state.isTrusted() ? state.held?.phase() : 'ended'
  return phase === 'fresh' || (phase === 'due' && purpose === 'need')
}

/** One renewal. */
interface Renewal {
  purpose: Purpose
  acquisitions: number
  view: View
  signal: AbortSignal
  /** Milliseconds that the lock was waited for. */
  waited: number
}

/**
 * What happens under the lock: look again, renew or log in, store, and only then hand out.
 *
 * @param signal - aborted when nobody waits any more. It ends a login, but not a renewal that is on its way: the server may have
 * replaced the refresh token already, and to throw the answer away would be to lose the login.
 */
export async function renewTokens(
  { grant, state, login, clock, onEvent }: RenewTokensOptions,
  { purpose, acquisitions, view, signal, waited }: Renewal,
): Promise<TokenSet> {
  const start = clock.monotonic()
  const context = { clock, ...(onEvent && { onEvent }) }
  /** New tokens have come: they are handed out even if they have ended already, since nothing better can be had. */
  let isRenewed = false
  const isDone = () => isRenewed || isSettled(state, purpose, acquisitions)

  /** Stores tokens, and then has them. Where the lock was lost meanwhile, another's may be there, which then count. */
  async function keep(tokenSet: TokenSet, type: 'token.refreshed' | 'token.acquired'): Promise<void> {
    const written = await login.write(view, tokenSet)
    if (written === 'lost') {
      state.restore(await login.read())
      if (isDone()) return
    }
    state.keep(tokenSet, { isStored: written === 'stored', isAcquired: type === 'token.acquired' })
    isRenewed = true
    const duration = clock.monotonic() - start
    emit(onEvent, { type, grant: grant.type, duration, ...defined({ expiresAt: tokenSet.expiresAt }) })
  }

  /** Renews by the refresh token (RFC 6749 section 6); does nothing where there is none, or where it has ended. */
  async function refresh(isLast = false): Promise<void> {
    const before = state.held?.tokenSet
    if (grant.refresh === undefined || !before?.refreshToken) return
    // What is not sent yet need not be: whoever has left may end the process next, and with it the answer.
    signal.throwIfAborted()
    const renew = (signal: AbortSignal) => Promise.resolve(grant.refresh?.(before, { ...context, signal }))
    try {
      const what = `the renewal of the ${grant.type} grant`
      const renewed = await withTimeLimit(renew, { what, milliseconds: refreshLimit, clock })
      await keep(carryOver(before, checked(renewed, grant.type)), 'token.refreshed')
    } catch (error) {
      const oauthError = oauthErrorOf(error)
      // What Flyte Admin's own server says, with HTTP 500, of a refresh token that has ended; or the token is another issuer's,
      // and was not sent. Either may be an accident: the stored tokens stay until a login has succeeded, and nobody is asked to
      // log in for an early renewal.
      const isUseless = oauthError === 'server_error' || codeOf(error) === 'FLYTE_AUTH_ISSUER_MISMATCH'
      if (isUseless && !(grant.interactive && purpose === 'early')) return
      if (oauthError !== 'invalid_grant') throw error
      // Where the lock had to be gone round, another may have renewed meanwhile: its refresh token counts.
      state.restore(await login.read())
      const isReplaced = state.held?.tokenSet.refreshToken !== before.refreshToken
      if (isReplaced) return isDone() || isLast ? undefined : refresh(true)
      await dropRefreshToken(before)
    }
  }

  /** A refresh token that has ended is no use to anybody; an access token that is good still is. */
  async function dropRefreshToken({ refreshToken: _, ...rest }: TokenSet): Promise<void> {
    if (state.isTrusted() && state.held?.phase() !== 'ended') {
      const written = await login.write(view, rest)
      state.keep(rest, { isStored: written === 'stored' })
      return
    }
    await login.remove(view).catch(() => {})
    state.forget({ isLoggedOut: false })
  }

  async function acquire(): Promise<void> {
    if (grant.interactive && purpose === 'early') return
    if (grant.interactive && purpose === 'need' && state.isLoggedOut) throw loggedOut(grant.type)
    if (grant.interactive && purpose === 'need' && waited > longWait) throw askedInVain(grant.type)
    signal.throwIfAborted()
    const ask = (signal: AbortSignal) => Promise.resolve(grant.acquire({ ...context, signal }))
    // A person takes the time that a person takes; the flow has a limit of its own.
    const tokenSet = grant.interactive
      ? await orAborted(ask(signal), signal)
      : await withTimeLimit(ask, { what: `the ${grant.type} grant`, milliseconds: acquireLimit, clock, signal })
    await keep(checked(tokenSet, grant.type), 'token.acquired')
  }

  state.restore(await login.read(view))
  if (!isDone() && purpose !== 'login') await refresh()
  if (!isDone()) await acquire()
  const { held } = state
  if (held === undefined) throw loggedOut(grant.type)
  return held.tokenSet
}

/** The server's word for a failure, where there is one. A grant may throw anything. */
export function oauthErrorOf(error: unknown): string | undefined {
  const { oauthError } = (error ?? {}) as Partial<AuthError>
  return typeof oauthError === 'string' ? oauthError : undefined
}

/** @throws AuthError `FLYTE_AUTH_RESPONSE_INVALID` where a grant brought no tokens */
function checked(tokenSet: TokenSet | undefined, grant: string): TokenSet {
  if (isTokenSet(tokenSet)) return tokenSet
  const message = `The ${grant} grant gave no access token. Check what its acquire() and refresh() return`
  throw new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { grant })
}

/** Otherwise each of many processes would ask in its turn, each as long as a person may take. */
function askedInVain(grant: string): AuthError {
  const message = 'Another process has just asked a person to log in, in vain. Log in there, or call login()'
  return new AuthError('FLYTE_AUTH_LOGIN_TIMEOUT', message, { grant })
}

function loggedOut(grant: string): AuthError {
  const message = 'This login was ended by a logout, or could not be renewed. Call login() to log in again'
  return new AuthError('FLYTE_AUTH_LOGGED_OUT', message, { grant })
}
