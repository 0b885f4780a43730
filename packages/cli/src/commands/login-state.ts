import type { AuthMode } from '@flyte-js/config'
import { AuthError } from '@flyte-js/core'
import type { UserInfoResponse } from '@flyte-js/idl'
import type { OwnLogin } from '@flyte-js/node/login'
import { duration } from '../output/duration.js'
import type { Session } from '../session.js'

/** What is told of a login. */
export interface LoginState {
  endpoint: string
  /** A name, a mail address or a subject: what the server knows. */
  user: string
  subject: string
  mode: AuthMode
  /** ISO 8601; `null` where nobody said when the token ends. */
  expiresAt: string | null
  /** Seconds until then. */
  remaining: number | null
  /** Whether the token can be renewed without asking a person. */
  isRenewable: boolean
  keptIn: string
}

/** In flytekit's words, which are those of the configuration. */
export const modes: Readonly<Record<AuthMode, string>> = {
  pkce: 'standard: a person, by a browser',
  device: 'deviceflow: a person, by a code',
  client_credentials: 'basic: client credentials',
  external_command: 'external_process: a program prints the token',
  none: 'none',
}

/** Asks Flyte Admin who a login is. */
export async function askWho(session: Session, own: OwnLogin): Promise<UserInfoResponse> {
  const { createFlyteClient } = await import('@flyte-js/node')
  const flyte = await createFlyteClient({ ...session.clientOptions(), tokenSource: own })
  try {
    return await flyte.identity.userInfo({}, { signal: session.signal })
  } finally {
    flyte.close()
  }
}

/** Puts together what is known of a login that came about in this way. */
export async function describeLogin(
  session: Session,
  own: OwnLogin,
  mode: AuthMode,
  who: UserInfoResponse,
): Promise<LoginState> {
  const { endpoint } = own
  const { clientId } = (await session.resolution()).config.credentials
  const { expiresAt, refreshToken } = (await own.peek()) ?? {}
  const { subject, name, preferred_username, email } = who
  return {
    endpoint,
    // Flyte Admin knows no name of a client that logs in for itself.
    user: name || preferred_username || email || subject || (clientId ? `client ${clientId}` : 'unknown'),
    subject,
    mode,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    remaining: expiresAt === undefined ? null : Math.max(0, Math.round((expiresAt - Date.now()) / 1000)),
    isRenewable: refreshToken !== undefined || mode === 'client_credentials' || mode === 'external_command',
    keptIn: await own.keptIn(),
  }
}

/** The same for people. */
export function loginFields(state: LoginState): readonly (readonly [title: string, value: string])[] {
  const { endpoint, user, subject, mode, remaining, isRenewable, keptIn } = state
  const life = remaining === null ? 'good until a server refuses it' : `good for ${duration(remaining * 1000)}`
  return [
    ['Endpoint', endpoint],
    ['User', subject !== '' && subject !== user ? `${user} (${subject})` : user],
    ['Mode', modes[mode]],
    ['Token', `${life}, ${isRenewable ? 'then renewed by itself' : 'then a person has to log in again'}`],
    ['Kept in', keptIn],
  ]
}

/** Nobody is there whom one could tell of. */
export function notLoggedIn(endpoint: string): AuthError {
  return new AuthError('FLYTE_AUTH_LOGGED_OUT', `Nobody is logged in to ${endpoint}. Log in with: flyte-js login`)
}
