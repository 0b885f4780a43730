import { type Clock, TokenStoreError } from '@flyte-js/core'
import { joinValue, mostChunks, presentChunks, splitValue } from './cookie-chunks.js'
import { type CookieNames, type Cookies, clearCookie, setCookie } from './cookies.js'
import type { Sealer } from './seal.js'
import type { Settings } from './settings.js'

/** What a session's cookie says. */
export interface SessionCookie {
  content: Readonly<Record<string, unknown>>
  /** When the person logged in. */
  start: number
  /** Whether it should be written anew: it was used, and it is some time since that was noted; or its key is an old one. */
  isDue: boolean
}

/** The cookie of a session, and how long it is good: idle and absolute time are inside the seal. */
export interface SessionCookies {
  read(cookies: Cookies): Promise<SessionCookie | undefined>
  /**
   * The `Set-Cookie` headers of a session.
   *
   * The browser keeps it for as long as it is sealed for, and no longer: what would be refused need not travel. It outlives a
   * browser that is closed: most browsers restore their tabs with all cookies anyway, and a person who opens one again within the
   * working day expects to be logged in. Who must not be, on a machine that is shared, logs out, or is given a shorter `idleTimeout`.
   *
   * @param start - when the person logged in; it stays with the session
   * @param end - where the session ends before its time
   * @throws TokenStoreError `FLYTE_STORE_WRITE_FAILED` for what is too large
   */
  write(content: SessionCookie['content'], cookies: Cookies, times: { start: number; end?: number }): Promise<string[]>
  /** The `Set-Cookie` headers that forget it. */
  clear(cookies: Cookies): string[]
}

/** How much of the idle time passes before a use is noted again. */
const noteAfter = 1 / 10

/** Reads and writes it. */
export function createSessionCookies(
  settings: Pick<Settings, 'isSecure' | 'idleTimeout' | 'absoluteTimeout'> & { clock: Clock },
  { names, sealer }: { names: CookieNames; sealer: Sealer },
): SessionCookies {
  const { isSecure, idleTimeout, absoluteTimeout, clock } = settings
  const name = names.session
  return {
    async read(cookies) {
      const sealed = joinValue(cookies, name)
      const opened = sealed === undefined ? undefined : await sealer.open('session', sealed)
      if (opened === undefined) return undefined
      const { content, start, isOldKey } = opened
      const { seen, ...rest } = content
      const age = clock.now() - Number(seen) * 1000
      // The seal says so already, for the timeouts that there were when it was made: shorter ones count at once.
      const isOver = !(age < idleTimeout) || clock.now() - start >= absoluteTimeout
      return isOver ? undefined : { content: rest, start, isDue: isOldKey || age >= idleTimeout * noteAfter }
    },
    async write(content, cookies, { start, end = Number.POSITIVE_INFINITY }) {
      const now = clock.now()
      const expires = Math.min(now + idleTimeout, start + absoluteTimeout, end)
      const value = await sealer.seal('session', { ...content, seen: Math.floor(now / 1000) }, { start, expires })
      const parts = splitValue(name, value)
      if (parts === undefined) {
        const message = `The tokens of a session do not fit into ${mostChunks} cookies. Give createCodeAuth a store, or have the provider issue smaller tokens`
        throw new TokenStoreError('FLYTE_STORE_WRITE_FAILED', message, { store: 'cookie' })
      }
      const left = presentChunks(cookies, name).filter((each) => !parts.some(([written]) => written === each))
      return [
        ...parts.map(([part, text]) => setCookie(part, text, { isSecure, maxAge: Math.ceil((expires - now) / 1000) })),
        ...left.map((each) => clearCookie(each, isSecure)),
      ]
    },
    clear: (cookies) => presentChunks(cookies, name).map((each) => clearCookie(each, isSecure)),
  }
}
