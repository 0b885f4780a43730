// Cookies whose contents only this server can read or make.
import { open, type SealingKey, seal } from '../seal.js'
import { type CookieOptions, cookieOf, setCookie } from './cookies.js'

/** The content of a sealed cookie. */
export interface SealedContent {
  value: string
  /** When it was made, in epoch milliseconds of this server's clock. */
  madeAt: number
}

/** Makes and reads them. */
export interface SealedCookies {
  /** A `Set-Cookie` header. */
  make(name: string, value: string): string
  /** A `Set-Cookie` header that has a browser forget one; unlike the others it never says `SameSite`. */
  clear(name: string): string
  /** The content of a request's cookie; `undefined` when there is none, it is not ours, was made for another name, or is too old. */
  read(headers: Record<string, string>, name: string): SealedContent | undefined
}

const longestAge = 30 * 24 * 60 * 60 * 1000
const hour = 3_600_000

/** Makes and reads cookies with a key. */
export function createSealedCookies(
  key: SealingKey,
  now: () => number,
  { domain, sameSite, secure: isSecure }: CookieOptions = {},
): SealedCookies {
  return {
    make: (name, value) => setCookie(name, seal(`${now()}|${value}`, name, key), { domain, sameSite, isSecure }),
    // A browser goes by the system's time.
    clear: (name) => setCookie(name, '', { domain, isSecure, expires: new Date(Date.now() - hour) }),
    read(headers, name) {
      const content = open(cookieOf(headers, name) ?? '', name, key)
      if (content === undefined) return undefined
      const separator = content.indexOf('|')
      const madeAt = Number(content.slice(0, separator))
      return now() - madeAt > longestAge ? undefined : { value: content.slice(separator + 1), madeAt }
    },
  }
}
