import { AuthError, defined, type TokenSet, type TokenSource } from '@flyte-js/core'
import type { Cookies } from './cookies.js'
import type { SessionUser } from './user.js'

/** A person's session, as a handler gets it. */
export interface Session {
  /** Who is logged in. */
  readonly user: SessionUser
  /** The granted scope, for show. */
  readonly scope?: string
  /** When the access token ends, in epoch milliseconds; it is renewed before where it can be. */
  readonly expiresAt?: number
  /**
   * Hands out the access token, renewed where it must be; for `createAdminClient` too. Its token sets have neither the refresh
   * token nor the ID token. It gives the same token again where no newer one than the `rejected` one can be had. While there is no
   * good token because the provider cannot be asked, it throws what says so, and the session stays.
   */
  readonly tokenSource: TokenSource
}

/** A session that was found. */
export interface FoundSession {
  session: Session
  /** `Set-Cookie` headers for the answer: the session was used. */
  setCookies: readonly string[]
}

/** A session that was ended. */
export interface EndedSession {
  /** Its tokens, to be revoked, as far as they are known. */
  tokenSet: TokenSet
}

/** Where sessions are: in a store, or in their cookies. */
export interface Sessions {
  /** The session of a browser; `undefined` where there is none, or none any more. */
  find(cookies: Cookies): Promise<FoundSession | undefined>
  /** Begins a session. @returns `Set-Cookie` headers */
  start(tokenSet: TokenSet, cookies: Cookies): Promise<string[]>
  /** Ends the session of a browser, so that its cookie is no use any more, where it is in a store. */
  end(cookies: Cookies): Promise<EndedSession | undefined>
  /** The `Set-Cookie` headers that forget it. */
  clear(cookies: Cookies): string[]
}

/** What a handler sees of a session. */
export function sessionOf(user: SessionUser, tokenSet: TokenSet, getToken: TokenSource['getToken']): Session {
  const { scope, expiresAt } = tokenSet
  return { user, ...defined({ scope, expiresAt }), tokenSource: { getToken } }
}

/** What a handler needs of the tokens: with the others it could only do harm. */
export function accessOnly({ refreshToken: _, idToken: __, ...access }: TokenSet): TokenSet {
  return access
}

/** The session ended while it was used. */
export function sessionEnded(): AuthError {
  const message = 'This session has ended, by a logout or because it could not be renewed. The person must log in again'
  return new AuthError('FLYTE_AUTH_LOGGED_OUT', message)
}

/** There is no session, or none any more. */
export function signedOut(): AuthError {
  const message = 'This browser has no session: no cookie, or one that has ended or is not ours. The person must log in'
  return new AuthError('FLYTE_AUTH_LOGGED_OUT', message)
}
