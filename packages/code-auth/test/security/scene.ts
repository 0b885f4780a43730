// What every attack needs: a portal with a provider and a Flyte Admin behind it, a victim who is logged in, and an eye on all that
// comes out.
import { inspect } from 'node:util'
import { type AuthorizationServer, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { expect } from 'vitest'
import { clientSecret, createBrowser, createPortal, type Portal, redirectUri, startProvider } from '../portal.js'

export { clientSecret, cookieKey, createBrowser, createPortal, origin, type Portal, redirectUri } from '../portal.js'

/** The scopes of a session that may ask Flyte Admin. */
const scopes = ['openid', 'profile', 'email', 'offline_access', 'all']

/** The servers, and portals in front of them. */
export interface Scene extends AsyncDisposable {
  provider: AuthorizationServer
  admin: FlyteAdmin
  /** Makes a portal. What it answers and tells is kept, to be searched. */
  portal(options?: Parameters<typeof createPortal>[0]): Portal
  /** Fails where an answer or an event holds a secret that was issued or used up to now: a token, a code, a verifier, a key. */
  expectNothingTold(): void
}

/** Starts the servers. */
export async function startScene(): Promise<Scene> {
  const provider = await startProvider()
  const admin = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: provider.issuer,
    allowedAudience: [provider.issuer],
  })
  const portals: Portal[] = []
  const told: string[] = []
  /** Secrets, and what they are. */
  const issued = new Map<string, string>()
  provider.answer('/token', async (request) => {
    const form = new URLSearchParams(request.body)
    for (const name of ['code', 'code_verifier', 'refresh_token']) keep(name, form.get(name))
    return undefined
  })
  function keep(name: string, text: string | null): void {
    if (text !== null && text.length > 8) issued.set(text, name)
  }
  keep('client secret', clientSecret)
  keep('client secret, encoded', encodeURIComponent(clientSecret))
  keep('client secret, in Basic', btoa(`portal:${clientSecret}`))

  return {
    provider,
    admin,
    portal(options = {}) {
      const fetchKept: typeof fetch = async (url, init) => {
        const response = await fetch(url, init)
        if (new URL(String(url)).pathname !== '/token') return response
        const text = await response.clone().text()
        for (const [, name = '', value = ''] of text.matchAll(/"(access_token|refresh_token|id_token)":"([^"]+)"/g))
          keep(name, value)
        return response
      }
      const portal = createPortal({
        issuer: provider.issuer,
        endpoint: admin.url,
        scopes,
        fetch: fetchKept as never,
        ...options,
      })
      for (const key of portal.options.cookieKeys) keep('cookie key', key)
      const watched = {
        ...portal,
        async handle(request: Request) {
          try {
            const response = await serve(portal, request)
            told.push(`${response.status} ${inspect([...response.headers])} ${await response.clone().text()}`)
            return response
          } catch (error) {
            told.push(inspect(error, { depth: 10 }))
            throw error
          }
        },
      }
      portals.push(watched)
      return watched
    },
    expectNothingTold() {
      const all = [...told, ...portals.map(({ events }) => inspect(events, { depth: 10 }))].join('\n')
      expect([...issued].filter(([secret]) => all.includes(secret)).map(([, name]) => name)).toEqual([])
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([provider.close(), admin.close()])
    },
  }
}

/** What the portal's own page does, but that it keeps the token to itself. */
function serve({ auth, handle }: Portal, request: Request): Promise<Response> {
  if (/^\/(login|callback|logout|api\/v1\/.*)$/.test(new URL(request.url).pathname)) return handle(request)
  return auth.withSession(request, async (session) => {
    await session?.tokenSource.getToken()
    return Response.json(session && { user: session.user })
  })
}

/** A refusal: the status, and nothing in the body but the code; nobody is sent anywhere, and nobody gets a session. */
export async function expectRefused(response: Response, status: number, code: string): Promise<void> {
  const isCleared = (line: string) => /^[\w-]+=; .*Max-Age=0$/.test(line)
  expect({
    status: response.status,
    body: await response.text(),
    location: response.headers.get('location'),
    given: response.headers.getSetCookie().filter((line) => !isCleared(line)),
    kept: response.headers.get('cache-control'),
  }).toEqual({ status, body: JSON.stringify({ code }), location: null, given: [], kept: 'no-store' })
}

/** A browser on its way back from the provider: the URL that it will ask for, and the cookies that it has. */
export async function comeBack(portal: Portal, path = '/login?redirect_url=/home') {
  const browser = createBrowser(portal)
  const answer = await browser.followRedirects(`https://portal.example.com${path}`, { until: redirectUri })
  return { browser, answer, cookie: await browser.cookies() }
}

/** Somebody who is logged in, with the cookies. */
export async function logIn(portal: Portal) {
  const browser = createBrowser(portal)
  await browser.logIn()
  return { browser, cookie: await browser.cookies() }
}

/** A request to a portal as a client makes it that is no browser: with whatever headers. */
export const ask = (portal: Portal, path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  portal.handle(new Request(new URL(path, 'https://portal.example.com'), { ...init, headers }))
