import { type LoopbackLoginOptions, loopbackLogin } from '@flyte-js/pkce-auth/node'
import type { FlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { flyteAdminOf, statusWith } from './flyte-admin.js'
import { keycloakAdmin } from './keycloak-admin.js'
import { keepAlive, logInAndAgree } from './login.js'
import { type People, type Person, startPeople } from './person.js'

const { issuer, ...at } = inject('keycloak')
const keycloak = keycloakAdmin(at)

let admin: FlyteAdmin
let people: People
let person: Person
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
})
afterEach(() => person.leave())

/**
 * A login whose browser is the person's.
 *
 * @param act - what the person does at Keycloak
 */
function login(act: (person: Person) => Promise<void> = logInAndAgree, options: Partial<LoopbackLoginOptions> = {}) {
  const onUrl = async (url: string) => {
    await person.open(url)
    await act(person)
  }
  const quiet = { browser: false, pasteFrom: false, timeout: 30_000 } as const
  return keepAlive(loopbackLogin({ endpoint: admin.url, ...quiet, onUrl, ...options }))
}

const loggedIn = /You are logged in/
const failed = /The login failed/

describe('the authorization code grant with PKCE, by a loopback redirect', () => {
  it('logs in with what Flyte Admin advertises, and gives tokens that it takes', async () => {
    const visited: string[] = []
    person.page.on('request', (request) => visited.push(request.url()))
    const { tokens, eventTypes } = login()
    const tokenSet = await tokens.getToken()
    await person.reads(loggedIn)
    expect(new URL(person.page.url()).search).toBe('')
    // What Keycloak adds to the answer of RFC 6749: who it is (RFC 9207), and its session.
    const callback = visited.find((url) => url.startsWith('http://localhost:53593/callback?'))
    const { searchParams } = new URL(callback ?? '')
    expect([...searchParams.keys()].sort()).toEqual(['code', 'iss', 'session_state', 'state'])
    expect(searchParams.get('iss')).toBe(issuer)
    expect(tokenSet).toEqual({
      accessToken: expect.any(String),
      tokenType: 'bearer',
      expiresAt: expect.any(Number),
      refreshToken: expect.any(String),
      scope: expect.stringMatching(/\ball\b/),
      issuer,
    })
    expect(await statusWith(admin, tokenSet)).toBe(200)
    expect(eventTypes()).toEqual(['login.browser', 'token.acquired'])
    expect(await keycloak.events()).toMatchObject([
      { type: 'LOGIN', clientId: 'flytectl', details: { consent: 'consent_granted' } },
      { type: 'CODE_TO_TOKEN', clientId: 'flytectl' },
    ])
  })

  it('listens at any port where the redirect URI names none', async () => {
    const { tokens } = login(logInAndAgree, { redirectUri: 'http://127.0.0.1/callback' })
    await tokens.getToken()
    await person.reads(loggedIn)
    const [{ details } = {}] = await keycloak.events()
    expect(details?.redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  })

  it('gets an ID token where it asks for one', async () => {
    const { tokens } = login(logInAndAgree, { scopes: ['openid', 'all'] })
    const { idToken = '', accessToken } = await tokens.getToken()
    expect(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ iss: issuer })
    expect(idToken).not.toBe(accessToken)
  })

  it('asks nothing of somebody who is logged in at Keycloak, unless it is told to', async () => {
    await login().tokens.getToken()
    await person.reads(loggedIn)
    const first = await keycloak.sessions()
    await login(async () => {}).tokens.getToken()
    await person.reads(loggedIn)
    expect(await keycloak.sessions()).toEqual(first)
    await login((person) => person.logInAgain(), { parameters: { prompt: 'login' } }).tokens.getToken()
    await person.reads(loggedIn)
  })
})

describe('refusals', () => {
  it('of the person', async () => {
    const { tokens } = login(async () => {
      await person.logIn()
      await person.answer('no')
    })
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'access_denied',
      endpoint: `${issuer}/protocol/openid-connect/auth`,
    })
    await person.reads(failed)
  })

  it('of Keycloak, which knows no such scope', async () => {
    const { tokens } = login(async () => {}, { scopes: ['all', 'nonsense'] })
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'invalid_scope',
      oauthErrorDescription: 'Invalid scopes: all nonsense',
    })
    await person.reads(failed)
  })

  it('of Keycloak, which must ask the person and may not', async () => {
    const { tokens } = login(async () => {}, { parameters: { prompt: 'none' } })
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'login_required',
    })
  })

  it('of Keycloak, where the code challenge was lost on the way', async () => {
    const { tokens } = login(async () => {}, {
      onUrl: (url) => {
        const stripped = new URL(url)
        stripped.searchParams.delete('code_challenge')
        return person.open(stripped.href)
      },
    })
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'invalid_request',
      oauthErrorDescription: 'Missing parameter: code_challenge',
    })
  })
})
