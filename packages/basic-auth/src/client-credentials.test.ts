import { type AuthorizationServer, createTokenManager, discoverAuthorizationServer } from '@flyte-js/auth'
import { createNodeFetch } from '@flyte-js/core/node'
import { createTestClock, type FlyteAdmin, startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canaries, shownBy } from '../../auth/test/canaries.js'
import { type ClientCredentialsOptions, clientCredentials } from './client-credentials.js'

const clock = createTestClock()
const fetch = createNodeFetch()
const clients = [
  { id: 'ci', secret: 'short-secret' },
  { id: 'ci with: spaces & more/+%é', secret: 'p@ss:w/o+rd %41é', audiences: ['https://flyte.example.com'] },
]

let admin: FlyteAdmin
let authorizationServer: AuthorizationServer
beforeAll(async () => {
  admin = await startFlyteAdmin({ clients })
  authorizationServer = await discoverAuthorizationServer({ endpoint: admin.url })
})
afterAll(() => admin.close())
afterEach(() => admin.clearRequests())

const login = (options: Partial<ClientCredentialsOptions> = {}) =>
  clientCredentials({ authorizationServer, clientId: 'ci', clientSecret: 'short-secret', fetch, ...options }).acquire({
    clock,
  })

/** What the token endpoint was sent, the last time. */
function sent() {
  const { method, headers, body } = admin.requestsTo('/oauth2/token').at(-1) ?? expect.unreachable('nothing was sent')
  return { method, headers, form: [...new URLSearchParams(body)], authorization: headers.authorization }
}

