import { createTokenManager, discoverAuthorizationServer } from '@flyte-js/auth'
import { type ClientCredentialsOptions, clientCredentials } from '@flyte-js/basic-auth'
import { basicAuth } from '@flyte-js/basic-auth/node'
import type { FlyteEvent } from '@flyte-js/core'
import { createTestClock, type FlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { everythingOf } from '../../../token-store/test/canaries.js'
import { flyteAdminOf, statusWith } from './flyte-admin.js'
import { keycloakAdmin } from './keycloak-admin.js'
import { accessTokenLifespan, serviceClient } from './realm.js'

const { issuer, ...server } = inject('keycloak')
const keycloak = keycloakAdmin(server)
const protocol = `${issuer}/protocol/openid-connect`

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await flyteAdminOf(issuer)
})
afterAll(() => admin.close())
beforeEach(() => keycloak.startOver())

async function login(options: Partial<ClientCredentialsOptions> = {}) {
  const authorizationServer = await discoverAuthorizationServer({ endpoint: admin.url })
  const { id: clientId, secret: clientSecret } = serviceClient
  const clock = createTestClock(Date.now())
  const grant = clientCredentials({ authorizationServer, clientId, clientSecret, scopes: ['all'], ...options })
  return { clock, tokens: createTokenManager({ grant, clock }) }
}

describe('discovery through Flyte Admin', () => {
  it('is confirmed by Keycloak, which adds what Flyte Admin has no field for', async () => {
    const events: FlyteEvent[] = []
    const found = await discoverAuthorizationServer({ endpoint: admin.url, onEvent: (event) => events.push(event) })
    expect(events).toEqual([expect.objectContaining({ type: 'discovery.completed', issuer })])
    expect(found).toMatchObject({
      issuer,
      token_endpoint: `${protocol}/token`,
      authorization_endpoint: `${protocol}/auth`,
      device_authorization_endpoint: `${protocol}/auth/device`,
      revocation_endpoint: `${protocol}/revoke`,
      authorization_response_iss_parameter_supported: true,
    })
    const relayed = await fetch(`${admin.url}/.well-known/oauth-authorization-server`)
    expect(await relayed.json()).not.toHaveProperty('revocationEndpoint')
  })
})

describe('the client credentials grant', () => {
  it('takes a secret with every kind of character, and gives a token that Flyte Admin takes', async () => {
    const { tokens, clock } = await login()
    const before = clock.now()
    const tokenSet = await tokens.getToken()
    expect(tokenSet).toEqual({
      accessToken: expect.any(String),
      tokenType: 'bearer',
      expiresAt: expect.any(Number),
      scope: expect.stringMatching(/\ball\b/),
      issuer,
    })
    // Keycloak counts from the second in which it began, so it may say one less.
    const lifespan = ((tokenSet.expiresAt ?? 0) - before) / 1000
    expect([accessTokenLifespan, accessTokenLifespan - 1]).toContain(lifespan)
    expect(await statusWith(admin, tokenSet)).toBe(200)
  })

  it('says who it is in the body where that is wanted', async () => {
    const { tokens } = await login({ clientAuthMethod: 'client_secret_post' })
    expect(await statusWith(admin, await tokens.getToken())).toBe(200)
  })

  it('gives a token that Flyte Admin refuses where the scope was not asked for', async () => {
    const { tokens } = await login({ scopes: [] })
    expect(await statusWith(admin, await tokens.getToken())).toBe(401)
  })

  it('logs in once for all who wait, and anew when the token has ended', async () => {
    const { tokens, clock } = await login()
    const many = await Promise.all(Array.from({ length: 20 }, () => tokens.getToken()))
    expect(new Set(many.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect((await keycloak.events()).map(({ type }) => type)).toEqual(['CLIENT_LOGIN'])
    await clock.advance(accessTokenLifespan * 1000)
    const { accessToken } = await tokens.getToken()
    expect(accessToken).not.toBe(many[0]?.accessToken)
    expect((await keycloak.events()).map(({ type }) => type)).toEqual(['CLIENT_LOGIN'])
  })

  it('needs no more than the environment', async () => {
    const auth = await basicAuth({
      env: {
        FLYTE_PLATFORM_URL: admin.url,
        FLYTE_CREDENTIALS_CLIENT_ID: serviceClient.id,
        FLYTE_CREDENTIALS_CLIENT_SECRET: serviceClient.secret,
      },
    })
    const response = await auth.fetch('/api/v1/projects')
    expect(response.status).toBe(200)
    auth.close()
  })
})

describe('refusals', () => {
  // Keycloak says `unauthorized_client` of a wrong secret, where RFC 6749 section 5.2 has `invalid_client`.
  it.each([
    ['a wrong secret', { clientSecret: 'canary' }, { oauthError: 'unauthorized_client', status: 401 }],
    ['an unknown client', { clientId: 'nobody' }, { oauthError: 'invalid_client', status: 401 }],
    [
      'a scope that there is not',
      { scopes: ['all', 'nonsense'] },
      { oauthError: 'invalid_scope', oauthErrorDescription: 'Invalid scopes: all nonsense', status: 400 },
    ],
  ])('%s', async (_, options, expected) => {
    const { tokens } = await login(options)
    const error = await tokens.getToken().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', endpoint: `${protocol}/token`, ...expected })
    expect(everythingOf(error)).not.toContain('canary')
    // What was refused is not asked again at once.
    await keycloak.events()
    await expect(tokens.getToken()).rejects.toMatchObject(expected)
    expect(await keycloak.events()).toEqual([])
  })
})

describe('revocation', () => {
  it('ends the access token at Keycloak when the login is ended', async () => {
    const { tokens } = await login()
    const { accessToken } = await tokens.getToken()
    expect(await keycloak.isActive(accessToken)).toBe(true)
    expect(await tokens.logout()).toEqual({ revoked: true })
    expect(await keycloak.isActive(accessToken)).toBe(false)
    expect((await tokens.getToken()).accessToken).not.toBe(accessToken)
  })
})
