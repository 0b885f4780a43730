import { createTokenManager } from '@flyte-js/auth'
import {
  type AuthorizationServer,
  createTestClock,
  type FlyteAdmin,
  followRedirects,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeTab, type FakeTab } from '../../test/fake-page.js'

// The order of things, in a tab that is none. What only a browser can show is in test/page-*.system.test.ts.

const page = 'https://app.example.com/where?i=was#here'
const redirectUri = 'https://app.example.com/callback'
let issuer: AuthorizationServer
let admin: FlyteAdmin
let tab: FakeTab

beforeAll(async () => {
  issuer = await startAuthorizationServer({ clients: [{ id: 'page', redirectUris: [redirectUri] }] })
  admin = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: issuer.issuer,
    publicClient: { clientId: 'page', redirectUri: 'http://localhost:53593/callback', scopes: ['all', 'offline'] },
  })
})
afterAll(async () => {
  await admin.close()
  await issuer.close()
})
beforeEach(() => {
  tab = createFakeTab()
  issuer.clearRequests()
  admin.clearRequests()
})
afterEach(() => vi.unstubAllGlobals())

const options = () => ({ endpoint: admin.url, redirectUri: '/callback' })
const tokenRequests = () => issuer.requestsTo('/token').map(({ status }) => status)

/** Leaves the page, and gives the answer with which its person comes back. */
async function answer(from = page): Promise<string> {
  const { redirectLogin } = await tab.load(from)
  const left = tab.left()
  redirectLogin(options())
    .acquire({ clock: createTestClock() })
    .catch(() => {})
  return (await followRedirects(await left, { until: redirectUri })).href
}

