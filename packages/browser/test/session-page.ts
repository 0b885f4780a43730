// What the pages of the system tests run. Whoever serves them puts `settings` into them.
import { createAdminClient } from '@flyte-js/admin'
import { FlyteError, type FlyteEvent, fetchTransport } from '@flyte-js/core'
import { type AdminUser, createAdminSession } from '../src/admin-session.js'

/** How a page is set up. */
export interface PageSettings {
  endpoint: string
  allowedRedirects?: string[]
}

/** What became of something, as a test can read it. */
export interface Outcome {
  user?: AdminUser | null
  code?: string
  /** All that an error has to say. */
  error?: string
}

declare global {
  var settings: PageSettings
}

/** What the session has said. */
export const events: FlyteEvent[] = []
export const session = createAdminSession({ ...settings, onEvent: (event) => void events.push(event) })
const transport = fetchTransport({ fetch: session.fetch, credentials: 'include' })
export const { admin, identity } = createAdminClient({
  endpoint: new URL(settings.endpoint, location.origin),
  transport,
})

/** Who is signed in, or why that cannot be told. */
export async function user(): Promise<Outcome> {
  try {
    return { user: await session.user() }
  } catch (error) {
    const { code, message, stack, cause } = error as FlyteError
    const json = FlyteError.isInstance(error) ? JSON.stringify(error.toJSON()) : ''
    return { ...(code && { code }), error: `${message} ${stack} ${json} ${cause}` }
  }
}

/** The codes with which so many calls of Flyte Admin end, which do not wait for each other. */
export function callAdmin(times: number): Promise<string[]> {
  const calls = Array.from({ length: times }, (_, index) => admin.listProjects({ limit: index + 1 }))
  return Promise.all(
    calls.map((call) =>
      call.then(
        () => 'OK',
        (error: FlyteError) => error.code,
      ),
    ),
  )
}
