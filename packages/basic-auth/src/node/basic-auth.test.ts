import { Readable } from 'node:stream'
import { AuthError, ConfigError, type FlyteEvent } from '@flyte-js/core'
import { createTestClock, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canaries, shownBy } from '../../../auth/test/canaries.js'
import { type BasicAuthOptions, basicAuth } from './basic-auth.js'

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await startFlyteAdmin()
})
afterAll(() => admin.close())

let undo: (() => unknown)[] = []
afterEach(() => {
  for (const each of undo) each()
  undo = []
  admin.clearRequests()
})

/** A login to the embedded Flyte Admin, which is closed after the test. */
async function login(env: Record<string, string> = {}, options: BasicAuthOptions = {}) {
  const auth = await basicAuth({
    env: {
      FLYTE_PLATFORM_URL: admin.url,
      FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
      FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
      ...env,
    },
    ...options,
  })
  undo.push(() => auth.close())
  return auth
}

const tokenRequests = () => admin.requestsTo('/oauth2/token')
const form = (index = 0) => Object.fromEntries(new URLSearchParams(tokenRequests()[index]?.body))
const paths = () => admin.requests.map(({ path }) => path)

describe('basicAuth', () => {
  it('asks no server before a token is wanted', async () => {
    const auth = await login()
    expect(auth.endpoint).toBe(admin.url)
    expect(admin.requests).toEqual([])
  })

  it('discovers once and logs in once for 1,000 callers, and discovers no more for the next login', async () => {
    const clock = createTestClock(Date.now())
    const auth = await login({}, { clock })
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => auth.getToken()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(paths().sort()).toEqual([
      '/.well-known/oauth-authorization-server',
      '/config/v1/flyte_client',
      '/oauth2/token',
    ])
    await clock.advance(3600_000)
    await auth.getToken()
    expect(paths().slice(3)).toEqual(['/oauth2/token'])
  })

  it('tells what happens, in order', async () => {
    const events: FlyteEvent[] = []
    const auth = await login({}, { onEvent: (event) => events.push(event) })
    await auth.getToken()
    expect(events.map(({ type }) => type)).toEqual(['discovery.completed', 'token.acquired'])
    expect(events[1]).toMatchObject({ grant: 'client_credentials' })
  })

  it.each(['pkce', 'none', 'external_process'])('is client credentials, whatever the mode says: %s', async (mode) => {
    const auth = await login({ FLYTE_CREDENTIALS_AUTH_MODE: mode })
    await auth.getToken()
    expect(form().grant_type).toBe('client_credentials')
  })

  it('takes values that win over the environment', async () => {
    const auth = await login(
      { FLYTE_PLATFORM_URL: 'http://localhost:1', FLYTE_CREDENTIALS_CLIENT_ID: 'nobody' },
      { config: { platform: { url: admin.url }, credentials: { clientId: 'flytepropeller' } } },
    )
    expect((await auth.getToken()).issuer).toBe(admin.url)
  })

  it('tries discovery anew after it failed', async () => {
    const auth = await login()
    undo.push(admin.answer('/.well-known/oauth-authorization-server', { status: 503 }, 1))
    await expect(auth.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_DISCOVERY_FAILED', status: 503 })
    expect((await auth.getToken()).tokenType).toBe('bearer')
  })

  it("does not hand one caller's abort during discovery to the next", async () => {
    const auth = await login()
    const controller = new AbortController()
    let arrived = () => {}
    const isAsked = new Promise<void>((resolve) => {
      arrived = resolve
    })
    undo.push(
      admin.answer(
        '/.well-known/oauth-authorization-server',
        () => {
          arrived()
          return new Promise(() => {})
        },
        1,
      ),
    )
    const reason = new Error('enough')
    const leaving = auth.getToken({ signal: controller.signal })
    await isAsked
    controller.abort(reason)
    const next = auth.getToken()
    await expect(leaving).rejects.toBe(reason)
    expect((await next).tokenType).toBe('bearer')
  })
})

describe('scopes', () => {
  it('are by default those that Flyte Admin advertises, less the ones for a refresh token', async () => {
    await (await login()).getToken()
    expect(form()).toEqual({ grant_type: 'client_credentials', scope: 'all' })
  })

  it('are none where only those for a refresh token are advertised', async () => {
    undo.push(admin.answer('/config/v1/flyte_client', { body: { scopes: ['offline', 'offline_access'] } }))
    await (await login()).getToken()
    expect(form()).toEqual({ grant_type: 'client_credentials' })
  })

  it.each([{ FLYTE_CREDENTIALS_SCOPES: 'all,offline' }, { FLYTE_CREDENTIALS_SCOPE: 'all offline' }] as Record<
    string,
    string
  >[])('are those of the environment, and then nobody asks for others: %j', async (env) => {
    await (await login(env)).getToken()
    expect(form().scope).toBe('all offline')
    expect(paths()).not.toContain('/config/v1/flyte_client')
  })

  it('go out with the audience of the environment, if there is one', async () => {
    const auth = await login({ FLYTE_CREDENTIALS_AUDIENCE: 'https://flyte.example.com' })
    await expect(auth.getToken()).rejects.toMatchObject({ oauthError: 'invalid_request' })
    expect(form().audience).toBe('https://flyte.example.com')
  })
})

describe('a missing setting', () => {
  it.each(['FLYTE_PLATFORM_URL', 'FLYTE_CREDENTIALS_CLIENT_ID', 'FLYTE_CREDENTIALS_CLIENT_SECRET'])(
    'is an error at once that names it: %s',
    async (name) => {
      const env: Record<string, string | undefined> = {
        FLYTE_PLATFORM_URL: admin.url,
        FLYTE_CREDENTIALS_CLIENT_ID: 'ci',
        FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret,
        [name]: undefined,
      }
      const error = await basicAuth({ env }).catch((error) => error)
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.code).toBe('FLYTE_CONFIG_MISSING')
      expect(error.message).toContain(`${name}_FROM_FILE`)
      expect(shownBy(error)).toEqual([])
    },
  )

  it.each(['x y', 'a:b', 'a\nb', 'é', ''])('is not a header by the name %j', async (name) => {
    await expect(login({ FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: name })).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_INVALID',
      setting: 'credentials.authorization_metadata_key',
    })
  })
})

