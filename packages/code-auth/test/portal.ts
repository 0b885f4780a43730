// A portal in this process, and a browser for it: no socket but those of the servers behind it.
import { randomBytes } from 'node:crypto'
import type { FlyteEvent } from '@flyte-js/core'
import {
  type AuthorizationServer,
  createTestClock,
  createUserAgent,
  startAuthorizationServer,
  type TestClock,
} from '@flyte-js/testing'
import { type CodeAuth, type CodeAuthOptions, createCodeAuth } from '../src/index.js'

export const origin = 'https://portal.example.com'
export const redirectUri = `${origin}/callback`
export const clientSecret = 'p@ss:w/o+rd %41 of the portal'

/** An authorization server that knows the portal. */
export function startProvider(
  options: Parameters<typeof startAuthorizationServer>[0] = {},
  client: { tokenEndpointAuthMethod?: 'client_secret_basic' | 'client_secret_post' } = {},
): Promise<AuthorizationServer> {
  const grantTypes = ['authorization_code', 'refresh_token']
  return startAuthorizationServer({
    clients: [{ id: 'portal', secret: clientSecret, grantTypes, redirectUris: [redirectUri], ...client }],
    accessTokenLifetime: 300,
    ...options,
  })
}

export const cookieKey = () => randomBytes(32).toString('base64url')

/** A portal: what an application does with code-auth, and what it heard. */
export interface Portal {
  auth: CodeAuth
  clock: TestClock
  events: FlyteEvent[]
  options: CodeAuthOptions
  /** Serves a request. */
  handle(request: Request): Promise<Response>
}

/** Makes a portal for a provider. */
export function createPortal(options: Partial<CodeAuthOptions> & { clock?: TestClock } = {}): Portal {
  const events: FlyteEvent[] = []
  const clock = options.clock ?? createTestClock(Date.now())
  const all: CodeAuthOptions = {
    clientId: 'portal',
    clientSecret,
    redirectUri,
    cookieKeys: [cookieKey()],
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  }
  const auth = createCodeAuth(all)
  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/login') return auth.login(request)
    if (pathname === '/callback') return auth.callback(request)
    if (pathname === '/logout') return auth.logout(request)
    if (pathname.startsWith('/api/v1/')) return auth.proxy(request)
    return auth.withSession(request, async (session) => {
      if (session === null) return Response.json(null)
      const { accessToken } = await session.tokenSource.getToken()
      const { user, scope, expiresAt } = session
      return Response.json({ user, scope, expiresAt, accessToken })
    })
  }
  return { auth, clock, events, options: all, handle }
}

/** A browser. What is at the portal's origin is asked of the portal; several of them take turns, as behind a load balancer. */
export function createBrowser(...portals: Pick<Portal, 'handle'>[]) {
  let turn = 0
  const sent: Request[] = []
  const agent = createUserAgent({
    fetch: async (url, init) => {
      if (new URL(url).origin !== origin) return fetch(url, init)
      const request = new Request(url, init)
      sent.push(request.clone())
      const portal = portals[turn++ % portals.length] as Pick<Portal, 'handle'>
      return portal.handle(request)
    },
  })
  return {
    ...agent,
    /** What came to the portal. */
    sent,
    /** Logs in, and returns the page that the browser is at in the end. */
    logIn: (path = '/login?redirect_url=/home') => agent.followRedirects(origin + path, { until: `${origin}/home` }),
    async me(): Promise<{ user: { subject: string; name?: string }; accessToken: string; expiresAt: number } | null> {
      const response = await agent.request(`${origin}/me`)
      return response.json() as never
    },
    /** The portal's cookies, as they are sent. */
    async cookies(): Promise<string> {
      await agent.request(`${origin}/me`)
      return sent.at(-1)?.headers.get('cookie') ?? ''
    },
  }
}
