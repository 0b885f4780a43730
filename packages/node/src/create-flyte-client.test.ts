import { AdminError } from '@flyte-js/admin'
import { ConfigError, type FlyteEvent, type HttpTransport, type TokenSet, type TokenStore } from '@flyte-js/core'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { createTestClock, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createFlyteClient, type FlyteClientOptions } from './create-flyte-client.js'

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

async function connect(env: Record<string, string> = {}, options: FlyteClientOptions = {}) {
  const flyte = await createFlyteClient({
    env: {
      FLYTE_PLATFORM_URL: admin.url,
      FLYTE_JS_TOKEN_STORE: 'memory',
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
      FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
      ...env,
    },
    ...options,
  })
  undo.push(() => flyte.close())
  return flyte
}

it("retries and times a try out as flytectl's settings say, unless the program says otherwise", async () => {
  const asked: (number | undefined)[] = []
  const transport: HttpTransport = {
    async request({ timeout }) {
      asked.push(timeout)
      return { status: 503, header: () => 'text/html', body: '' }
    },
  }
  const delays: number[] = []
  const options: FlyteClientOptions = {
    transport,
    onEvent: (event) => {
      if (event.type === 'admin.retry') delays.push(event.delay)
    },
  }
  const settings = {
    FLYTE_CREDENTIALS_AUTH_MODE: 'none',
    FLYTE_ADMIN_MAX_RETRIES: '2',
    FLYTE_ADMIN_PER_RETRY_TIMEOUT: '3s',
    FLYTE_ADMIN_MAX_BACKOFF_DELAY: '1ms',
  }
  const flyte = await connect(settings, options)
  await expect(flyte.admin.getVersion()).rejects.toMatchObject({ status: 503, tries: 3 })
  expect(asked).toEqual([3_000, 3_000, 3_000])
  expect(Math.max(...delays)).toBeLessThanOrEqual(1)
  const other = await connect(settings, { ...options, timeout: 5_000, retries: { limit: 0 } })
  await expect(other.admin.getVersion()).rejects.toMatchObject({ status: 503, tries: 1 })
  expect(asked.slice(3)).toEqual([5_000])
})

const isAuth = (name: string) => /authorization$/.test(name)
const log = () => admin.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)

