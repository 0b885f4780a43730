import type { TokenSet } from '@flyte-js/core'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import type { Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { startTabs, type Tabs } from '../tabs.js'
import { keycloakAdmin } from './keycloak-admin.js'
import { logInAndAgree } from './login.js'
import type * as AppPage from './page.mjs'
import { type Person, personAt } from './person.js'
import { pageClient, resourceServer } from './realm.js'

/** What the bundle of `page.mjs` is in the tab. */
declare const page: typeof AppPage

const { issuer, ...at } = inject('keycloak')
const keycloak = keycloakAdmin(at)

let admin: FlyteAdmin
let tabs: Tabs
let settings: AppPage.Settings
beforeAll(async () => {
  tabs = await startTabs({ source: "export * from './keycloak/page.mjs'" })
  const client = pageClient(tabs.origin)
  await keycloak.createClient(client)
  admin = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: issuer,
    allowedAudience: [resourceServer.id],
    cors: { allowedOrigins: [tabs.origin] },
  })
  settings = { endpoint: admin.url, clientId: client.clientId }
})
afterAll(async () => {
  await tabs.close()
  await admin.close()
})

let tab: Page
beforeEach(async () => {
  await keycloak.startOver()
  await tabs.context.clearCookies()
  const [opened] = await tabs.open(1)
  tab = opened as Page
  return () => tab.close()
})

/** Logs in by a redirect, and finishes where the browser has come back. */
async function logIn(act: (person: Person) => Promise<void> = logInAndAgree) {
  await tab.evaluate((settings) => page.leave(settings), settings)
  await act(personAt(tab))
  await tab.waitForURL(`${tabs.origin}/callback?*`)
  return tab.evaluate((settings) => page.finish(settings), settings)
}

/** What Flyte Admin says to the page with these tokens. */
const statusWith = ({ accessToken }: TokenSet) =>
  tab.evaluate(([settings, token]) => page.statusWith(settings, token), [settings, accessToken] as const)

const types = async () => (await keycloak.events()).map(({ type }) => type)

describe('a page of another origin than Keycloak', () => {
  it('logs in by a redirect, and gets tokens that Flyte Admin takes', async () => {
    const { tokenSet } = await logIn()
    expect(tokenSet).toMatchObject({ tokenType: 'bearer', issuer })
    expect(await statusWith(tokenSet as TokenSet)).toBe(200)
    expect(await types()).toEqual(['LOGIN', 'CODE_TO_TOKEN'])
    expect(tab.url()).toBe(`${tabs.origin}/callback`)
  })

  it('logs in by a popup', async () => {
    const opened = tabs.context.waitForEvent('page')
    const login = tab.evaluate((settings) => page.popUp(settings), settings)
    const popup = await opened
    const closed = popup.waitForEvent('close')
    await logInAndAgree(personAt(popup))
    const { tokenSet } = await login
    expect(await statusWith(tokenSet as TokenSet)).toBe(200)
    await closed
  })

  it('logs in somebody who is known to Keycloak without a word', async () => {
    const beSilent = () => tab.evaluate((settings) => page.beSilent(settings), settings)
    expect(await beSilent()).toEqual({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'login_required' })
    await logIn()
    await keycloak.events()
    const { tokenSet } = await beSilent()
    expect(await statusWith(tokenSet as TokenSet)).toBe(200)
    expect(await types()).toEqual(['LOGIN', 'CODE_TO_TOKEN'])
  })

  it('renews its tokens and revokes them', async () => {
    const { tokenSet: first } = await logIn()
    await keycloak.events()
    const { tokenSet: second } = await tab.evaluate(([settings, rejected]) => page.renew(settings, rejected), [
      settings,
      first?.accessToken ?? '',
    ] as const)
    expect(await types()).toEqual(['REFRESH_TOKEN'])
    expect(second?.refreshToken).not.toBe(first?.refreshToken)
    expect(await tab.evaluate((settings) => page.logOut(settings), settings)).toEqual({ revoked: true })
    expect(await types()).toEqual(['REVOKE_GRANT'])
    expect(await keycloak.sessions()).toEqual([])
  })

  it('can read why it was refused', async () => {
    const refused = await logIn(async (person) => {
      await person.logIn()
      await person.answer('no')
    })
    expect(refused).toEqual({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
    const { tokenSet } = await logIn()
    const refresh = () =>
      tab.evaluate(([settings, tokenSet]) => page.refreshWith(settings, tokenSet), [
        settings,
        tokenSet as TokenSet,
      ] as const)
    expect(await refresh()).toHaveProperty('tokenSet')
    expect(await refresh()).toEqual({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_grant' })
  })
})
