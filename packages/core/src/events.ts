import type { FlyteErrorCode } from './error-code.js'

/**
 * What happens inside, for logs and traces. No event holds a token, a secret or a query string.
 *
 * Times are milliseconds; URLs are origin and path only.
 */
export type FlyteEvent =
  /** The authorization server was found, and its metadata taken. */
  | { type: 'discovery.completed'; endpoint: string; issuer: string; duration: number }
  /** The issuer is of another origin than the endpoint and could not be asked whether it knows the token endpoint. */
  | { type: 'discovery.issuer-unconfirmed'; endpoint: string; issuer: string; reason: string }
  /** A plain-HTTP server advertised https URLs of its own, which `insecure` turned back into http. */
  | { type: 'discovery.scheme-rewritten'; endpoint: string }
  /** There was a login: a token set was got anew. */
  | { type: 'token.acquired'; grant: string; expiresAt?: number; duration: number }
  /** A token set was renewed by its refresh token. */
  | { type: 'token.refreshed'; grant: string; expiresAt?: number; duration: number }
  /** A login or a renewal failed; `oauthError` is the authorization server's own word, where it gave one. */
  | { type: 'token.failed'; grant: string; code: FlyteErrorCode | 'UNKNOWN'; oauthError?: string; duration: number }
  /** A server refused a token that its clock held for valid. */
  | { type: 'token.rejected'; grant: string }
  /** A login that was stored before, by this process or another, was taken up without a request. */
  | { type: 'token.restored'; grant: string; expiresAt?: number }
  /** The login was ended: `revoked` says whether the authorization server was told and agreed (RFC 7009). */
  | { type: 'token.removed'; grant: string; revoked: boolean }
  /** A token was renewed because a server refused it, and was refused again: renewing does not help (a missing scope does this). */
  | { type: 'token.refused-again'; grant: string }
  /** How a person is asked to log in, and why so: one reason for each thing that was looked at. */
  | { type: 'login.chosen'; flow: string; reasons: readonly string[] }
  /** A port of a redirect URI was in use; the next one, where there is one, is tried. */
  | { type: 'login.port-taken'; port: number }
  /** Whether a browser was started; where not, why. The URL is printed, or given to `onUrl`, in any case. */
  | { type: 'login.browser'; isStarted: boolean; reason?: string }
  /** A request or a callback came that is no answer to this login; it was refused, and the login goes on. */
  | { type: 'login.callback-refused'; reason: string }
  /** The authorization server asked to be polled less often: every so many milliseconds (RFC 8628 section 3.5). */
  | { type: 'login.slowed-down'; interval: number }
  /** A person has logged in at a server of ours, which has a session for their browser now. */
  | { type: 'session.started'; expiresAt?: number }
  /** A browser's session is over: by a logout, a newer login, a refused renewal, or because its time had come. */
  | { type: 'session.ended'; reason: 'logout' | 'login' | 'refresh-refused' | 'expired'; revoked?: boolean }
  /** A browser was answered with a code alone; `reason` is what the answer does not say. */
  | { type: 'session.refused'; operation: SessionOperation; status: number; code: FlyteErrorCode; reason: string }
  /** The session in the browser's cookies is over. Said once, however many requests were refused, until somebody is signed in again. */
  | { type: 'session.expired'; endpoint: string }
  /** A store could not do something; the token manager went on without. */
  | { type: 'store.failed'; operation: 'get' | 'set' | 'delete'; code: FlyteErrorCode | 'UNKNOWN' }
  /** No lock could be had: the login went on without one, so that others may have done the same at the same time. */
  | { type: 'store.unlocked'; code: FlyteErrorCode | 'UNKNOWN' }
  /** Another process, tab or host holds the lock of the login: it renews the login, or asks a person. It is waited for. */
  | { type: 'store.waiting' }
  /** A lock was taken from a holder that had died or been paused. */
  | { type: 'store.lock-taken-over'; store: string }
  /** Tokens lie unencrypted at this place. Said once for each store. */
  | { type: 'store.plaintext'; store: string; location: string }
  /** What was stored could not be understood; it was set aside, at `location` where the store has a place for it. */
  | { type: 'store.corrupt'; store: string; location?: string }
  /** Something about the store was put right, e.g. a file's mode. */
  | { type: 'store.repaired'; store: string; what: string }
  /** A store cannot be used, and the next one is used instead. Said once. */
  | { type: 'store.fallback'; from: string; to: string; code: FlyteErrorCode | 'UNKNOWN' }
  /**
   * A call has ended, with its answer or, where `code` is set, with that error: waits, tries and renewals included. `ABORTED` is no
   * failure: its caller has left, or the list that it was fetched ahead for was not read any further.
   */
  | ({
      type: 'admin.call'
      tries: number
      duration: number
      code?: FlyteErrorCode | 'ABORTED' | 'UNKNOWN'
    } & AdminCallId)
  /** One request of a call has ended. `status` is missing where no answer came. */
  | ({ type: 'admin.try'; attempt: number; status?: number; duration: number } & AdminCallId)
  /** A try failed, and the call is tried again after `delay`. */
  | ({ type: 'admin.retry'; attempt: number; delay: number; code: FlyteErrorCode; status?: number } & AdminCallId)
  /** A try failed and would be tried again, but too many of late were: what is down is left in peace. */
  | ({ type: 'admin.retries-spent' } & AdminCallId)
  /** A call waited for its place, because too many are under way or too many went out in the last second. */
  | ({ type: 'admin.waited'; duration: number } & AdminCallId)
  /** The same question was under way already; its answer is shared. */
  | ({ type: 'admin.coalesced' } & AdminCallId)
  /** The answer was kept from before: what was asked for never changes. */
  | ({ type: 'admin.cached' } & AdminCallId)
  /** A token was refused in one header and taken in another, which is used from now on. */
  | { type: 'admin.header-changed'; header: string }
  /** Connections of this client take every certificate, as `platform.insecure_skip_verify` says: whoever stands between can read and change all. Said once. */
  | { type: 'tls.unverified'; endpoint: string }
  /** Calls are limited more than usual, and why. Said once. */
  | { type: 'admin.limited'; concurrency: number; requestsPerSecond: number; reason: string }

/** What a browser asked a server of ours for. */
export type SessionOperation = 'login' | 'callback' | 'logout' | 'session' | 'proxy'

/** Which call of Flyte Admin an event is about. */
export interface AdminCallId {
  /** The RPC, e.g. `getTask`. */
  rpc: string
  /** The same for all tries of one call; the server hears it as `X-Request-Id`. */
  requestId: string
}

/** Hears events. What it throws, or rejects with, is swallowed: a broken logger must not break a login. */
export type EventListener = (event: FlyteEvent) => void

/**
 * Tells a listener, if there is one, before it returns; whatever the listener throws stays there. Nobody need wait for it.
 *
 * @param listener - who hears it, if anybody
 * @param event - what happened
 */
export async function emit(listener: EventListener | undefined, event: FlyteEvent): Promise<void> {
  try {
    await listener?.(event)
  } catch {
    // The listener's trouble is not the caller's.
  }
}
