import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlyteAdmin, type FlyteAdminOptions, startFlyteAdmin } from '@flyte-js/testing'
import { type Browser, type BrowserContext, chromium, firefox } from 'playwright'
import { chromiumFlags } from '../../../.config/chromium.js'
import { type Site, startSite } from './site.js'

export type BrowserName = 'chromium' | 'firefox'
export const browserNames: readonly BrowserName[] = ['chromium', 'firefox']

/** What a browser does with the cookies of other sites: some block them by default, Debian's Chromium and Firefox among them. */
export type ThirdPartyCookies = 'allowed' | 'blocked'

/** A browser, in which every context is somebody who has been nowhere. */
export interface StartedBrowser {
  newContext(): Promise<BrowserContext>
  close(): Promise<void>
}

/** Starts one that does so with third-party cookies. */
export async function startBrowser(name: BrowserName, thirdPartyCookies: ThirdPartyCookies): Promise<StartedBrowser> {
  const start = name === 'chromium' ? startChromium : startFirefox
  return start(thirdPartyCookies === 'blocked').catch((error) => {
    const program = name === 'chromium' ? 'chromium' : 'firefox-esr'
    throw new Error(`${name} does not start. Install: apt-get install ${program}`, { cause: error })
  })
}

/** Chromium goes by a preference of its profile, from which those that leave no trace take it. */
async function startChromium(isBlocked: boolean): Promise<StartedBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'flyte-js-chromium-'))
  await mkdir(join(profile, 'Default'))
  const preferences = { profile: { cookie_controls_mode: isBlocked ? 1 : 0, block_third_party_cookies: isBlocked } }
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences))
  const persistent = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: chromiumFlags,
  })
  return {
    newContext: () => (persistent.browser() as Browser).newContext(),
    async close() {
      await persistent.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

/** 5 is Firefox's own default, Total Cookie Protection; 0 takes all cookies. */
function startFirefox(isBlocked: boolean): Promise<StartedBrowser> {
  return firefox.launch({
    executablePath: '/usr/bin/firefox-esr',
    channel: 'moz-firefox',
    firefoxUserPrefs: { 'network.cookie.cookieBehavior': isBlocked ? 5 : 0 },
  })
}

/** How Flyte Admin sets its cookies: as it does by default, or so that other sites can use them. */
export type CookieKind = 'default' | 'none'

/** Pages, and a Flyte Admin whose session they use. */
export interface Stage {
  readonly site: Site
  readonly endpoint: string
  /** Where it runs in this process: it can be looked into then. */
  readonly admin: FlyteAdmin | undefined
  close(): Promise<void>
}

const environment = process.env
const realEndpoints: Record<CookieKind, string | undefined> = {
  default: environment.FLYTE_TEST_ENDPOINT_SESSION_PAGE,
  none: environment.FLYTE_TEST_ENDPOINT_SESSION_PAGE_NONE,
}

/**
 * Starts a stage, with a real Flyte Admin where `FLYTE_TEST_ENDPOINT_SESSION_PAGE` names one, or `FLYTE_TEST_ENDPOINT_SESSION_PAGE_NONE`
 * one whose cookies are `Secure; SameSite=None`. Both are at `localhost`, and have `http://localhost:3000` and `http://127.0.0.1:3000`
 * in `auth.authorizedUris` and `server.security.allowedOrigins`.
 */
export async function startStage(cookies: CookieKind): Promise<Stage> {
  const endpoint = realEndpoints[cookies]
  if (endpoint === undefined) return startEmbeddedStage(cookies)
  const site = await startSite(3000)
  return { site, endpoint, admin: undefined, close: site.close }
}

/** Starts a stage in this process. */
export async function startEmbeddedStage(
  cookies: CookieKind,
  options: FlyteAdminOptions = {},
): Promise<Stage & { admin: FlyteAdmin }> {
  const site = await startSite()
  const pages = [site.sameSite, site.crossSite]
  const port = await freePort()
  const admin = await startFlyteAdmin({
    port,
    authorizedUris: [`http://localhost:${port}`, ...pages],
    cors: { allowedOrigins: pages },
    ...(cookies === 'none' && { cookies: { secure: true, sameSite: 'None' } }),
    ...options,
  })
  return {
    site,
    endpoint: admin.url,
    admin,
    async close() {
      await admin.close()
      await site.close()
    },
  }
}

/** A port that was free just now: a Flyte Admin must know its own before it starts. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
