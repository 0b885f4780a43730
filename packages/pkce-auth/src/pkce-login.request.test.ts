import { createHash } from 'node:crypto'
import type { AuthorizationServer } from '@flyte-js/auth'
import { describe, expect, it } from 'vitest'
import { createPkceLogin, type PkceLoginOptions } from './pkce-login.js'

const server: AuthorizationServer = {
  issuer: 'https://flyte.example.com',
  authorization_endpoint: 'https://flyte.example.com/oauth2/authorize',
  token_endpoint: 'https://flyte.example.com/oauth2/token',
  code_challenge_methods_supported: ['S256'],
}
const redirectUri = 'http://localhost:53593/callback'
const begin = (changes: Partial<PkceLoginOptions> = {}) =>
  createPkceLogin({ server, clientId: 'flytectl', redirectUri, scopes: ['all', 'offline'], ...changes })
const parametersOf = async (changes?: Partial<PkceLoginOptions>) => {
  const { authorizationUrl } = await begin(changes)
  return Object.fromEntries(new URL(authorizationUrl).searchParams)
}

describe('the authorization request', () => {
  it('is that of RFC 6749 and RFC 7636, and nothing else', async () => {
    const { authorizationUrl, attempt } = await begin()
    const url = new URL(authorizationUrl)
    expect(`${url.origin}${url.pathname}`).toBe(server.authorization_endpoint)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'flytectl',
      redirect_uri: redirectUri,
      scope: 'all offline',
      state: attempt.state,
      code_challenge: createHash('sha256').update(attempt.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    expect(authorizationUrl).not.toContain(attempt.codeVerifier)
  })

  it('has a state and a verifier of 43 characters, its own each time', async () => {
    const attempts = await Promise.all(Array.from({ length: 100 }, async () => (await begin()).attempt))
    for (const name of ['state', 'codeVerifier'] as const) {
      const values = attempts.map((attempt) => attempt[name])
      expect(new Set(values).size).toBe(100)
      for (const value of values) expect(value).toMatch(/^[\w-]{43}$/)
    }
  })

  it('has a nonce where openid is asked for', async () => {
    expect(await parametersOf()).not.toHaveProperty('nonce')
    const { attempt, authorizationUrl } = await begin({ scopes: ['openid', 'all'] })
    expect(new URL(authorizationUrl).searchParams.get('nonce')).toBe(attempt.nonce)
    expect(attempt.nonce).toMatch(/^[\w-]{43}$/)
  })

  it('has the audience and the parameters that were given', async () => {
    expect(
      await parametersOf({ audience: 'https://flyte', parameters: { prompt: 'login', login_hint: 'a&b=c' } }),
    ).toMatchObject({ audience: 'https://flyte', prompt: 'login', login_hint: 'a&b=c' })
    expect(await parametersOf({ audience: '' })).not.toHaveProperty('audience')
    expect(await parametersOf({ parameters: { audience: 'given' } })).toMatchObject({ audience: 'given' })
    expect(await parametersOf({ audience: 'own', parameters: { audience: 'given' } })).toMatchObject({
      audience: 'own',
    })
    expect(await parametersOf({ scopes: [] })).not.toHaveProperty('scope')
  })

  it('keeps the query that the endpoint has, but for what is its own', async () => {
    const authorization_endpoint = 'https://login.example.com/authorize?tenant=flyte&state=forged'
    const { authorizationUrl, attempt } = await begin({ server: { ...server, authorization_endpoint } })
    const { searchParams } = new URL(authorizationUrl)
    expect(searchParams.get('tenant')).toBe('flyte')
    expect(searchParams.getAll('state')).toEqual([attempt.state])
  })

  it.each([
    'state',
    'redirect_uri',
    'code_challenge',
    'code_challenge_method',
    'response_mode',
    'request',
    'request_uri',
    'nonce',
    'scope',
  ])('lets nobody say another %s', async (name) => {
    await expect(begin({ parameters: { [name]: 'forged' } })).rejects.toMatchObject({
      code: 'FLYTE_INVALID_ARGUMENT',
      message: expect.stringContaining(name),
    })
  })

  it.each([
    ['authorization_endpoint', { authorization_endpoint: undefined }, 'no authorization endpoint'],
    ['S256', { code_challenge_methods_supported: ['plain'] }, 'no PKCE with S256'],
  ])('is not made for a server without %s', async (_, changes, why) => {
    const without = { ...server, ...changes } as AuthorizationServer
    await expect(begin({ server: without })).rejects.toMatchObject({
      code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`${why}.*device flow.*FLYTE_CREDENTIALS_AUTH_MODE=basic`)),
    })
  })

  it('is made for a server that does not say what it can', async () => {
    for (const methods of [undefined, []]) {
      const quiet = { ...server, code_challenge_methods_supported: methods } as AuthorizationServer
      await expect(begin({ server: quiet })).resolves.toBeDefined()
    }
  })

  it.each([
    [{ redirectUri: 'callback' }, /absolute URL/],
    [{ redirectUri: 'http://localhost/callback#x' }, /fragment/],
    [{ clientId: '' }, /clientId/],
  ])('refuses %o', async (changes, message) => {
    await expect(begin(changes)).rejects.toMatchObject({
      code: 'FLYTE_INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    })
  })
})