describe('a client in the mode basic', () => {
  it('asks nobody before it is used', async () => {
    await connect()
    expect(admin.requests).toEqual([])
  })

  const login = [
    'GET /.well-known/oauth-authorization-server 200',
    'GET /config/v1/flyte_client 200',
    'POST /oauth2/token 200',
  ]

  it('logs in after the first 401, as flytekit does, and sends the token from then on', async () => {
    const flyte = await connect()
    await flyte.admin.getVersion()
    await flyte.admin.getVersion()
    const [first, ...rest] = log()
    expect(first).toBe('GET /api/v1/version 401')
    expect(rest.slice(0, 3).sort()).toEqual([...login].sort())
    expect(rest.slice(3)).toEqual(['GET /api/v1/version 200', 'GET /api/v1/version 200'])
  })

  it('logs in before the first call with platform.auth', async () => {
    const flyte = await connect({ FLYTE_PLATFORM_AUTH: 'true' })
    await flyte.admin.getVersion()
    expect(log().slice(0, 3).sort()).toEqual([...login].sort())
    expect(log().slice(3)).toEqual(['GET /api/v1/version 200'])
  })

  it('never logs in where Flyte Admin does not want it', async () => {
    await using open = await startFlyteAdmin({ auth: 'none' })
    const flyte = await connect({ FLYTE_PLATFORM_URL: open.url })
    await flyte.admin.listProjects()
    expect(open.requests.map(({ path }) => path)).toEqual(['/api/v1/projects'])
  })

  it('renews once on a 401', async () => {
    const flyte = await connect({ FLYTE_PLATFORM_AUTH: 'true' })
    await flyte.admin.getVersion()
    undo.push(admin.answer('/api/v1/version', { status: 401, body: { code: 16, message: 'ended', details: [] } }, 1))
    await flyte.admin.getVersion()
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
  })

  it('renews once, and not twice, where a scope is missing', async () => {
    const flyte = await connect({ FLYTE_CREDENTIALS_CLIENT_ID: 'limited', FLYTE_CREDENTIALS_SCOPES: 'read' })
    await expect(flyte.admin.getVersion()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UNAUTHENTICATED' })
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
    // Without a token, with one, with a renewed one, and with that in the advertised header.
    expect(admin.requestsTo('/api/v1/version').map(({ headers }) => Object.keys(headers).filter(isAuth))).toEqual([
      [],
      ['authorization'],
      ['authorization'],
      ['flyte-authorization'],
    ])
  })

  it('shares one token between the services and its own getToken, until it ends by the clock', async () => {
    const clock = createTestClock(Date.now())
    const flyte = await connect({}, { clock })
    await Promise.all([flyte.admin.getVersion(), flyte.identity.userInfo(), flyte.auth.getToken()])
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
    await clock.advance(3600_000)
    await flyte.auth.getToken()
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
  })

  it('keeps its tokens in the store that it is given: another process need not log in', async () => {
    const kept = new Map<string, TokenSet>()
    const store: TokenStore = {
      get: async (key) => kept.get(key),
      set: async (key, tokenSet) => void kept.set(key, tokenSet),
      delete: async (key) => void kept.delete(key),
      withLock: (_, critical) => critical(store),
    }
    for (let process = 0; process < 3; process += 1)
      await (await connect({ FLYTE_PLATFORM_AUTH: 'true' }, { store })).admin.getVersion()
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
    expect([...kept.keys()]).toEqual([expect.stringMatching(/^localhost_\d+-flytepropeller-[0-9a-f]{32}$/)])
    // With other scopes it is another login.
    await (
      await connect({ FLYTE_PLATFORM_AUTH: 'true', FLYTE_CREDENTIALS_SCOPES: 'all' }, { store })
    ).admin.getVersion()
    expect(kept.size).toBe(2)
  })

  it('renews behind the back of its calls, as early as admin.token_refresh_window says', async () => {
    const clock = createTestClock(Date.now())
    const flyte = await connect({ FLYTE_ADMIN_TOKEN_REFRESH_WINDOW: '10m' }, { clock })
    const first = await flyte.auth.getToken()
    await clock.advance(1198_000)
    expect(await flyte.auth.getToken()).toBe(first)
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
    await clock.advance(2000)
    expect(await flyte.auth.getToken()).toBe(first)
    await vi.waitFor(() => expect(admin.requestsTo('/oauth2/token')).toHaveLength(2))
  })

  it('carries the token in the configured header alone', async () => {
    const flyte = await connect({
      FLYTE_PLATFORM_AUTH: 'true',
      FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: 'Flyte-Authorization',
    })
    await flyte.admin.getVersion()
    const [request] = admin.requestsTo('/api/v1/version')
    expect(request?.headers['flyte-authorization']).toMatch(/^Bearer /)
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(request?.headers['user-agent']).toMatch(/^flyte-js\/\d+\.\d+\.\d+/)
  })

  it('tells what happens', async () => {
    const events: FlyteEvent[] = []
    const flyte = await connect({ FLYTE_PLATFORM_AUTH: 'true' }, { onEvent: (event) => events.push(event) })
    await flyte.admin.getVersion()
    expect(events.map(({ type }) => type)).toEqual(['discovery.completed', 'token.acquired', 'admin.try', 'admin.call'])
    const { accessToken } = await flyte.auth.getToken()
    expect(JSON.stringify(events)).not.toContain(accessToken)
    expect(JSON.stringify(events)).not.toContain('short-secret')
  })

  it.each(['FLYTE_CREDENTIALS_CLIENT_ID', 'FLYTE_CREDENTIALS_CLIENT_SECRET', 'FLYTE_PLATFORM_URL'])(
    'needs %s at once',
    async (name) => {
      const error = await connect({ [name]: '' }).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as ConfigError).message).toContain(name)
      expect(JSON.stringify(error)).not.toContain('short-secret')
    },
  )
})

