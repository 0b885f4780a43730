import { discoverAuthorizationServer, refreshTokenGrant } from '@flyte-js/auth'
import { systemClock, type TokenSet } from '@flyte-js/core'
import { loopbackLogin } from '@flyte-js/pkce-auth/node'
import type { FlyteAdmin } from '@flyte-js/testing'
import { None } from 'oauth4webapi'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { flyteAdminOf, statusWith } from './flyte-admin.js'
import { keycloakAdmin } from './keycloak-admin.js'
import { keepAlive, logInAndAgree } from './login.js'
import { type People, type Person, startPeople } from './person.js'
import { accessTokenLifespan, publicClient } from './realm.js'

const { issuer, ...at } = inject('keycloak')
const keycloak = keycloakAdmin(at)

let admin: FlyteAdmin
let people: People
let person: Person
/** What the person does at Keycloak when a login comes up, and how often one has. */
let act: (person: Person) => Promise<void>
let asked: number
beforeAll(async () => {
  admin = await flyteAdminOf(issuer)
  people = await startPeople()
})
afterAll(async () => {
  await people.close()
  await admin.close()
})
beforeEach(async () => {
  await keycloak.startOver()
  person = await people.newPerson()
  act = logInAndAgree
  asked = 0
})
afterEach(() => person.leave())

/** Somebody has logged in, and Keycloak's log begins anew after that. */
async function loggedIn({ scopes }: { scopes?: string[] } = {}) {
  const grant = loopbackLogin({
    endpoint: admin.url,
    browser: false,
    pasteFrom: false,
    timeout: 30_000,
    ...(scopes && { scopes }),
    async onUrl(url) {
      asked += 1
      await person.open(url)
      await act(person)
    },
  })
  const login = keepAlive(grant)
  const tokenSet = await login.tokens.getToken()
  await person.reads(/You are logged in/)
  await keycloak.events()
  const end = () => login.clock.advance(accessTokenLifespan * 1000)
  return { ...login, tokenSet, end }
}

/** Somebody who has got hold of a refresh token uses it, past the token manager. */
async function refreshWith(tokenSet: TokenSet): Promise<TokenSet> {
  const server = await discoverAuthorizationServer({ endpoint: admin.url })
  return refreshTokenGrant(tokenSet, { server, clientId: publicClient.id, clientAuth: None() }, { clock: systemClock })
}

const types = async () => (await keycloak.events()).map(({ type }) => type)

describe('renewal', () => {
  it('is one request for all who wait, and brings a new refresh token each time', async () => {
    const { tokens, tokenSet, end } = await loggedIn()
    const seen = new Set([tokenSet.refreshToken])
    for (let round = 1; round <= 3; round += 1) {
      end()
      const renewed = await Promise.all(Array.from({ length: 20 }, () => tokens.getToken()))
      expect(new Set(renewed.map(({ accessToken }) => accessToken)).size).toBe(1)
      expect(await types()).toEqual(['REFRESH_TOKEN'])
      seen.add(renewed[0]?.refreshToken)
      expect(await statusWith(admin, renewed[0] as TokenSet)).toBe(200)
    }
    expect(seen.size).toBe(4)
    expect(asked).toBe(1)
  })

  it('answers a token that Flyte Admin has refused', async () => {
    const { tokens, tokenSet } = await loggedIn()
    const renewed = await tokens.getToken({ rejected: tokenSet.accessToken })
    expect(renewed.accessToken).not.toBe(tokenSet.accessToken)
    expect(await types()).toEqual(['REFRESH_TOKEN'])
  })
})

describe('a refresh token that was used before', () => {
  it('ends the login at Keycloak, for whoever has the next one too, and leads to a new login', async () => {
    const { tokens, tokenSet, end, eventTypes } = await loggedIn()
    end()
    const renewed = await tokens.getToken()
    await expect(refreshWith(tokenSet)).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'invalid_grant',
      oauthErrorDescription: 'Maximum allowed refresh token reuse exceeded',
    })
    expect(await keycloak.isActive(renewed.accessToken)).toBe(false)
    // The person stays logged in at Keycloak, but the client has no part in that any more.
    expect(await keycloak.sessions()).toEqual([[]])
    act = async () => {}
    end()
    const anew = await tokens.getToken()
    expect(await types()).toEqual([
      'REFRESH_TOKEN',
      'REFRESH_TOKEN_ERROR',
      'REFRESH_TOKEN_ERROR',
      'LOGIN',
      'CODE_TO_TOKEN',
    ])
    expect(asked).toBe(2)
    expect(eventTypes().filter((type) => type.startsWith('token.'))).toEqual([
      'token.acquired',
      'token.refreshed',
      'token.acquired',
    ])
    expect(await statusWith(admin, anew)).toBe(200)
  })
})

describe('a session that an administrator has ended', () => {
  it('leads to a new login once the token has ended', async () => {
    const { tokens, end } = await loggedIn()
    await keycloak.endSessions()
    act = (person) => person.logIn()
    end()
    await tokens.getToken()
    expect(await keycloak.events()).toMatchObject([
      { type: 'REFRESH_TOKEN_ERROR', details: { reason: 'Session not active' } },
      { type: 'LOGIN' },
      { type: 'CODE_TO_TOKEN' },
    ])
    expect(asked).toBe(2)
  })

  it('ends no login that was to last without one (offline_access)', async () => {
    const { tokens, tokenSet, end } = await loggedIn({ scopes: ['all', 'offline_access'] })
    await keycloak.endSessions()
    end()
    const renewed = await tokens.getToken()
    expect(await types()).toEqual(['REFRESH_TOKEN'])
    expect(renewed.refreshToken).not.toBe(tokenSet.refreshToken)
    expect(await statusWith(admin, renewed)).toBe(200)
    expect(asked).toBe(1)
    expect(await tokens.logout()).toEqual({ revoked: true })
    await expect(refreshWith(renewed)).rejects.toMatchObject({ oauthError: 'invalid_grant' })
  })
})

describe('logout', () => {
  it('revokes the login at Keycloak, and asks nobody before the next one', async () => {
    const { tokens, tokenSet, eventTypes } = await loggedIn()
    expect(await keycloak.isActive(tokenSet.accessToken)).toBe(true)
    expect(await tokens.logout()).toEqual({ revoked: true })
    expect(await types()).toEqual(['REVOKE_GRANT'])
    expect(await keycloak.sessions()).toEqual([])
    expect(await keycloak.isActive(tokenSet.accessToken)).toBe(false)
    expect(eventTypes().at(-1)).toBe('token.removed')
    await expect(refreshWith(tokenSet)).rejects.toMatchObject({ oauthError: 'invalid_grant' })
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    expect(asked).toBe(1)
    // Keycloak has forgotten the session and the consent as well.
    expect(await statusWith(admin, await tokens.login())).toBe(200)
    expect(asked).toBe(2)
  })
})
