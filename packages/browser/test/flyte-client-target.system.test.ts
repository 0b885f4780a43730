// A page's client against the embedded Flyte Admin, or against a real one where FLYTE_TEST_ENDPOINT names it. That must let the
// origin http://localhost:3000 in, and have a public client, FLYTE_TEST_PAGE_CLIENT_ID or `flyte-cli`, with the redirect URI
// http://localhost:12345/callback. The first is a page of another origin, that has its tokens from elsewhere. The second is a page
// that people log in to: Flyte Admin is on its own origin, since CORS lets a single one in.
import { createAdminClient } from '@flyte-js/admin'
import { launch } from '@flyte-js/admin/executions'
import { filter } from '@flyte-js/admin/filters'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import type { BrowserContext, Page, Request } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newExecutionId, registerTask } from '../../admin/test/launch.js'
import { type AdminProxy, createAdminProxy } from './admin-proxy.js'
import type { ClientPage, PageSettings } from './app/client-page.js'
import { type ClientSite, startClientSite } from './client-stage.js'
import { browserNames, freePort, type StartedBrowser, startBrowser } from './stage.js'

declare const page: ClientPage

const {
  FLYTE_TEST_ENDPOINT,
  FLYTE_TEST_CLIENT_ID = 'flytepropeller',
  FLYTE_TEST_CLIENT_SECRET = 'short-secret',
} = process.env
const isReal = FLYTE_TEST_ENDPOINT !== undefined
const clientId = process.env.FLYTE_TEST_PAGE_CLIENT_ID ?? 'flyte-cli'
const projects = ['flyteexamples', 'flytesnacks', 'flytetester']

let embedded: FlyteAdmin | undefined
let endpoint: string
let proxy: AdminProxy
let foreign: ClientSite
let own: ClientSite
let token: string
/** Five executions, so that two a page are three pages. */
let executions: string[]
let ofThem: string

beforeAll(async () => {
  const ports = isReal ? [3000, 12345] : [await freePort(), await freePort()]
  const [foreignPort = 0, ownPort = 0] = ports
  if (!isReal) {
    const redirectUris = [`http://localhost:${ownPort}/callback`]
    embedded = await startFlyteAdmin({
      cors: { allowedOrigins: [`http://localhost:${foreignPort}`] },
      clients: [
        { id: clientId, redirectUris },
        { id: FLYTE_TEST_CLIENT_ID, secret: FLYTE_TEST_CLIENT_SECRET },
      ],
    })
  }
  endpoint = embedded?.url ?? (FLYTE_TEST_ENDPOINT as string)
  proxy = createAdminProxy(endpoint)
  foreign = await startClientSite('Vite', { port: foreignPort })
  own = await startClientSite('Vite', { port: ownPort, answer: proxy.answer })
  token = await tokenOfAProgram()
  executions = await launchFive()
  ofThem = filter.valueIn('execution_name', executions)
})
afterAll(async () => {
  await foreign?.close()
  await own?.close()
  await embedded?.close()
})