describe('the request', () => {
  it('is a POST of the grant type alone when nothing else is asked for', async () => {
    const tokenSet = await login()
    expect(sent()).toMatchObject({ method: 'POST', form: [['grant_type', 'client_credentials']] })
    expect(sent().headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(tokenSet).toMatchObject({ tokenType: 'bearer', issuer: admin.url, expiresAt: clock.now() + 1799_000 })
    expect(tokenSet).not.toHaveProperty('refreshToken')
  })

  it('form-encodes id and secret before Basic, and a server that decodes them takes them', async () => {
    const { id, secret } = clients[1] as { id: string; secret: string }
    await login({ clientId: id, clientSecret: secret })
    const [scheme, credentials] = (sent().authorization ?? '').split(' ')
    expect(scheme).toBe('Basic')
    expect(atob(credentials ?? '')).toBe('ci+with%3A+spaces+%26+more%2F%2B%25%C3%A9:p%40ss%3Aw%2Fo%2Brd+%2541%C3%A9')
  })

  it('can carry any id and secret', async () => {
    const printable = fc.string({ minLength: 1, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(printable, printable, async (clientId, clientSecret) => {
        admin.clearRequests()
        await login({ clientId, clientSecret }).catch(() => undefined)
        const [, credentials = ''] = (sent().authorization ?? '').split(' ')
        const parts = atob(credentials).split(':')
        const decoded = parts.map((part) => new URLSearchParams(`=${part}`).get(''))
        expect(decoded).toEqual([clientId, clientSecret])
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    { scopes: ['all', 'offline'], scope: 'all offline' },
    { scopes: ['all,offline', ' all '], scope: 'all offline' },
    { scopes: ['all offline'], scope: 'all offline' },
  ])('joins the scopes $scopes by spaces, each once', async ({ scopes, scope }) => {
    expect((await login({ scopes })).scope).toBe(scope)
    expect(sent().form.sort()).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', scope],
    ])
  })

  it.each([[[]], [['']], [[' , ']]])('names no scope where there is none: %j', async (scopes) => {
    await login({ scopes })
    expect(sent().form).toEqual([['grant_type', 'client_credentials']])
  })

  it('names the audience only when there is one', async () => {
    const { id, secret, audiences } = clients[1] as (typeof clients)[1] & { audiences: string[] }
    await login({ clientId: id, clientSecret: secret, audience: audiences[0] as string })
    expect(sent().form).toContainEqual(['audience', 'https://flyte.example.com'])
    await login({ audience: '' })
    expect(sent().form).toEqual([['grant_type', 'client_credentials']])
  })
})

describe('the client authentication', () => {
  const withMethods = (methods: unknown) =>
    ({ ...authorizationServer, token_endpoint_auth_methods_supported: methods }) as AuthorizationServer
  const basic = expect.stringMatching(/^Basic /)
  const inBody = expect.arrayContaining([
    ['client_id', 'ci'],
    ['client_secret', 'short-secret'],
  ])

  it.each([[undefined], [[]], [['client_secret_post', 'client_secret_basic']], [['client_secret_basic']]])(
    'is Basic where the server offers %j',
    async (methods) => {
      await login({ authorizationServer: withMethods(methods) })
      expect(sent()).toMatchObject({ authorization: basic, form: [['grant_type', 'client_credentials']] })
    },
  )

  it.each([[['client_secret_post']], [['none', 'private_key_jwt', 'client_secret_post']], ['client_secret_post']])(
    'is post where the server offers only that: %j',
    async (methods) => {
      await login({ authorizationServer: withMethods(methods) })
      expect(sent()).toMatchObject({ authorization: undefined, form: inBody })
    },
  )

  it('is what was asked for, whatever the server offers', async () => {
    await login({ authorizationServer: withMethods(['client_secret_basic']), clientAuthMethod: 'client_secret_post' })
    expect(sent()).toMatchObject({ authorization: undefined, form: inBody })
    await login({ authorizationServer: withMethods(['none']), clientAuthMethod: 'client_secret_basic' })
    expect(sent()).toMatchObject({ authorization: basic })
  })

  it.each([[['none']], [['private_key_jwt', 'tls_client_auth']]])(
    'is an error that says so where the server offers neither: %j',
    async (methods) => {
      const error = await login({ authorizationServer: withMethods(methods) }).catch((error) => error)
      expect(error).toMatchObject({
        code: 'FLYTE_AUTH_METHOD_UNSUPPORTED',
        grant: 'client_credentials',
        endpoint: `${admin.url}/oauth2/token`,
        message: expect.stringContaining('clientAuthMethod'),
      })
      for (const method of methods) expect(error.message).toContain(method)
      expect(admin.requestsTo('/oauth2/token')).toEqual([])
    },
  )

  it.each(['clientId', 'clientSecret'])('needs a %s that is not empty', (name) => {
    expect(() =>
      clientCredentials({ authorizationServer, clientId: 'ci', clientSecret: canaries.secret, [name]: '' }),
    ).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT', message: `${name} is empty` }))
  })
})

describe('what is found at the first login', () => {
  it('is not asked for before, and gets the signal that ends the login', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const grant = clientCredentials({
      authorizationServer: async ({ signal }) => {
        signals.push(signal)
        return authorizationServer
      },
      scopes: async ({ signal }) => {
        signals.push(signal)
        return ['all']
      },
      clientId: 'ci',
      clientSecret: 'short-secret',
      fetch,
    })
    expect(signals).toEqual([])
    const { signal } = new AbortController()
    await grant.acquire({ clock, signal })
    expect(signals).toEqual([signal, signal])
    expect(sent().form).toContainEqual(['scope', 'all'])
  })

  it('may fail: then nothing is sent', async () => {
    const failed = new Error('no such server')
    await expect(login({ authorizationServer: () => Promise.reject(failed) })).rejects.toBe(failed)
    await expect(login({ scopes: () => Promise.reject(failed) })).rejects.toBe(failed)
    expect(admin.requests).toEqual([])
  })
})

describe('a refusal', () => {
  it('of a wrong secret and of an unknown client look the same', async () => {
    const wrong = await login({ clientSecret: canaries.secret }).catch((error) => error)
    const unknown = await login({ clientId: 'nobody', clientSecret: canaries.secret }).catch((error) => error)
    for (const error of [wrong, unknown]) {
      expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_client', status: 401 })
      expect(shownBy(error)).toEqual([])
    }
    expect(wrong.message).toBe(unknown.message)
  })

  it.each([
    { options: { scopes: ['nonsense'] }, oauthError: 'invalid_scope', says: 'nonsense' },
    { options: { audience: 'https://elsewhere.example' }, oauthError: 'invalid_request', says: 'elsewhere.example' },
  ])("has the server's words: $oauthError", async ({ options, oauthError, says }) => {
    const error = await login(options).catch((error) => error)
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError, status: 400 })
    expect(error.message).toContain(says)
  })

  it.each(['secret itself', 'request whole'])(
    'never repeats the secret when the server echoes the %s',
    async (what) => {
      const undo = admin.answer('/oauth2/token', ({ headers, body }) => ({
        status: 400,
        body: {
          error: 'invalid_request',
          error_description: what === 'secret itself' ? `not ${canaries.secret}` : `${headers.authorization} ${body}`,
        },
      }))
      for (const clientAuthMethod of ['client_secret_basic', 'client_secret_post'] as const) {
        const error = await login({ clientSecret: canaries.secret, clientAuthMethod }).catch((error) => error)
        expect(error.oauthErrorDescription).toBe('(withheld: it repeats a secret)')
        expect(shownBy(error)).toEqual([])
      }
      undo()
    },
  )
})

