import { AuthError, ConfigError, type FlyteEvent } from '@flyte-js/core'
import { createTestClock, type FlyteAdmin, startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { metadataOf, metadataPath, namedFetch } from '../test/metadata.js'
import { discoverAuthorizationServer } from './discovery.js'

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await startFlyteAdmin()
})
afterAll(() => admin.close())

let undo: (() => void)[] = []
afterEach(() => {
  for (const each of undo) each()
  undo = []
  admin.clearRequests()
})

/** Has the Flyte Admin advertise something else. */
const advertise = (changes: Record<string, unknown>) =>
  undo.push(admin.answer(metadataPath, { body: metadataOf(admin.url, changes) }))

const failure = (promise: Promise<unknown>): Promise<AuthError> =>
  promise.then(
    (value) => Promise.reject(new Error(`it resolved with ${JSON.stringify(value)}`)),
    (error) => {
      expect(error).toBeInstanceOf(AuthError)
      return error as AuthError
    },
  )

const secretFree = 'https://user:canary-secret@'

describe('discovery of the authorization server', () => {
  it('asks once, for the document of RFC 8414, with exactly Accept: application/json', async () => {
    const server = await discoverAuthorizationServer({ endpoint: admin.url })
    expect(server).toMatchObject({ issuer: admin.url, token_endpoint: `${admin.url}/oauth2/token` })
    expect(admin.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${metadataPath}`])
    expect(admin.requests[0]?.headers.accept).toBe('application/json')
    expect(admin.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it.each(['/', '/?a=b#c'])('takes an endpoint that ends in %s for the one without', async (end) => {
    const server = await discoverAuthorizationServer({ endpoint: new URL(admin.url + end) })
    expect(server.issuer).toBe(admin.url)
    expect(admin.requests[0]?.url).toBe(metadataPath)
  })

  it('leaves out what is advertised as "" or null', async () => {
    advertise({ revocation_endpoint: null })
    const server = await discoverAuthorizationServer({ endpoint: admin.url })
    expect(server).not.toHaveProperty('device_authorization_endpoint')
    expect(server).not.toHaveProperty('revocation_endpoint')
    expect(Object.values(server)).not.toContain('')
  })

  it('reads camelCase, which a proxy that changes the header brings about', async () => {
    const snake = metadataOf(admin.url)
    const camel = Object.fromEntries(
      Object.entries(snake).map(([name, value]) => [name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
    )
    expect(camel).toHaveProperty('tokenEndpoint')
    const expected = await discoverAuthorizationServer({ endpoint: admin.url })
    undo.push(admin.answer(metadataPath, { body: camel }))
    expect(await discoverAuthorizationServer({ endpoint: admin.url })).toEqual(expected)
  })

  it("keeps the endpoint's own path", async () => {
    await using behindIngress = await startFlyteAdmin({ basePath: '/flyte' })
    await discoverAuthorizationServer({ endpoint: `${behindIngress.url}/` })
    expect(behindIngress.requests.map(({ url }) => url)).toEqual([`/flyte${metadataPath}`])
  })

  it('resolves endpoints that begin with / against the endpoint', async () => {
    advertise({ token_endpoint: '/oauth2/token', authorization_endpoint: '/login?to=x' })
    expect(await discoverAuthorizationServer({ endpoint: admin.url })).toMatchObject({
      token_endpoint: `${admin.url}/oauth2/token`,
      authorization_endpoint: `${admin.url}/login?to=x`,
    })
  })

  it('gives metadata that nobody can change', async () => {
    const server = await discoverAuthorizationServer({ endpoint: admin.url })
    expect(() => Object.assign(server, { token_endpoint: 'https://evil.example' })).toThrow(TypeError)
  })

  it('tells how long it took', async () => {
    const clock = createTestClock()
    const events: FlyteEvent[] = []
    undo.push(
      admin.answer(metadataPath, async () => {
        await clock.advance(70)
        return { body: metadataOf(admin.url) }
      }),
    )
    await discoverAuthorizationServer({ endpoint: admin.url, clock, onEvent: (event) => events.push(event) })
    expect(events).toEqual([
      { type: 'discovery.completed', endpoint: `${admin.url}/`, issuer: `${admin.url}/`, duration: 70 },
    ])
  })

  it("rejects with the caller's own reason when it is aborted, before and during the request", async () => {
    const reason = new Error('enough')
    await expect(discoverAuthorizationServer({ endpoint: admin.url, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
    expect(admin.requests).toEqual([])
    const controller = new AbortController()
    undo.push(
      admin.answer(metadataPath, () => {
        controller.abort(reason)
        return new Promise(() => {})
      }),
    )
    await expect(discoverAuthorizationServer({ endpoint: admin.url, signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('plain text', () => {
  it('is refused for an endpoint that is not on loopback, before anything is asked', async () => {
    const fetch = namedFetch('http://flyte.example.com', admin.url)
    const error = await failure(discoverAuthorizationServer({ endpoint: 'http://flyte.example.com', fetch }))
    expect(error.code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(error.message).toContain('FLYTE_PLATFORM_INSECURE=true')
    expect(fetch.asked).toEqual([])
  })

  it.each([
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://notlocalhost',
    'http://0.0.0.0',
    'ftp://localhost',
    'file:///etc/passwd',
  ])('is not excused by a name like %s', async (endpoint) => {
    const fetch = namedFetch(endpoint, admin.url)
    const error = await failure(discoverAuthorizationServer({ endpoint, fetch }))
    expect(error.code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(fetch.asked).toEqual([])
  })

  it.each(['http://localhost', 'http://flyte.localhost', 'http://127.0.0.1', 'http://127.8.9.1:81', 'http://[::1]:81'])(
    'is taken on loopback: %s',
    async (endpoint) => {
      const fetch = namedFetch(endpoint.replace(/[[\]]/g, '\\$&'), admin.url)
      undo.push(admin.answer(metadataPath, { body: metadataOf(endpoint) }))
      expect((await discoverAuthorizationServer({ endpoint, fetch })).issuer).toBe(endpoint)
    },
  )

  it('is taken anywhere when it is meant', async () => {
    const endpoint = 'http://flyte.example.com'
    const fetch = namedFetch(endpoint, admin.url)
    undo.push(admin.answer(metadataPath, { body: metadataOf(endpoint) }))
    expect((await discoverAuthorizationServer({ endpoint, insecure: true, fetch })).token_endpoint).toBe(
      'http://flyte.example.com/oauth2/token',
    )
  })

  it.each([
    'token_endpoint',
    'authorization_endpoint',
    'jwks_uri',
    'device_authorization_endpoint',
    'revocation_endpoint',
  ])('is refused for an advertised %s, and taken when it is meant', async (name) => {
    advertise({ [name]: `http://idp.example.com/x?canary=1` })
    const error = await failure(discoverAuthorizationServer({ endpoint: admin.url }))
    expect(error.code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(error.message).toContain(`${name} http://idp.example.com/x would`)
    expect(error.message).not.toContain('canary')
    const server = await discoverAuthorizationServer({ endpoint: admin.url, insecure: true })
    expect(server[name]).toBe('http://idp.example.com/x?canary=1')
  })

  it('is refused for an issuer, which is not asked then', async () => {
    advertise({ issuer: 'http://idp.example.com' })
    const fetch = namedFetch('http://idp.example.com', admin.url)
    const error = await failure(discoverAuthorizationServer({ endpoint: admin.url, fetch }))
    expect(error.code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(fetch.asked).toHaveLength(1)
  })
})

describe('an https address that a plain-HTTP Flyte Admin advertises', () => {
  const schemeOf = (admin: FlyteAdmin, options: { insecure?: boolean; onEvent?: (event: FlyteEvent) => void } = {}) =>
    discoverAuthorizationServer({ endpoint: admin.url, ...options })

  it('is an error that explains itself', async () => {
    await using plain = await startFlyteAdmin({ authorizedUris: [] })
    const error = await failure(schemeOf(plain))
    expect(error.code).toBe('FLYTE_AUTH_SCHEME_MISMATCH')
    expect(error.message).toContain('authorizedUris')
    expect(error.message).toContain('FLYTE_PLATFORM_INSECURE=true')
  })

  it('becomes http when plain text is meant, all of it, and an event says so', async () => {
    await using plain = await startFlyteAdmin({ authorizedUris: [] })
    const events: FlyteEvent[] = []
    const server = await schemeOf(plain, { insecure: true, onEvent: (event) => events.push(event) })
    expect(server).toMatchObject({
      issuer: plain.url,
      token_endpoint: `${plain.url}/oauth2/token`,
      authorization_endpoint: `${plain.url}/oauth2/authorize`,
      jwks_uri: `${plain.url}/oauth2/jwks`,
    })
    expect(events.map(({ type }) => type)).toEqual(['discovery.scheme-rewritten', 'discovery.completed'])
  })

  it('stays https on another host or another port', async () => {
    const { port } = admin
    advertise({
      token_endpoint: `https://idp.example.com:${port}/token`,
      jwks_uri: `https://localhost:${port + 1}/jwks`,
      authorization_endpoint: 'https://localhost/authorize',
      revocation_endpoint: `https://localhost:${port}/revoke`,
    })
    expect(await discoverAuthorizationServer({ endpoint: admin.url, insecure: true })).toMatchObject({
      token_endpoint: `https://idp.example.com:${port}/token`,
      jwks_uri: `https://localhost:${port + 1}/jwks`,
      authorization_endpoint: 'https://localhost/authorize',
      revocation_endpoint: `${admin.url}/revoke`,
    })
  })

  // What Flyte Admin advertises is made of the Host header, in which a client may leave a default port out.
  it.each([
    { endpoint: 'http://flyte.example.com', advertised: 'https://flyte.example.com' },
    { endpoint: 'http://flyte.example.com', advertised: 'https://flyte.example.com:80' },
    { endpoint: 'http://flyte.example.com:443', advertised: 'https://flyte.example.com' },
    { endpoint: 'http://flyte.example.com:443', advertised: 'HTTPS://flyte.example.com:443' },
  ])('is the same address at $endpoint as $advertised', async ({ endpoint, advertised }) => {
    const fetch = namedFetch(endpoint, admin.url)
    undo.push(admin.answer(metadataPath, { body: metadataOf(advertised) }))
    const error = await failure(
      discoverAuthorizationServer({ endpoint, fetch }).catch((error) => Promise.reject(error)),
    )
    expect(error.code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(await discoverAuthorizationServer({ endpoint, insecure: true, fetch })).toMatchObject({
      issuer: endpoint,
      token_endpoint: `${endpoint}/oauth2/token`,
    })
    expect(fetch.asked).toEqual([`${endpoint}${metadataPath}`])
  })
})

describe('an external issuer', () => {
  it('is taken when its own metadata confirms it, and fills the gaps', async () => {
    await using issuer = await startAuthorizationServer()
    await using relaying = await startFlyteAdmin({ auth: 'external', externalAuthServer: issuer.issuer })
    const events: FlyteEvent[] = []
    const server = await discoverAuthorizationServer({
      endpoint: relaying.url,
      onEvent: (event) => events.push(event),
    })
    expect(server).toMatchObject({ issuer: issuer.issuer, token_endpoint: `${issuer.issuer}/token` })
    // Flyte Admin's own document has no such field.
    expect(server.revocation_endpoint).toBe(`${issuer.issuer}/token/revocation`)
    expect(events.map(({ type }) => type)).toEqual(['discovery.completed'])
    expect(issuer.requestsTo('/.well-known/openid-configuration').length).toBeGreaterThan(0)
  })

  it('is taken when it is confirmed by the OAuth 2.0 document alone', async () => {
    await using issuer = await startFlyteAdmin()
    advertise({ issuer: issuer.url, token_endpoint: `${issuer.url}/oauth2/token` })
    issuer.answer('/.well-known/openid-configuration', { status: 404 })
    const events: FlyteEvent[] = []
    await discoverAuthorizationServer({ endpoint: admin.url, onEvent: (event) => events.push(event) })
    expect(events.map(({ type }) => type)).toEqual(['discovery.completed'])
    expect(issuer.requests.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration', metadataPath])
  })

  it('may spell its URLs otherwise, and keeps the name that Flyte Admin gives it', async () => {
    await using issuer = await startFlyteAdmin()
    const spelt = issuer.url.replace('http://localhost', 'HTTP://LocalHost')
    advertise({ issuer: issuer.url, token_endpoint: `${issuer.url}/oauth2/token` })
    issuer.answer('/.well-known/openid-configuration', {
      body: metadataOf(issuer.url, { issuer: spelt, token_endpoint: `${spelt}/oauth2/token` }),
    })
    expect((await discoverAuthorizationServer({ endpoint: admin.url })).issuer).toBe(issuer.url)
  })

  it.each([
    { why: 'has another token endpoint', advertised: {}, own: { token_endpoint: 'https://idp.example.com/token' } },
    { why: 'has no token endpoint', advertised: {}, own: { token_endpoint: undefined } },
    { why: 'calls itself otherwise', advertised: {}, own: { issuer: 'https://other.example.com' } },
  ])('that $why is refused, and nothing is sent to its token endpoint', async ({ advertised, own }) => {
    await using issuer = await startFlyteAdmin()
    advertise({ issuer: issuer.url, token_endpoint: `${issuer.url}/oauth2/token`, ...advertised })
    issuer.answer('/.well-known/openid-configuration', { body: metadataOf(issuer.url, own) })
    const error = await failure(discoverAuthorizationServer({ endpoint: admin.url }))
    expect(error.code).toBe('FLYTE_AUTH_ISSUER_MISMATCH')
    expect(error.message).toContain('externalAuthServer')
    expect(issuer.requestsTo('/oauth2/token')).toEqual([])
    expect(admin.requestsTo('/oauth2/token')).toEqual([])
  })

  it('that is trusted by name but has its tokens fetched elsewhere is refused (mix-up)', async () => {
    await using issuer = await startAuthorizationServer()
    advertise({ issuer: issuer.issuer, token_endpoint: `${admin.url}/oauth2/token` })
    const error = await failure(discoverAuthorizationServer({ endpoint: admin.url }))
    expect(error.code).toBe('FLYTE_AUTH_ISSUER_MISMATCH')
    expect(admin.requestsTo('/oauth2/token')).toEqual([])
  })

  it('cannot fill gaps with URLs in plain text', async () => {
    await using issuer = await startFlyteAdmin()
    advertise({ issuer: issuer.url, token_endpoint: `${issuer.url}/oauth2/token` })
    issuer.answer('/.well-known/openid-configuration', {
      body: metadataOf(issuer.url, { revocation_endpoint: 'http://idp.example.com/revoke' }),
    })
    const error = await failure(discoverAuthorizationServer({ endpoint: admin.url }))
    expect(error.code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(error.message).toContain('revocation_endpoint')
  })

  it.each([
    { what: 'is not there', answer: { status: 404 } },
    { what: 'is broken', answer: { status: 500, body: 'oops canary-body' } },
    { what: 'is a login page', answer: { headers: { 'content-type': 'text/html' }, body: '<html>canary-body' } },
    { what: 'is no JSON', answer: { headers: { 'content-type': 'application/json' }, body: '{"canary-body' } },
    { what: 'names no issuer', answer: { body: { token_endpoint: 'https://canary-body.example.com' } } },
    { what: 'is elsewhere', answer: { status: 302, headers: { location: '/canary-body' } } },
  ])('whose metadata $what is taken unconfirmed, and an event says so', async ({ answer }) => {
    await using issuer = await startFlyteAdmin()
    advertise({ issuer: issuer.url, token_endpoint: `${issuer.url}/oauth2/token` })
    issuer.answer((request) => request.path.startsWith('/.well-known/'), answer)
    issuer.answer('/canary-body', { body: metadataOf(issuer.url) })
    const events: FlyteEvent[] = []
    const server = await discoverAuthorizationServer({ endpoint: admin.url, onEvent: (event) => events.push(event) })
    expect(server.token_endpoint).toBe(`${issuer.url}/oauth2/token`)
    expect(events).toMatchObject([
      { type: 'discovery.issuer-unconfirmed', endpoint: `${admin.url}/`, issuer: `${issuer.url}/` },
      { type: 'discovery.completed' },
    ])
    expect(JSON.stringify(events)).not.toContain('canary-body')
  })

  it.each(['/tenant', '/tenant/', '//evil.example.com', '//evil.example.com/'])(
    'with the path %s is asked at its own host, once behind that path and once before it',
    async (path) => {
      await using issuer = await startFlyteAdmin()
      const name = issuer.url + path
      advertise({ issuer: name, token_endpoint: `${issuer.url}/oauth2/token` })
      issuer.answer((request) => request.path.includes('openid-configuration'), { status: 404 })
      issuer.answer((request) => request.path.startsWith(metadataPath), {
        body: metadataOf(issuer.url, { issuer: name }),
      })
      const events: FlyteEvent[] = []
      const server = await discoverAuthorizationServer({ endpoint: admin.url, onEvent: (event) => events.push(event) })
      expect(server.issuer).toBe(name)
      expect(events.map(({ type }) => type)).toEqual(['discovery.completed'])
      const bare = path.replace(/\/$/, '')
      expect(issuer.requests.map(({ url }) => url)).toEqual([
        `${bare}/.well-known/openid-configuration`,
        `${metadataPath}${bare}`,
      ])
    },
  )

  it('that cannot be reached is taken unconfirmed', async () => {
    const gone = await startFlyteAdmin()
    await gone.close()
    advertise({ issuer: gone.url, token_endpoint: `${gone.url}/oauth2/token` })
    const events: FlyteEvent[] = []
    await discoverAuthorizationServer({ endpoint: admin.url, onEvent: (event) => events.push(event) })
    expect(events[0]).toMatchObject({
      type: 'discovery.issuer-unconfirmed',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it("lets the caller's abort through while it is asked", async () => {
    await using issuer = await startFlyteAdmin()
    const reason = new Error('enough')
    const controller = new AbortController()
    advertise({ issuer: issuer.url })
    issuer.answer('/.well-known/openid-configuration', () => {
      controller.abort(reason)
      return new Promise(() => {})
    })
    await expect(discoverAuthorizationServer({ endpoint: admin.url, signal: controller.signal })).rejects.toBe(reason)
    expect(issuer.requests).toHaveLength(1)
  })
})

describe('what is not the metadata of an authorization server', () => {
  it.each([
    {
      what: 'a login page',
      answer: { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Log in' },
      says: 'HTML',
    },
    { what: 'nothing', answer: { status: 404, body: 'Not Found' }, says: '404' },
    { what: 'an error', answer: { status: 500, body: { error: 'x' } }, says: '500' },
    { what: 'truncated JSON', answer: { body: '{"issuer":"http://localh' }, says: 'no JSON object' },
    { what: 'an empty body', answer: { body: '' }, says: 'no JSON object' },
    { what: 'a list', answer: { body: '[]' }, says: 'no JSON object' },
    { what: '4 MiB', answer: { body: `{"issuer":"${'x'.repeat(4 * 1024 * 1024)}"}` }, says: 'more than 1048576 bytes' },
    { what: 'no issuer', answer: { body: { token_endpoint: '/oauth2/token' } }, says: 'no URL as its issuer' },
    { what: 'an issuer that is a path', answer: { body: { issuer: '/' } }, says: 'no URL as its issuer' },
    {
      what: 'a token endpoint that is no URL',
      answer: { body: metadataOf('http://localhost', { token_endpoint: 'oauth2/token' }) },
      says: 'no URL as its token_endpoint',
    },
    {
      what: 'a token endpoint that is no text',
      answer: { body: metadataOf('http://localhost', { token_endpoint: 7 }) },
      says: 'no URL as its token_endpoint',
    },
  ])('is an error for $what, which says so and what to check', async ({ answer, says }) => {
    undo.push(admin.answer(metadataPath, answer))
    const error = await failure(discoverAuthorizationServer({ endpoint: admin.url }))
    expect(error.code).toBe('FLYTE_AUTH_DISCOVERY_FAILED')
    expect(error.message).toContain(says)
    expect(error.message).toContain(`${admin.url}${metadataPath}`)
    expect(error.message.length).toBeLessThan(500)
    expect(error.message).toMatch(/FLYTE_PLATFORM_URL|RFC 8414/)
    expect(error.endpoint).toBe(`${admin.url}${metadataPath}`)
  })

  it('lets an error of the configuration through, which a fetch of its own may find', async () => {
    const wrong = new ConfigError('FLYTE_CONFIG_INVALID', 'no certificate', { setting: 'platform.ca_cert_file_path' })
    const fetch = () => Promise.reject(wrong)
    await expect(discoverAuthorizationServer({ endpoint: admin.url, fetch })).rejects.toBe(wrong)
  })

  it('is an error for a dead endpoint, which says why it cannot be reached', async () => {
    const gone = await startFlyteAdmin()
    await gone.close()
    const error = await failure(discoverAuthorizationServer({ endpoint: gone.url }))
    expect(error.code).toBe('FLYTE_AUTH_DISCOVERY_FAILED')
    expect(error.message).toContain('ECONNREFUSED')
    expect(error.message).toContain('FLYTE_PLATFORM_URL')
    expect(error.message.split(gone.url)).toHaveLength(2)
  })

  it('is an error of ours whatever fetch is used', async () => {
    undo.push(admin.answer(metadataPath, { status: 404, body: 'x' }))
    expect(
      (await failure(discoverAuthorizationServer({ endpoint: admin.url, fetch: globalThis.fetch as never }))).status,
    ).toBe(404)
    const gone = await startFlyteAdmin()
    await gone.close()
    const error = await failure(discoverAuthorizationServer({ endpoint: gone.url, fetch: globalThis.fetch as never }))
    expect(error.message).toContain('ECONNREFUSED')
  })

  it('is an error for an endpoint that is no URL, which is not repeated', async () => {
    const error = await failure(discoverAuthorizationServer({ endpoint: 'canary secret' }))
    expect(error.code).toBe('FLYTE_INVALID_ARGUMENT')
    expect(JSON.stringify(error)).not.toContain('canary')
  })

  it("never repeats the endpoint's user information", async () => {
    const error = await failure(discoverAuthorizationServer({ endpoint: `${secretFree}localhost:1` }))
    expect(JSON.stringify(error)).not.toContain('canary-secret')
  })
})
