import {
  type AuthorizationServer,
  type FlyteAdmin,
  type RecordedRequest,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { type Browser, chromium, firefox } from 'playwright'
import { chromiumFlags } from '../../../.config/chromium.js'
import type { PageSettings } from './login-page.js'
import { type Site, startSite } from './site.js'

export type BrowserName = 'chromium' | 'firefox'
export const browserNames: readonly BrowserName[] = ['chromium', 'firefox']

/** Starts a browser in which popups are blocked as they are for people, and pages kept for the way back. */
export async function startBrowser(name: BrowserName): Promise<Browser> {
  const start =
    name === 'chromium'
      ? chromium.launch({
          executablePath: '/usr/bin/chromium',
          args: chromiumFlags,
          ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache'],
        })
      : firefox.launch({
          executablePath: '/usr/bin/firefox-esr',
          channel: 'moz-firefox',
          // What Firefox sets for those who drive it lets popups through.
          firefoxUserPrefs: { 'dom.disable_open_during_load': true, 'remote.prefs.recommended': false },
        })
  return start.catch((error) => {
    const program = name === 'chromium' ? 'chromium' : 'firefox-esr'
    throw new Error(`${name} does not start. Install: apt-get install ${program}`, { cause: error })
  })
}

/** Which authorization server: Flyte Admin's own, or the one whose metadata it relays. */
export type ServerName = 'self' | 'external'
export const serverNames: readonly ServerName[] = ['self', 'external']

/** A site with a page, and a Flyte Admin that it logs in at. */
export interface Stage {
  readonly site: Site
  readonly redirectUri: string
  readonly endpoint: string
  /** The servers, where they run in this process. */
  readonly embedded: EmbeddedServers | undefined
  /** What a page is told by default, and what else a test says. */
  settings(more?: Partial<PageSettings>): PageSettings
  close(): Promise<void>
}

/** Servers whose requests can be looked at, and whose answers changed. */
export interface EmbeddedServers {
  readonly admin: FlyteAdmin
  /** The external authorization server; `self` does without. */
  readonly issuer: AuthorizationServer
  /** What the token endpoint was sent. */
  tokenRequests(grantType?: string): RecordedRequest[]
  clearRequests(): void
  /** Moves Flyte Admin's clock on. */
  advance(milliseconds: number): void
}

/** A stage whose servers are embedded. */
export type EmbeddedStage = Stage & EmbeddedServers

const environment = process.env
const realEndpoints: Record<ServerName, string | undefined> = {
  self: environment.FLYTE_TEST_ENDPOINT,
  external: environment.FLYTE_TEST_ENDPOINT_EXTERNAL,
}

/** Whether a real Flyte Admin is to be tested against, which cannot be looked into. */
export function isReal(server: ServerName): boolean {
  return realEndpoints[server] !== undefined
}

/**
 * Starts a stage, with a real Flyte Admin where `FLYTE_TEST_ENDPOINT` (self) or `FLYTE_TEST_ENDPOINT_EXTERNAL` names one. That
 * needs a public client, `FLYTE_TEST_PAGE_CLIENT_ID` or `page`, with the redirect URI `http://localhost:3000/callback`, and lets
 * `http://localhost:3000` in.
 */
export async function startStage(server: ServerName): Promise<Stage> {
  const endpoint = realEndpoints[server]
  if (endpoint === undefined) return startEmbeddedStage(server)
  const site = await startSite(3000)
  const clientId = environment.FLYTE_TEST_PAGE_CLIENT_ID ?? 'page'
  return {
    site,
    redirectUri: `${site.origin}/callback`,
    endpoint,
    embedded: undefined,
    settings: (more) => ({ endpoint, clientId, redirectUri: '/callback', login: 'redirect', ...more }),
    close: site.close,
  }
}

/** Starts a stage in this process. */
export async function startEmbeddedStage(server: ServerName): Promise<EmbeddedStage> {
  const site = await startSite()
  const redirectUri = `${site.origin}/callback`
  let ahead = 0
  const issuer = await startAuthorizationServer({ clients: [{ id: 'page', redirectUris: [redirectUri] }] })
  const admin = await startFlyteAdmin({
    auth: server,
    externalAuthServer: issuer.issuer,
    allowedAudience: [issuer.issuer],
    clients: [{ id: 'page', redirectUris: [redirectUri] }],
    clock: { now: () => Date.now() + ahead },
    cors: { allowedOrigins: [site.origin] },
    publicClient: { clientId: 'page', redirectUri: 'http://localhost:53593/callback', scopes: ['all', 'offline'] },
  })
  const [asked, path] = server === 'self' ? [admin, '/oauth2/token'] : [issuer, '/token']
  const embedded: EmbeddedServers = {
    admin,
    issuer,
    tokenRequests: (grantType) =>
      asked
        .requestsTo(path)
        .filter(({ body }) => grantType === undefined || new URLSearchParams(body).get('grant_type') === grantType),
    clearRequests() {
      admin.clearRequests()
      issuer.clearRequests()
    },
    advance(milliseconds) {
      ahead += milliseconds
    },
  }
  return {
    ...embedded,
    site,
    redirectUri,
    endpoint: admin.url,
    embedded,
    settings: (more) => ({ endpoint: admin.url, redirectUri: '/callback', login: 'redirect', ...more }),
    async close() {
      await admin.close()
      await issuer.close()
      await site.close()
    },
  }
}