describe('headers', () => {
  it('are one, authorization', async () => {
    const auth = await login()
    const { accessToken } = await auth.getToken()
    expect(await auth.headers()).toEqual({ authorization: `Bearer ${accessToken}` })
  })

  it('are one, by the configured name, which Flyte Admin takes', async () => {
    const auth = await login({ FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: 'Flyte-Authorization' })
    expect(Object.keys(await auth.headers())).toEqual(['flyte-authorization'])
    const response = await auth.fetch('/me')
    expect(response.status).toBe(200)
    expect(admin.requestsTo('/me')[0]?.headers).not.toHaveProperty('authorization')
  })

  it("end with the caller's signal", async () => {
    const auth = await login()
    await expect(auth.headers({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
    expect(admin.requests).toEqual([])
  })
})

describe('fetch', () => {
  const asked = (path = '/api/v1/projects') => admin.requestsTo(path)

  it.each([
    ['a path', () => '/api/v1/projects?limit=1'],
    ['a path without a slash', () => 'api/v1/projects?limit=1'],
    ['a whole URL', () => `${admin.url}/api/v1/projects?limit=1`],
    ['a URL', () => new URL(`${admin.url}/api/v1/projects?limit=1`)],
  ])('takes %s, logs in and asks for snake_case', async (_, url) => {
    const auth = await login()
    const response = await auth.fetch(url())
    expect(response.status).toBe(200)
    expect((await response.json()).projects[0]).toHaveProperty('id')
    expect(asked()).toMatchObject([{ url: '/api/v1/projects?limit=1', headers: { accept: 'application/json' } }])
  })

  it("resolves paths below the endpoint's own", async () => {
    await using behindIngress = await startFlyteAdmin({ basePath: '/flyte' })
    const auth = await login({ FLYTE_PLATFORM_URL: behindIngress.url })
    for (const url of ['/api/v1/version', 'api/v1/version']) expect((await auth.fetch(url)).status).toBe(200)
    expect(behindIngress.requestsTo('/api/v1/version').map(({ url }) => url)).toEqual([
      '/flyte/api/v1/version',
      '/flyte/api/v1/version',
    ])
  })

  it('refuses what is no URL', async () => {
    const auth = await login()
    await expect(auth.fetch('http://')).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
  })

  it.each([
    ['another port', (other: FlyteAdmin) => other.url],
    ['another host', (other: FlyteAdmin) => other.url.replace('localhost', '127.0.0.1')],
    ['a host of the same port', () => admin.url.replace('localhost', '127.0.0.1')],
    ['a host that begins alike', (other: FlyteAdmin) => `http://localhost:${admin.port}@localhost:${other.port}`],
  ])('sends no token to %s, and does not even log in', async (_, base) => {
    await using other = await startFlyteAdmin({ auth: 'none' })
    const auth = await login({ FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: 'flyte-authorization' })
    await auth.fetch(`${base(other)}/api/v1/projects`).catch(() => undefined)
    const [request] = [...asked(), ...other.requestsTo('/api/v1/projects')]
    expect(request?.headers).not.toHaveProperty('flyte-authorization')
    expect(JSON.stringify(request?.headers)).not.toContain('Bearer')
    expect(tokenRequests()).toEqual([])
  })

  it.each([
    ['a record', { Authorization: 'Bearer mine' }],
    ['a list', [['AUTHORIZATION', 'Bearer mine']]],
    ['Headers', new Headers({ authorization: 'Bearer mine' })],
  ] as [string, RequestInit['headers']][])(
    "leaves a header of the caller's own, in %s, and does not log in",
    async (_, headers) => {
      const auth = await login()
      const response = await auth.fetch('/api/v1/projects', { headers })
      expect(response.status).toBe(401)
      expect(asked().map(({ headers }) => headers.authorization)).toEqual(['Bearer mine'])
      expect(tokenRequests()).toEqual([])
    },
  )

  it("sends the caller's method, body and headers", async () => {
    const auth = await login()
    const body = JSON.stringify({ project: { id: 'fetched', name: 'fetched' } })
    const headers = { 'Content-Type': 'application/json', ACCEPT: '*/*', 'x-more': '1' }
    const response = await auth.fetch('/api/v1/projects', { method: 'POST', body, headers })
    expect(response.status).toBe(200)
    expect(asked()).toMatchObject([
      { method: 'POST', body, headers: { accept: '*/*', 'content-type': 'application/json', 'x-more': '1' } },
    ])
  })

  it('renews the token once on a 401, and sends the same again', async () => {
    const auth = await login()
    undo.push(admin.answer('/api/v1/projects', { status: 401 }, 1))
    const body = JSON.stringify({ project: { id: 'again', name: 'again' } })
    const response = await auth.fetch('/api/v1/projects', { method: 'POST', body })
    expect(response.status).toBe(200)
    expect(asked().map(({ body }) => body)).toEqual([body, body])
    expect(tokenRequests()).toHaveLength(2)
  })

  it('never renews twice', async () => {
    const auth = await login({ FLYTE_CREDENTIALS_CLIENT_ID: 'limited', FLYTE_CREDENTIALS_SCOPES: 'read' })
    const response = await auth.fetch('/api/v1/projects')
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 16 })
    expect(asked()).toHaveLength(2)
    expect(tokenRequests()).toHaveLength(2)
  })

  it('renews once for many that were refused at once', async () => {
    const auth = await login()
    const { authorization } = await auth.headers()
    undo.push(admin.answer(({ headers }) => headers.authorization === authorization, { status: 401 }))
    const responses = await Promise.all(Array.from({ length: 20 }, () => auth.fetch('/api/v1/projects')))
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(tokenRequests()).toHaveLength(2)
  })

  it('does not repeat a body that is gone, but hands the 401 on', async () => {
    const auth = await login()
    undo.push(admin.answer('/api/v1/projects', { status: 401, body: 'no' }, 1))
    const body = Readable.from(['{"project":', '{"id":"streamed"}}']) as never
    const response = await auth.fetch('/api/v1/projects', { method: 'POST', body })
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect(asked()).toMatchObject([{ body: '{"project":{"id":"streamed"}}' }])
    expect(tokenRequests()).toHaveLength(1)
  })

  it.each([
    ['bytes', new TextEncoder().encode('{"project":{"id":"b1"}}')],
    ['a buffer', new TextEncoder().encode('{"project":{"id":"b2"}}').buffer],
    ['a form', new URLSearchParams({ a: '1' })],
  ])('repeats %s', async (_, body) => {
    const auth = await login()
    undo.push(admin.answer('/api/v1/projects', { status: 401 }, 1))
    await auth.fetch('/api/v1/projects', { method: 'POST', body: body as never })
    expect(asked()).toHaveLength(2)
    expect(asked()[1]?.body).toBe(asked()[0]?.body)
    expect(asked()[1]?.body).not.toBe('')
  })

  it('hands a failed renewal on as the error that it is', async () => {
    const auth = await login()
    await auth.getToken()
    undo.push(admin.answer('/api/v1/projects', { status: 401 }, 1))
    undo.push(admin.answer('/oauth2/token', { status: 401, body: { error: 'invalid_client' } }, 1))
    await expect(auth.fetch('/api/v1/projects')).rejects.toBeInstanceOf(AuthError)
  })

  it.each([301, 302, 303, 307, 308])('follows a redirect (%s) to another origin without the token', async (status) => {
    await using other = await startFlyteAdmin({ auth: 'none' })
    const auth = await login()
    undo.push(
      admin.answer('/api/v1/projects', { status, headers: { location: `${other.url}/api/v1/projects` }, body: 'gone' }),
    )
    expect((await auth.fetch('/api/v1/projects', { headers: { cookie: 'a=b' } })).status).toBe(200)
    const [request] = other.requestsTo('/api/v1/projects')
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(request?.headers).not.toHaveProperty('cookie')
  })

  it('keeps the token on a redirect within the origin', async () => {
    const auth = await login()
    undo.push(admin.answer('/old', { status: 307, headers: { location: '/api/v1/version' } }))
    expect((await auth.fetch('/old')).status).toBe(200)
  })

  it('hands on bodies of any size', async () => {
    const auth = await login()
    undo.push(admin.answer('/big', { body: 'x'.repeat(4 << 20) }))
    expect((await (await auth.fetch('/big')).text()).length).toBe(4 << 20)
  })

  it("ends with the caller's signal", async () => {
    const auth = await login()
    await auth.getToken()
    const controller = new AbortController()
    const reason = new Error('enough')
    undo.push(
      admin.answer('/slow', () => {
        controller.abort(reason)
        return new Promise(() => {})
      }),
    )
    await expect(auth.fetch('/slow', { signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('no error of basicAuth shows a secret', () => {
  it.each([
    ['a wrong secret', '', {}],
    ['a page as token', '/oauth2/token', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['a cut token', '/oauth2/token', { body: `{"access_token":"${canaries.accessToken}","token_t` }],
    ['a token without a type', '/oauth2/token', { body: { access_token: canaries.accessToken } }],
    ['a huge token', '/oauth2/token', { body: { access_token: canaries.accessToken.repeat(1 << 17) } }],
    [
      'a server error',
      '/oauth2/token',
      { status: 500, body: { error: 'server_error', error_description: canaries.secret } },
    ],
    ['no metadata', '/.well-known/oauth-authorization-server', { status: 404, body: canaries.secret }],
  ])('%s', async (_, path, answer) => {
    const auth = await login({ FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret })
    if (path !== '') undo.push(admin.answer(path, answer))
    const error = await auth.getToken().then(
      () => expect.unreachable(),
      (error) => error,
    )
    expect(error).toBeInstanceOf(AuthError)
    expect(shownBy(error)).toEqual([])
  })
})
