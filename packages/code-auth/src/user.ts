import { AuthError, networkFailure, originAndPath, type TokenSet } from '@flyte-js/core'
import { decodeJwt } from 'jose'
import type { Settings } from './settings.js'

/** Who is logged in, as the ID token or Flyte Admin says. */
export interface SessionUser {
  /** The provider's own name for the person, which never changes (the claim `sub`). */
  subject: string
  /** The full name. */
  name?: string
  /** What the person likes to be called by: often a login name. */
  preferredUsername?: string
  /** The given name. */
  givenName?: string
  /** The family name. */
  familyName?: string
  /** The address for e-mail. Nothing says that it was verified. */
  email?: string
  /** The URL of a picture. */
  picture?: string
}

/** The claims that a user has (OpenID Connect Core section 5.1), which are the fields of Flyte Admin's `UserInfoResponse` too. */
const claimNames = {
  name: 'name',
  preferredUsername: 'preferred_username',
  givenName: 'given_name',
  familyName: 'family_name',
  email: 'email',
  picture: 'picture',
} as const

/** The person that a validated ID token is about; `undefined` where there is none. */
export function userOfIdToken({ idToken }: Pick<TokenSet, 'idToken'>): SessionUser | undefined {
  if (idToken === undefined) return undefined
  try {
    const claims = decodeJwt(idToken)
    return userOf(claims.sub, claims)
  } catch {
    return undefined
  }
}

/** The subject of a validated ID token. */
export function subjectOf(tokenSet: Pick<TokenSet, 'idToken'>): string | undefined {
  return userOfIdToken(tokenSet)?.subject
}

/**
 * Asks Flyte Admin who a token belongs to: `GET /me` (its own authorization server gives no ID token).
 *
 * @throws AuthError `FLYTE_AUTH_RESPONSE_INVALID` where it does not say, and what `fetch` throws
 */
export async function fetchUser(
  accessToken: string,
  { endpoint, header, fetch }: Pick<Settings, 'endpoint' | 'header' | 'fetch'>,
): Promise<SessionUser> {
  if (endpoint === undefined) {
    const message =
      'The provider gave no ID token, so that nobody knows who has logged in. Ask for the scope openid, or give endpoint, whose /me tells'
    throw new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message)
  }
  const url = `${endpoint.replace(/\/+$/, '')}/me`
  // Exactly this: Flyte Admin answers in camelCase to anything else.
  const headers = { accept: 'application/json', [header]: `Bearer ${accessToken}` }
  const response = await fetch(url, { headers, redirect: 'manual' }).catch((cause: unknown) => {
    const message = `${originAndPath(url)} cannot be asked who has logged in: ${networkFailure(cause)}. Check that Flyte Admin runs there`
    throw new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', message, { endpoint: url, cause })
  })
  const { status } = response
  const answer: unknown = status === 200 ? await response.json().catch(() => undefined) : undefined
  const user = userOf(Object(answer).subject, Object(answer))
  if (user !== undefined) return user
  const message = `${originAndPath(url)} answered with HTTP ${status} and does not say who has logged in. Check endpoint, and that Flyte Admin takes tokens of this provider`
  throw new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { endpoint: url, status })
}

/** A user from claims, of which only known texts are taken. */
export function userOf(subject: unknown, claims: object): SessionUser | undefined {
  if (typeof subject !== 'string' || subject === '') return undefined
  const texts = Object.entries(claimNames).flatMap(([field, name]) => {
    const value = (claims as Readonly<Record<string, unknown>>)[name]
    return typeof value === 'string' && value !== '' ? [[field, value]] : []
  })
  return { subject, ...Object.fromEntries(texts) }
}