describe('a client in another mode', () => {
  it.each(['none', 'passthrough'])('%s sends no token, and says so when one is asked for', async (mode) => {
    await using open = await startFlyteAdmin({ auth: 'none' })
    const flyte = await connect({ FLYTE_PLATFORM_URL: open.url, FLYTE_CREDENTIALS_AUTH_MODE: mode })
    await flyte.admin.listProjects()
    expect(open.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
    await expect(flyte.auth.getToken()).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_INVALID',
      message: expect.stringMatching(/FLYTE_CREDENTIALS_AUTH_MODE to standard .* or basic/),
    })
  })

  it('none needs no client, and hands on a 401', async () => {
    const flyte = await createFlyteClient({
      env: { FLYTE_PLATFORM_URL: admin.url, FLYTE_CREDENTIALS_AUTH_MODE: 'none' },
    })
    await expect(flyte.admin.getVersion()).rejects.toBeInstanceOf(AdminError)
    expect(log()).toEqual(['GET /api/v1/version 401'])
    flyte.close()
  })

  it('is an error at once that says what there is, where there is no such mode', async () => {
    const error = await connect({ FLYTE_CREDENTIALS_AUTH_MODE: 'nonsense' }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ code: 'FLYTE_CONFIG_INVALID', setting: 'credentials.auth_mode' })
    expect((error as Error).message).toMatch(/FLYTE_CREDENTIALS_AUTH_MODE(:| to) .*basic/)
  })
})

describe('what the caller brings', () => {
  it('wins over the environment', async () => {
    const flyte = await connect(
      { FLYTE_PLATFORM_URL: 'localhost:1', FLYTE_CREDENTIALS_AUTH_MODE: 'pkce', FLYTE_CREDENTIALS_CLIENT_ID: 'nobody' },
      {
        config: {
          platform: { url: admin.url, auth: true },
          credentials: { authMode: 'client_credentials', clientId: 'flytepropeller', scopes: ['all', 'offline'] },
        },
      },
    )
    await flyte.admin.getVersion()
    expect(flyte.endpoint).toBe(admin.url)
    expect(new URLSearchParams(admin.requestsTo('/oauth2/token')[0]?.body).get('scope')).toBe('all offline')
  })

  it('is a token source: then the mode is of no matter, and no client is needed', async () => {
    const asked: unknown[] = []
    const flyte = await createFlyteClient({
      env: { FLYTE_PLATFORM_URL: admin.url },
      tokenSource: {
        getToken: async (options) => {
          asked.push(options?.rejected)
          return { accessToken: `mine-${asked.length}`, tokenType: 'bearer' }
        },
      },
    })
    undo.push(() => flyte.close())
    await expect(flyte.admin.getVersion()).rejects.toMatchObject({ status: 401 })
    expect(admin.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/api/v1/version', 'Bearer mine-1'],
      ['/api/v1/version', 'Bearer mine-2'],
      ['/config/v1/flyte_client', undefined],
      ['/api/v1/version', undefined],
    ])
    expect(admin.requests.at(-1)?.headers['flyte-authorization']).toBe('Bearer mine-2')
    expect(asked).toEqual([undefined, 'mine-1'])
    expect((await flyte.auth.getToken()).accessToken).toBe('mine-3')
  })

  it('is a transport: then calls go over it, and the login does not', async () => {
    const inner = nodeHttpTransport()
    const urls: string[] = []
    const transport: HttpTransport = {
      request(request) {
        urls.push(request.url)
        return inner.request(request)
      },
    }
    const flyte = await connect({ FLYTE_PLATFORM_AUTH: 'true' }, { transport })
    await flyte.admin.getVersion()
    expect(urls).toEqual([`${admin.url}/api/v1/version`])
    inner.close?.()
  })

  it('is a timeout, for calls and the login alike', async () => {
    const flyte = await connect({ FLYTE_PLATFORM_AUTH: 'true' }, { timeout: 50 })
    const takeBack = admin.answer('/oauth2/token', () => new Promise(() => {}))
    await expect(flyte.admin.getVersion()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    takeBack()
    undo.push(admin.answer('/api/v1/version', () => new Promise(() => {})))
    await expect(flyte.admin.getVersion()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT' })
  })
})

describe('closing', () => {
  it('may come twice, and before anything was asked', async () => {
    const flyte = await connect()
    flyte.close()
    flyte.close()
    expect(admin.requests).toEqual([])
  })
})
