import { defined } from '@flyte-js/core'

/** Who is signed in, as Flyte Admin's `/me` says it (OpenID Connect Core section 5.1). What it does not know is left out. */
export interface AdminUser {
  /** The person at the identity provider: the claim `sub`. */
  subject: string
  /** The whole name, for display. */
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
  /** All claims of the ID token. */
  claims: Readonly<Record<string, unknown>>
}

/**
 * Reads an answer of `/me`, in either casing.
 *
 * A person of whom the cookies say nothing, because they were not all kept, is described by the claims.
 *
 * @returns `undefined` for what is no such answer
 */
export function parseAdminUser(body: string): AdminUser | undefined {
  return readAdminUser(parseObject(body) ?? {})
}

/** Reads one that is parsed already. */
export function readAdminUser(answer: Readonly<Record<string, unknown>>): AdminUser | undefined {
  if (typeof answer.subject !== 'string') return undefined
  const claims = Object(answer.additional_claims ?? answer.additionalClaims) as Record<string, unknown>
  const text = (field: string) => {
    const camelCase = field.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    return [answer[field], answer[camelCase], claims[field]].find(isText)
  }
  return {
    subject: answer.subject || (text('sub') ?? ''),
    ...defined({
      name: text('name'),
      preferredUsername: text('preferred_username'),
      givenName: text('given_name'),
      familyName: text('family_name'),
      email: text('email'),
      picture: text('picture'),
    }),
    claims,
  }
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(body))
  } catch {
    return undefined
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
