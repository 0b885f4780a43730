import { createUserAgent } from '@flyte-js/testing'
import type { Stage } from './stage.js'

/** A browser without a screen at a portal whose provider asks nothing. */
export interface Visit {
  /** Signs in, and gives the URL of the last page. */
  signIn(): Promise<URL>
  signOut(): Promise<Response>
  /** Calls Flyte Admin through the portal. */
  callAdmin(): Promise<Response>
  /** The same, so often at once: what the statuses are. */
  callAdminAtOnce(times: number): Promise<number[]>
  /** What the portal's page says. */
  page(): Promise<string>
  /** The cookie that it sent last. */
  lastCookie(): string
  /** What it came back from the provider with. */
  lastCallback(): { cookie: string; answer: string }
}

/**
 * Opens one, without cookies.
 *
 * @param stage - the portal
 * @param behind - where it is reached, if nothing listens at its origin
 */
export function visit({ origin }: Pick<Stage, 'origin'>, behind = origin): Visit {
  let cookie = ''
  let callback = { cookie, answer: '' }
  const agent = createUserAgent({
    fetch(url, init) {
      if (!url.startsWith(`${origin}/`)) return fetch(url, init)
      cookie = new Headers(init.headers).get('cookie') ?? ''
      const path = url.slice(origin.length)
      if (path.startsWith('/callback?')) callback = { cookie, answer: path }
      return fetch(behind + path, init)
    },
  })
  const callAdmin = () => agent.request(`${origin}/api/v1/projects`, { headers: { accept: 'application/json' } })
  return {
    signIn: () => agent.followRedirects(`${origin}/login?redirect_url=/projects`),
    signOut: () => agent.request(`${origin}/logout`),
    callAdmin,
    async callAdminAtOnce(times) {
      const answers = await Promise.all(Array.from({ length: times }, callAdmin))
      await Promise.all(answers.map((answer) => answer.body?.cancel()))
      return answers.map(({ status }) => status)
    },
    page: async () => (await agent.request(`${origin}/projects`)).text(),
    lastCookie: () => cookie,
    lastCallback: () => callback,
  }
}
