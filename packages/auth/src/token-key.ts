import { AuthError } from '@flyte-js/core'

/** What a login is for: all of it is known before any server is asked. */
export interface TokenKeyParts {
  /** The base URL of Flyte Admin, as configured. */
  endpoint: string | URL
  /** The client's id, as configured; absent where Flyte Admin's advertised one is used. */
  clientId?: string | undefined
  /** The scopes, as configured, in any order; absent where the advertised ones are used. */
  scopes?: readonly string[] | undefined
  /** The audience, as configured. */
  audience?: string | undefined
}

/**
 * Makes the key under which a store keeps a login: two logins share it when they are for the same endpoint, client, scopes and
 * audience, so that one never gets the tokens of another.
 *
 * It begins with the host and the client's id, for people who look into a store, and ends with 128 bits of SHA-256 over all
 * parts. The issuer is not in it, since only a request could tell it: it is in the token set.
 *
 * @returns letters, digits, `.`, `-` and `_`, at most 100 characters
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for an endpoint that is no URL, and where there is no Web Crypto (an http page)
 *
 * @example
 * ```ts
 * import { tokenKey } from '@flyte-js/auth'
 *
 * const key = await tokenKey({ endpoint: 'https://flyte.example.com', clientId: 'ci' }) // 'flyte.example.com-ci-…'
 * ```
 */
export async function tokenKey({ endpoint, clientId, scopes, audience }: TokenKeyParts): Promise<string> {
  if (!URL.canParse(endpoint)) {
    const message = 'The endpoint is not an absolute URL; write https://host[:port][/path]'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  if (globalThis.crypto?.subtle === undefined) {
    const message = 'There is no Web Crypto here, so no login can be stored: serve the page by https, or from localhost'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  const url = new URL(endpoint)
  const parts = [
    `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    clientId ?? null,
    scopes === undefined ? null : [...new Set(scopes)].sort(),
    audience ?? null,
  ]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)))
  const hash = Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const readable = [url.host, ...(clientId ? [clientId] : [])].join('-').replace(/[^\w.-]+/g, '_')
  return `${readable.slice(0, 67)}-${hash}`
}
