import type { AuthorizationAttempt } from '@flyte-js/auth'
import { type Clock, defined } from '@flyte-js/core'
import { type CookieNames, type Cookies, clearCookie, setCookie } from './cookies.js'
import type { Sealer } from './seal.js'
import type { Settings } from './settings.js'
import type { UsedStates } from './used-states.js'

/** An attempt that a browser keeps, sealed, while its person is at the provider. */
export interface KeptAttempt {
  attempt: AuthorizationAttempt
  /** Where the person goes afterwards. */
  target: string
}

/** Attempts to log in, each in a cookie of its own, so that several tabs may log in side by side. */
export interface LoginAttempts {
  /** The `Set-Cookie` headers that keep an attempt, and let go of the oldest where there are too many. */
  keep(kept: KeptAttempt, cookies: Cookies): Promise<string[]>
  /** The attempt that an answer with this state belongs to, in this browser. */
  find(state: string, cookies: Cookies): Promise<KeptAttempt | undefined>
  /** Uses an attempt up; false where that was done before. */
  use(state: string): Promise<boolean>
  /** The `Set-Cookie` headers that forget the attempt with this state. */
  forget(state: string, cookies: Cookies): string[]
  /** The `Set-Cookie` headers that forget all attempts. */
  forgetAll(cookies: Cookies): string[]
}

/** Milliseconds within which a person must come back. */
export const attemptLifetime = 600_000
/** Attempts side by side. */
const mostAttempts = 4
/** Characters of all of them together: they travel with every request, and a server takes no more than 16 KiB of headers. */
const mostCharacters = 4096
/** Characters of a state that are in the cookie's name; enough of it stays secret. */
const named = 16

/** Keeps attempts in cookies. */
export function createLoginAttempts(
  settings: Pick<Settings, 'isSecure' | 'clientId' | 'redirectUri'> & { clock: Clock },
  { names, sealer, usedStates }: { names: CookieNames; sealer: Sealer; usedStates: UsedStates },
): LoginAttempts {
  const { isSecure, clientId, redirectUri, clock } = settings
  const nameOf = (state: string) => names.loginPrefix + state.slice(0, named)
  const ours = (cookies: Cookies) => [...cookies.keys()].filter((name) => name.startsWith(names.loginPrefix))
  const clear = (present: readonly string[]) =>
    present.filter((name) => /^[\w-]+$/.test(name)).map((name) => clearCookie(name, isSecure))

  /** Those that should go so that one more has room. */
  async function surplus(cookies: Cookies, added: string): Promise<string[]> {
    const present = ours(cookies)
    const size = (name: string) => cookies.get(name)?.length ?? 0
    const fits = present.reduce((sum, name) => sum + size(name), added.length) <= mostCharacters
    if (present.length < mostAttempts && fits) return []
    const opened = await Promise.all(
      present.slice(0, mostAttempts * 2).map(async (name) => {
        const start = (await sealer.open('login', cookies.get(name) ?? ''))?.start ?? 0
        return { name, start }
      }),
    )
    let room = mostCharacters - added.length
    const kept = opened
      .sort((one, other) => other.start - one.start)
      .slice(0, mostAttempts - 1)
      .filter(({ name }) => {
        room -= size(name)
        return room >= 0
      })
    return present.filter((name) => !kept.some((each) => each.name === name))
  }

  return {
    async keep({ attempt, target }, cookies) {
      const { state, codeVerifier, nonce, issuer } = attempt
      const start = clock.now()
      const content = { state, issuer, target, ...defined({ codeVerifier, nonce }) }
      const value = await sealer.seal('login', content, { start, expires: start + attemptLifetime })
      const added = setCookie(nameOf(state), value, { isSecure, maxAge: attemptLifetime / 1000 })
      return [...clear(await surplus(cookies, value)), added]
    },
    async find(state, cookies) {
      const opened = await sealer.open('login', cookies.get(nameOf(state)) ?? '')
      const content = opened?.content as Partial<Record<string, string>> | undefined
      const { issuer, target, codeVerifier, nonce } = content ?? {}
      if (content?.state !== state || issuer === undefined || target === undefined) return undefined
      return { attempt: { state, issuer, clientId, redirectUri, ...defined({ codeVerifier, nonce }) }, target }
    },
    use: (state) => usedStates.use(state),
    forget: (state, cookies) => clear([nameOf(state)].filter((name) => cookies.has(name))),
    forgetAll: (cookies) => clear(ours(cookies)),
  }
}
