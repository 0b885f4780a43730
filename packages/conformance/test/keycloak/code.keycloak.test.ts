import type { FlyteAdmin } from '@flyte-js/testing'
import { type Browser, chromium } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { chromiumFlags } from '../../../../.config/chromium.js'
import {
  type Front,
  type PortalInstance,
  type PortalOptions,
  startFront,
} from '../../../code-auth/test/start-portal.js'
import { createVisitor, type Visitor } from '../../../code-auth/test/visitor.js'
import { flyteAdminOf } from './flyte-admin.js'
import { keycloakAdmin } from './keycloak-admin.js'
import { personAt } from './person.js'
import { accessTokenLifespan, portalClient } from './realm.js'

const { issuer, ...at } = inject('keycloak')
const keycloak = keycloakAdmin(at)

let admin: FlyteAdmin
let browser: Browser
beforeAll(async () => {
  admin = await flyteAdminOf(issuer)
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
})
afterAll(async () => {
  await browser.close()
  await admin.close()
})

let front: Front
let visitor: Visitor
beforeEach(async () => {
  await keycloak.startOver()
  front = await startFront()
})
afterEach(async () => {
  await visitor.close()
  await front.close()
})

/** A portal, and somebody before it. */
async function open({
  mustUsePkce = false,
  ...options
}: Partial<PortalOptions> & { mustUsePkce?: boolean } = {}): Promise<PortalInstance> {
  const client = portalClient(front.origin, { mustUsePkce })
  await keycloak.createClient(client)
  const [portal] = await front.serve({
    issuer,
    endpoint: admin.url,
    clientId: client.clientId,
    clientSecret: client.secret,
    scopes: ['openid', 'profile', 'email', 'all'],
    cookieKeys: ['a key of a portal that lives for a test'],
    ...options,
  })
  visitor = await createVisitor(browser, front.origin)
  return portal as PortalInstance
}

async function signIn(): Promise<void> {
  await visitor.press('Sign in')
  await personAt(visitor.page).logIn()
  await visitor.page.getByRole('button', { name: 'Sign out' }).waitFor()
}

const types = async () => (await keycloak.events()).map(({ type }) => type)
const statusWith = async (cookie: string) =>
  (await fetch(`${front.origin}/api/v1/projects`, { headers: { cookie } })).status

describe('the authorization code grant on a server', () => {
  it.each<[string, Parameters<typeof open>[0]]>([
    ['by a client without PKCE and with a secret', {}],
    ['by a client that is sent no challenge', { pkce: false }],
    ['by a client that must use PKCE', { mustUsePkce: true }],
    ['by a client that sends its secret in the form', { clientAuthentication: 'client_secret_post' }],
    ['with offline access', { scopes: ['openid', 'all', 'offline_access'] }],
  ])('%s signs people in, renews once for 50 calls, and signs them out for good', async (_, options) => {
    const portal = await open(options)
    await signIn()
    expect(visitor.page.url()).toBe(`${front.origin}/projects`)
    expect(await visitor.page.getByRole('heading').textContent()).toBe('Flora Example')
    expect(await visitor.projects()).toContain('flytesnacks')
    expect(await types()).toEqual(['LOGIN', 'CODE_TO_TOKEN'])

    await portal.advance(accessTokenLifespan * 1000)
    const answers = await visitor.callAdmin(50)
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
    expect(await types()).toEqual(['REFRESH_TOKEN'])

    const old = (await visitor.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    expect(await statusWith(old)).toBe(200)
    await visitor.press('Sign out')
    await visitor.page.getByText('Nobody is signed in.').waitFor()
    expect(await statusWith(old)).toBe(401)
    expect(await types()).toEqual(['REVOKE_GRANT'])
  })

  it('goes on to Keycloak at a sign-out where it is to end there as well', async () => {
    await open({ endProviderSession: true, afterLogout: '/goodbye' })
    await signIn()
    expect(await keycloak.sessions()).toHaveLength(1)
    await visitor.press('Sign out')
    await visitor.page.waitForURL(`${front.origin}/goodbye`)
    expect(await keycloak.sessions()).toEqual([])
    // Who it is has to be said again.
    await signIn()
  })

  it('ends for the browser when an administrator has ended it at Keycloak', async () => {
    const portal = await open()
    await signIn()
    await visitor.projects()
    await keycloak.endSessions()
    await portal.advance(accessTokenLifespan * 1000)
    await keycloak.events()
    const answers = await visitor.callAdmin(10)
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      Array(10).fill([401, 'FLYTE_AUTH_LOGGED_OUT']),
    )
    expect(await types()).toEqual(['REFRESH_TOKEN_ERROR'])
    await visitor.page.reload()
    await visitor.page.getByText('Nobody is signed in.').waitFor()
  })

  it('ends with a code where PKCE is left out and required', async () => {
    const portal = await open({ pkce: false, mustUsePkce: true })
    await visitor.press('Sign in')
    await visitor.page.getByText('FLYTE_AUTH_GRANT_REFUSED').waitFor()
    expect(new URL(visitor.page.url()).pathname).toBe('/callback')
    expect(portal.events.at(-1)).toMatchObject({ type: 'session.refused', operation: 'callback' })
  })
})