async function tokenOfAProgram(): Promise<string> {
  const response = await fetch(`${endpoint}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${FLYTE_TEST_CLIENT_ID}:${FLYTE_TEST_CLIENT_SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

async function launchFive(): Promise<string[]> {
  const tokenSource = { getToken: async () => ({ accessToken: token, tokenType: 'bearer' }) }
  const client = createAdminClient({ endpoint, tokenSource })
  const id = newExecutionId()
  await registerTask(client, id)
  const task = { ...id, resource_type: 'TASK', version: 'v1' } as const
  const launched: string[] = []
  for (let count = 0; count < 5; count += 1) launched.push((await launch(client.admin, { task })).name)
  return launched.sort()
}

describe.each(browserNames)('in %s', (browserName) => {
  let browser: StartedBrowser
  let context: BrowserContext
  let faults: string[]
  beforeAll(async () => {
    browser = await startBrowser(browserName, 'blocked')
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    context = await browser.newContext()
    faults = []
    // Firefox says here what Chromium says in the console.
    const isCors = /^Cross-Origin Request Blocked/
    context.on('weberror', (error) => {
      const text = String(error.error())
      if (!isCors.test(text)) faults.push(text)
    })
    proxy.grantTypes.length = 0
    proxy.spoiled = 0
  })
  afterEach(async () => {
    await context.close()
    expect(faults).toEqual([])
  })

  const isReady = (tab: Page) => tab.waitForFunction(() => !('isLeft' in window) && 'page' in window)
  const list = (tab: Page) => tab.evaluate((filters) => page.listExecutions(filters), ofThem)

  async function open(site: ClientSite, path: string, settings: PageSettings): Promise<Page> {
    site.settings = settings
    const tab = await context.newPage()
    await tab.goto(site.origin + path)
    await isReady(tab)
    return tab
  }

  /** The calls of Flyte Admin that a page makes, by what they carry a token in. */
  function watchCalls(tab: Page): string[][] {
    const headers: string[][] = []
    tab.on('request', (request: Request) => {
      if (!request.url().startsWith(`${endpoint}/api/`) || request.method() === 'OPTIONS') return
      headers.push(
        Object.keys(request.headers()).filter((name) => /authorization|x-request-id|grpc-timeout/.test(name)),
      )
    })
    return headers
  }

  describe('a page of another origin', () => {
    it('lists, page by page, with the token in the header that CORS lets through', async () => {
      const tab = await open(foreign, '/', { endpoint, auth: 'pkce', tokens: [token] })
      const calls = watchCalls(tab)
      expect((await tab.evaluate(() => page.listProjects())).result).toEqual(expect.arrayContaining(projects))
      calls.length = 0
      expect(await list(tab)).toEqual({ result: executions })
      expect(calls).toEqual(Array(3).fill(['flyte-authorization']))
      expect(await tab.evaluate(() => page.waitForExecution())).toEqual({ error: 'FLYTE_ADMIN_RPC_FAILED' })
    })

    it('renews a token that is refused, once, and says so where that is refused as well', async () => {
      const tab = await open(foreign, '/', { endpoint, auth: 'pkce', tokens: ['bad', token] })
      const calls = watchCalls(tab)
      expect(await list(tab)).toEqual({ result: executions })
      expect(calls.slice(0, 2)).toEqual(Array(2).fill(['flyte-authorization']))
      const refused = await open(foreign, '/', { endpoint, auth: 'pkce', tokens: ['bad', 'worse'] })
      expect(await list(refused)).toEqual({ error: 'FLYTE_ADMIN_UNAUTHENTICATED' })
      expect(await refused.evaluate(() => page.user())).toEqual({ result: null })
    })

    it('that CORS does not let in hears no answer', async () => {
      const tab = await open(own, '/', { endpoint, auth: 'pkce', tokens: [token] })
      expect(await list(tab)).toEqual({ error: 'FLYTE_ADMIN_UNREACHABLE' })
    })
  })

  it('a page logs a person in by PKCE, lists, renews by the refresh token, and is refused where that is no help', async () => {
    const scopes = ['all', 'offline']
    const login = { clientId, redirectUri: '/callback', scopes, offline: true } as const
    const tab = await open(own, '/board', { endpoint: '/', auth: 'pkce', ...login })
    expect(await list(tab)).toEqual({ error: 'FLYTE_AUTH_LOGGED_OUT' })
    await tab.evaluate(() => {
      Object.assign(window, { isLeft: true })
      page.login()
    })
    await isReady(tab)
    expect(await tab.evaluate(() => page.finished)).toEqual({ result: { returnTo: '/board' } })
    expect(await tab.evaluate(() => page.user())).toMatchObject({ result: { subject: 'user-1' } })
    expect(await list(tab)).toEqual({ result: executions })
    expect(proxy.grantTypes).toEqual(['authorization_code'])

    proxy.spoiled = 1
    expect(await list(tab)).toEqual({ result: executions })
    expect(proxy.grantTypes).toEqual(['authorization_code', 'refresh_token'])

    proxy.spoiled = Number.POSITIVE_INFINITY
    expect(await list(tab)).toEqual({ error: 'FLYTE_ADMIN_UNAUTHENTICATED' })
    proxy.spoiled = 0
    expect(await list(tab)).toEqual({ result: executions })
    expect(await tab.evaluate(() => page.logout())).toEqual({ result: { revoked: false } })
    expect(await list(tab)).toEqual({ error: 'FLYTE_AUTH_LOGGED_OUT' })
  })
})
