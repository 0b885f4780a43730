import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { clientSecret, createBrowser, createPortal, origin, redirectUri, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())
beforeEach(() => provider.clearRequests())
const documents = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

describe('the provider', () => {
  it('is found once, however many people come first', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    await Promise.all(Array.from({ length: 20 }, () => portal.handle(new Request(`${origin}/login`))))
    expect(provider.requestsTo('/.well-known/openid-configuration')).toHaveLength(1)
  })

  it('is found by RFC 8414 where it has no OpenID Connect Discovery', async () => {
    const document = { issuer: provider.issuer, authorization_endpoint: `${provider.issuer}/auth` }
    const takeBoth = documents.map((path, index) =>
      provider.answer(path, index === 0 ? { status: 404 } : { body: document }),
    )
    const response = await createPortal({ issuer: provider.issuer }).handle(new Request(`${origin}/login`))
    for (const each of takeBoth) each()
    expect(response.headers.get('location')).toMatch(`${provider.issuer}/auth?`)
  })

  it('that is another than the one that was meant gets nobody', async () => {
    const takeBack = provider.answer('/.well-known/openid-configuration', {
      body: { issuer: 'https://evil.example.com', authorization_endpoint: 'https://evil.example.com/auth' },
    })
    const portal = createPortal({ issuer: provider.issuer })
    expect((await portal.handle(new Request(`${origin}/login`))).status).toBe(502)
    expect(portal.events.at(-1)).toMatchObject({ code: 'FLYTE_AUTH_ISSUER_MISMATCH' })
    takeBack()
  })

  it('is searched again after a failure', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    const takeBack = provider.fault('/.well-known/openid-configuration', { kind: 'reset' })
    const other = provider.fault('/.well-known/oauth-authorization-server', { kind: 'reset' })
    expect((await portal.handle(new Request(`${origin}/login`))).status).toBe(503)
    takeBack()
    other()
    expect((await portal.handle(new Request(`${origin}/login`))).status).toBe(303)
  })
})

describe('the client', () => {
  it('says who it is by Basic, id and secret form-encoded', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    await createBrowser(portal).logIn()
    const [request] = provider.requestsTo('/token')
    const [, credentials = ''] = request?.headers.authorization?.split(' ') ?? []
    const secret = new URLSearchParams([['', clientSecret]]).toString().slice(1)
    expect(
      Buffer.from(credentials, 'base64')
        .toString()
        .replace(/%2[0-9A-F]/gi, (hex) => hex.toUpperCase()),
    ).toBe(`portal:${secret}`)
    expect(request?.body).not.toContain('client_secret')
  })

  it('says it in the body where that was asked for, or is all that the server takes', async () => {
    await using post = await startProvider({}, { tokenEndpointAuthMethod: 'client_secret_post' })
    const portal = createPortal({ issuer: post.issuer, clientAuthentication: 'client_secret_post' })
    await createBrowser(portal).logIn()
    const [path] = documents as [string]
    const metadata = await (await fetch(post.issuer + path)).json()
    post.answer(path, { body: { ...metadata, token_endpoint_auth_methods_supported: ['client_secret_post'] } })
    await createBrowser(createPortal({ issuer: post.issuer })).logIn()
    const requests = post.requestsTo('/token')
    expect(requests).toHaveLength(2)
    for (const { headers, body } of requests) {
      expect(headers.authorization).toBeUndefined()
      expect(new URLSearchParams(body).get('client_secret')).toBe(clientSecret)
    }
    post.answer(path, { body: { ...metadata, token_endpoint_auth_methods_supported: ['private_key_jwt'] } })
    const stranger = createPortal({ issuer: post.issuer })
    await expect(createBrowser(stranger).logIn()).rejects.toThrow('FLYTE_AUTH_METHOD_UNSUPPORTED')
    expect(stranger.events.at(-1)).toMatchObject({ reason: expect.stringContaining('say clientAuthentication') })
  })
})

