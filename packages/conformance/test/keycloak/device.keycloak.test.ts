import { type DeviceLoginOptions, type DevicePrompt, deviceLogin } from '@flyte-js/device-auth'
import type { FlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { flyteAdminOf, statusWith } from './flyte-admin.js'
import { keycloakAdmin } from './keycloak-admin.js'
import { keepAlive, type Login, logInAndAgree } from './login.js'
import { type People, type Person, startPeople } from './person.js'
import { accessTokenLifespan, deviceClient, hastyClient, publicClient } from './realm.js'

const { issuer, ...at } = inject('keycloak')
const keycloak = keycloakAdmin(at)

let admin: FlyteAdmin
let people: People
let person: Person
beforeAll(async () => {
  admin = await flyteAdminOf(issuer, { clientId: deviceClient.id })
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
 * A login on a device that has no browser.
 *
 * @param act - what somebody at a browser elsewhere does, once the device shows its code
 */
function login(
  act: (person: Person, prompt: DevicePrompt) => Promise<void>,
  options: Partial<DeviceLoginOptions> = {},
): Login & { prompts: DevicePrompt[] } {
  const prompts: DevicePrompt[] = []
  const grant = deviceLogin({
    endpoint: admin.url,
    timeout: 30_000,
    async onPrompt(prompt) {
      prompts.push(prompt)
      await act(person, prompt)
    },
    ...options,
  })
  return { ...keepAlive(grant), prompts }
}

/** Follows the address that holds the code, and agrees. */
async function confirm(person: Person, { verificationUriComplete = '' }: DevicePrompt): Promise<void> {
  await person.open(verificationUriComplete)
  await logInAndAgree(person)
  await person.reads(/Device Login Successful/)
}

const types = async () => (await keycloak.events()).map(({ type }) => type)

describe('the device authorization grant', () => {
  it('logs in with the address that holds the code, and gives tokens that Flyte Admin takes', async () => {
    const { tokens, prompts, eventTypes } = login(confirm)
    const tokenSet = await tokens.getToken()
    expect(tokenSet).toEqual({
      accessToken: expect.any(String),
      tokenType: 'bearer',
      expiresAt: expect.any(Number),
      refreshToken: expect.any(String),
      scope: expect.stringMatching(/\ball\b/),
      issuer,
    })
    expect(await statusWith(admin, tokenSet)).toBe(200)
    const [{ userCode, ...uris } = { userCode: '' }] = prompts
    expect(userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/)
    expect(uris).toMatchObject({
      verificationUri: `${issuer}/device`,
      verificationUriComplete: `${issuer}/device?user_code=${userCode}`,
    })
    expect(await types()).toEqual(['LOGIN', 'OAUTH2_DEVICE_CODE_TO_TOKEN'])
    // Keycloak was asked no more often than it said.
    expect(eventTypes()).toEqual(['token.acquired'])
  })

  it('logs in with the code that the person types', async () => {
    const { tokens } = login(async (person, { verificationUri, userCode }) => {
      await person.open(verificationUri)
      await person.enterUserCode(userCode)
      await logInAndAgree(person)
      await person.reads(/Device Login Successful/)
    })
    expect(await statusWith(admin, await tokens.getToken())).toBe(200)
  })

  it('is renewed and revoked like any other login', async () => {
    const { tokens, prompts, clock } = login(confirm)
    const first = await tokens.getToken()
    await keycloak.events()
    clock.advance(accessTokenLifespan * 1000)
    const second = await tokens.getToken()
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(prompts).toHaveLength(1)
    expect(await tokens.logout()).toEqual({ revoked: true })
    expect(await types()).toEqual(['REFRESH_TOKEN', 'REVOKE_GRANT'])
    expect(await keycloak.sessions()).toEqual([])
  })
})

describe('a device login that comes to nothing', () => {
  it('is refused by the person', async () => {
    const { tokens } = login(async (person, { verificationUriComplete = '' }) => {
      await person.open(verificationUriComplete)
      await person.logIn()
      await person.answer('no')
      await person.reads(/Consent denied for connecting the device/)
    })
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'access_denied',
      oauthErrorDescription: 'The end user denied the authorization request',
      message: expect.stringMatching(/refused in the browser/),
    })
  })

  it('ends with its code', async () => {
    const { tokens, prompts } = login(async () => {}, { clientId: hastyClient.id })
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(prompts).toHaveLength(1)
  })

  it('logs in with a client that must use PKCE, which RFC 8628 has not', async () => {
    const { tokens, prompts } = login(confirm, { clientId: publicClient.id })
    expect(await statusWith(admin, await tokens.getToken())).toBe(200)
    expect(prompts).toHaveLength(1)
  })
})