describe('redirectLogin', () => {
  it('asks nobody again who the server is when its person comes back', async () => {
    const address = await answer()
    const asked = [admin.requests.length, issuer.requests.length]
    const { redirectLogin } = await tab.load(address)
    const finished = await redirectLogin(options()).handleRedirectCallback()
    expect(finished).toMatchObject({ tokenSet: { accessToken: expect.any(String) }, returnTo: '/where?i=was#here' })
    expect([admin.requests.length, issuer.requests.length - 1]).toEqual(asked)
    expect(tab.address).toBe(redirectUri)
    expect(tab.stored).toEqual({})
  })

  it('keeps what it needs, and asks for no refresh token', async () => {
    await answer()
    const [[name, text] = ['', '']] = Object.entries(tab.stored)
    const { attempt, ...rest } = JSON.parse(text)
    expect(name).toBe(`flyte-js:attempt:${attempt.state}`)
    expect(attempt).toEqual({
      state: expect.stringMatching(/^[\w-]{43}$/),
      codeVerifier: expect.stringMatching(/^[\w-]{43}$/),
      redirectUri,
      clientId: 'page',
      issuer: issuer.issuer,
    })
    expect(rest).toEqual({
      server: expect.objectContaining({ issuer: issuer.issuer }),
      endpoint: admin.url,
      leftFrom: page,
      leftAt: expect.any(Number),
    })
    const [authorization] = issuer.requestsTo('/auth')
    expect(authorization?.query.get('scope')).toBe('all')
    expect(authorization?.query.get('redirect_uri')).toBe(redirectUri)
    expect(text).not.toContain(authorization?.query.get('code_challenge'))
  })

  it.each([
    ['a path', '/callback', redirectUri],
    ['an address as it is written', 'https://APP.example.com:443/callback', 'https://APP.example.com:443/callback'],
  ])('takes %s for the redirect URI', async (_, given, sent) => {
    const { redirectLogin } = await tab.load(page)
    const left = tab.left()
    redirectLogin({ ...options(), redirectUri: given })
      .acquire({ clock: createTestClock() })
      .catch(() => {})
    expect(new URL(await left).searchParams.get('redirect_uri')).toBe(sent)
  })

  it.each([undefined, '', 'https://other.example.com/callback', 'http://app.example.com/callback', 'https://'])(
    'takes no other one: %s',
    async (given) => {
      const { redirectLogin } = await tab.load(page)
      const login = redirectLogin({ ...options(), redirectUri: given as string })
      const refusal = { code: 'FLYTE_INVALID_ARGUMENT', message: expect.stringContaining('https://app.example.com,') }
      await expect(login.acquire({ clock: createTestClock() })).rejects.toMatchObject(refusal)
      await expect(login.handleRedirectCallback()).rejects.toMatchObject(refusal)
      expect(admin.requests).toEqual([])
    },
  )

  it('has token managers of two copies log in with one answer, also where one comes when the other is done', async () => {
    const { redirectLogin } = await tab.load(await answer())
    const copies = [redirectLogin(options()), redirectLogin(options())].map((login) => ({
      login,
      tokens: createTokenManager({ grant: login }),
    }))
    const [one, two] = copies as [(typeof copies)[0], (typeof copies)[0]]
    const first = await one.login.handleRedirectCallback(one.tokens)
    const second = await two.login.handleRedirectCallback(two.tokens)
    expect(second).toEqual(first)
    expect(await two.tokens.getToken()).toEqual(first?.tokenSet)
    expect(tokenRequests()).toEqual([200])
  })

  it('gives a token manager its tokens once, and does not bring back what was renewed since', async () => {
    const { redirectLogin } = await tab.load(await answer())
    const login = redirectLogin(options())
    const tokens = { login: vi.fn(() => login.acquire({ clock: createTestClock() })) }
    const first = await login.handleRedirectCallback(tokens)
    expect(await login.handleRedirectCallback(tokens)).toEqual(first)
    expect(tokens.login).toHaveBeenCalledOnce()
  })

  it('has no token manager, with its lock, wait for an answer that is for another window or for nobody', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { redirectLogin } = await tab.load(`${redirectUri}?code=c&state=forged`)
    const tokens = { login: vi.fn() }
    const outcome = redirectLogin(options()).handleRedirectCallback(tokens)
    outcome.catch(() => {})
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    await expect(outcome).rejects.toMatchObject({ code: 'FLYTE_AUTH_STATE_MISMATCH' })
    expect(tokens.login).not.toHaveBeenCalled()
    expect(tab.address).toBe(redirectUri)
  })

  it('leaves what belongs to a login of another Flyte Admin to that one', async () => {
    const address = await answer()
    const { redirectLogin } = await tab.load(address)
    const other = redirectLogin({ ...options(), endpoint: 'https://other.example.com' })
    expect(await other.handleRedirectCallback()).toBeUndefined()
    expect(tab.address).toBe(address)
    expect(await redirectLogin(options()).handleRedirectCallback()).toBeDefined()
    expect(await other.handleRedirectCallback()).toBeUndefined()
  })

  it('does not go back to an answer, though it may leave from one', async () => {
    const { redirectLogin } = await tab.load(await answer())
    const left = tab.left()
    // The same Flyte Admin by another name: the answer is for the one, and the other leaves.
    const endpoint = admin.url.replace('localhost', '127.0.0.1')
    redirectLogin({ ...options(), endpoint })
      .acquire({ clock: createTestClock() })
      .catch(() => {})
    await left
    const kept = Object.values(tab.stored).map((text) => JSON.parse(text))
    expect(kept.find((each) => each.endpoint === endpoint).leftFrom).toBe(redirectUri)
  })

  it('does not end for others when one of those who want it leaves', async () => {
    const { redirectLogin } = await tab.load(await answer())
    const login = redirectLogin(options())
    const controller = new AbortController()
    const left = login.acquire({ clock: createTestClock(), signal: controller.signal })
    const stayed = login.acquire({ clock: createTestClock() })
    const reason = new Error('unmounted')
    controller.abort(reason)
    await expect(left).rejects.toBe(reason)
    expect(await stayed).toMatchObject({ accessToken: expect.any(String) })
    expect(tokenRequests()).toEqual([200])
  })

  it('keeps nothing and does not leave when nobody wants it any more, at the last moment too', async () => {
    const { redirectLogin } = await tab.load(page)
    const [reason, ending, isLeft] = [new Error('unmounted'), new AbortController(), vi.fn()]
    tab.left().then(isLeft)
    // It is read last of all, when the address is made.
    const parameters = {
      get prompt() {
        ending.abort(reason)
        return 'login'
      },
    }
    const login = redirectLogin({ ...options(), parameters })
    await expect(login.acquire({ clock: createTestClock(), signal: ending.signal })).rejects.toBe(reason)
    await Promise.resolve()
    expect(isLeft).not.toHaveBeenCalled()
    expect(tab.stored).toEqual({})
  })

  it('begins anew once it is done, from an address that is clean', async () => {
    const { redirectLogin } = await tab.load(await answer())
    const login = redirectLogin(options())
    await login.handleRedirectCallback()
    const left = tab.left()
    login.acquire({ clock: createTestClock() }).catch(() => {})
    expect(await left).toContain(`${issuer.issuer}/auth?`)
    expect(Object.values(tab.stored).map((text) => JSON.parse(text).leftFrom)).toEqual([redirectUri])
  })

  it('knows an answer that was put back, and an answer that was used', async () => {
    const address = await answer()
    const { redirectLogin } = await tab.load(address)
    const login = redirectLogin(options())
    const first = await login.handleRedirectCallback()
    history.replaceState(null, '', address)
    expect(await login.handleRedirectCallback()).toEqual(first)
    expect(tab.address).toBe(redirectUri)
    history.replaceState(null, '', `${address}&again`)
    await expect(login.handleRedirectCallback()).rejects.toMatchObject({ code: 'FLYTE_AUTH_CALLBACK_REPLAYED' })
    expect(tokenRequests()).toEqual([200])
  })
})