it('never repeats the secret when the revocation endpoint echoes the request', async () => {
  const server = { ...authorizationServer, revocation_endpoint: `${admin.url}/revoke` }
  const undo = admin.answer('/revoke', ({ headers, body }) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: `${headers.authorization} ${body}` },
  }))
  const options = { authorizationServer: server, clientId: 'ci', clientSecret: canaries.secret, fetch }
  for (const clientAuthMethod of ['client_secret_basic', 'client_secret_post'] as const) {
    const login = { accessToken: 'a', tokenType: 'bearer', issuer: admin.url }
    const error = await clientCredentials({ ...options, clientAuthMethod })
      .revoke?.(login, { clock })
      .catch((error) => error)
    expect(error).toMatchObject({ oauthErrorDescription: '(withheld: it repeats a secret)' })
    expect(shownBy(error)).toEqual([])
  }
  undo()
})

describe('with a real identity provider', () => {
  it('logs in for the tokens of an external Flyte Admin', async () => {
    await using issuer = await startAuthorizationServer({ clients: [{ id: 'svc: 1', secret: 'p@ss:w/o+rd %41' }] })
    await using relaying = await startFlyteAdmin({
      auth: 'external',
      externalAuthServer: issuer.issuer,
      allowedAudience: [issuer.issuer],
    })
    const { getToken } = createTokenManager({
      grant: clientCredentials({
        authorizationServer: (ending) => discoverAuthorizationServer({ endpoint: relaying.url, fetch, ...ending }),
        clientId: 'svc: 1',
        clientSecret: 'p@ss:w/o+rd %41',
        scopes: ['all'],
        fetch,
      }),
    })
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => getToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(issuer.requestsTo('/token')).toHaveLength(1)
    const response = await fetch(`${relaying.url}/me`, {
      headers: { authorization: `Bearer ${tokens[0]?.accessToken}`, accept: 'application/json' },
    })
    expect(response.status).toBe(200)
  })

  it('asks for the end of its access token at a logout, where only the issuer itself advertises how', async () => {
    await using issuer = await startAuthorizationServer({ clients: [{ id: 'svc', secret: 'right' }] })
    await using relaying = await startFlyteAdmin({ auth: 'external', externalAuthServer: issuer.issuer })
    const { getToken, logout } = createTokenManager({
      grant: clientCredentials({
        authorizationServer: (ending) => discoverAuthorizationServer({ endpoint: relaying.url, fetch, ...ending }),
        clientId: 'svc',
        clientSecret: 'right',
        fetch,
      }),
    })
    const { accessToken } = await getToken()
    // The access tokens of this issuer are JWTs, which it cannot take back: it says so (RFC 7009 section 2.2.1).
    expect(await logout()).toEqual({ revoked: false })
    const [request] = issuer.requestsTo('/token/revocation')
    expect(new URLSearchParams(request?.body).get('token')).toBe(accessToken)
    expect(request?.headers.authorization).toBe(`Basic ${btoa('svc:right')}`)
  })

  it('has nobody to tell of a logout where Flyte Admin is its own authorization server', async () => {
    await using own = await startFlyteAdmin()
    const { getToken, logout } = createTokenManager({
      grant: clientCredentials({
        authorizationServer: await discoverAuthorizationServer({ endpoint: own.url, fetch }),
        clientId: 'flytepropeller',
        clientSecret: 'short-secret',
        fetch,
      }),
    })
    await getToken()
    expect(await logout()).toEqual({ revoked: false })
  })

  it('says invalid_client, though the answer has a challenge', async () => {
    await using issuer = await startAuthorizationServer({ clients: [{ id: 'svc', secret: 'right' }] })
    const server = await discoverAuthorizationServer({
      endpoint: issuer.issuer,
      fetch: (url, init) => fetch(String(url).replace('oauth-authorization-server', 'openid-configuration'), init),
    })
    const error = await login({ authorizationServer: server, clientId: 'svc', clientSecret: 'canary-wrong' }).catch(
      (e) => e,
    )
    expect(error).toMatchObject({ oauthError: 'invalid_client', status: 401 })
    expect(shownBy(error)).toEqual([])
  })
})