describe('Flyte Admin’s own server', () => {
  const clients = [
    {
      id: 'portal',
      secret: 'short-secret',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [redirectUri],
    },
  ]

  it('logs people in without an ID token; /me says who they are, once', async () => {
    await using admin = await startFlyteAdmin({ clients })
    const portal = createPortal({ endpoint: admin.url, clientSecret: 'short-secret' })
    const browser = createBrowser(portal)
    await browser.logIn()
    for (const _ of [1, 2]) {
      expect((await browser.me())?.user).toMatchObject({
        subject: 'user-1',
        name: 'Test User',
        email: 'tuser@example.com',
      })
    }
    expect(admin.requestsTo('/me')).toHaveLength(1)
    expect(admin.requestsTo('/me')[0]?.headers).toMatchObject({ accept: 'application/json' })
    expect(admin.requestsTo('/oauth2/authorize')[0]?.query.get('code_challenge_method')).toBe('S256')
    const { status } = await browser.request(`${origin}/api/v1/projects`)
    expect(status).toBe(200)
  })

  it('is asked in the header that was given', async () => {
    await using admin = await startFlyteAdmin({ clients })
    const options = {
      endpoint: admin.url,
      clientSecret: 'short-secret',
      authorizationMetadataKey: 'Flyte-Authorization',
    }
    const browser = createBrowser(createPortal(options))
    await browser.logIn()
    const [me] = admin.requestsTo('/me')
    expect(me?.headers.authorization).toBeUndefined()
    expect(me?.headers['flyte-authorization']).toMatch(/^Bearer /)
  })

  it('refuses a refresh token that has ended with HTTP 500, and the session is over', async () => {
    const clock = createPortal({ endpoint: 'http://localhost' }).clock
    await using admin = await startFlyteAdmin({ clients, clock, refreshTokenLifetime: 60 })
    const portal = createPortal({ endpoint: admin.url, clientSecret: 'short-secret', clock })
    const browser = createBrowser(portal)
    await browser.logIn()
    await clock.advance(1_800_000)
    expect(await browser.me()).toBeNull()
    expect(admin.requestsTo('/oauth2/token').at(-1)).toMatchObject({ status: 500 })
    expect(portal.events.slice(-2)).toMatchObject([
      { type: 'token.failed', oauthError: 'server_error' },
      { type: 'session.ended', reason: 'refresh-refused' },
    ])
    expect(await browser.me()).toBeNull()
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
  })

  it('takes a code twice, but a callback counts once all the same', async () => {
    await using admin = await startFlyteAdmin({ clients })
    const portal = createPortal({ endpoint: admin.url, clientSecret: 'short-secret' })
    const browser = createBrowser(portal)
    const answer = await browser.followRedirects(`${origin}/login`, { until: redirectUri })
    const cookie = await browser.cookies()
    await browser.request(answer)
    const replay = await portal.auth.callback(new Request(answer, { headers: { cookie } }))
    expect([replay.status, await replay.text()]).toEqual([400, '{"code":"FLYTE_AUTH_CALLBACK_REPLAYED"}'])
  })

  it('that does not say who somebody is logs nobody in', async () => {
    await using admin = await startFlyteAdmin({ clients })
    admin.answer('/elsewhere', { body: { subject: 'user-1' } })
    const redirect = { status: 302, headers: { location: '/elsewhere' } }
    for (const answer of [redirect, { status: 401 }, { body: { subject: 7 } }, { body: 'nonsense' }]) {
      const takeBack = admin.answer('/me', answer)
      const browser = createBrowser(createPortal({ endpoint: admin.url, clientSecret: 'short-secret' }))
      await expect(browser.logIn()).rejects.toThrow('502: {"code":"FLYTE_AUTH_RESPONSE_INVALID"}')
      takeBack()
    }
    admin.fault('/me', { kind: 'reset' })
    const browser = createBrowser(createPortal({ endpoint: admin.url, clientSecret: 'short-secret' }))
    await expect(browser.logIn()).rejects.toThrow('FLYTE_AUTH_SERVER_UNREACHABLE')
  })
})

it('nobody is known where there is neither an ID token nor a Flyte Admin', async () => {
  const portal = createPortal({ issuer: provider.issuer, scopes: ['all'] })
  await expect(createBrowser(portal).logIn()).rejects.toThrow('502: {"code":"FLYTE_AUTH_RESPONSE_INVALID"}')
  expect(portal.events.at(-1)).toMatchObject({ reason: expect.stringContaining('Ask for the scope openid') })
})
