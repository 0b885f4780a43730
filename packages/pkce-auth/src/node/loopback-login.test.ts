import { createHash } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { createTokenManager } from '@flyte-js/auth'
import { type Fetch, type FlyteEvent, systemClock } from '@flyte-js/core'
import { createTestClock, followRedirects } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { beginLogin } from '../../test/begin-login.js'
import { type EmbeddedTarget, type LoginTarget, startEmbedded, startTarget } from '../../test/login-target.js'
import { expectFree, freePort, giveBack, take } from '../../test/loopback.js'
import { loopbackLogin } from './loopback-login.js'

const whoAmI = (endpoint: string, token: string) =>
  fetch(`${endpoint}/me`, { headers: { authorization: `Bearer ${token}` } })

describe.each(['self', 'external'] as const)('a person logs in to a Flyte Admin (%s)', (auth) => {
  let target: LoginTarget
  beforeAll(async () => {
    target = await startTarget(auth)
  })
  afterAll(() => target[Symbol.asyncDispose]())

  test('and has tokens that it takes, which are renewed without anybody being asked', async () => {
    const { endpoint, redirectUri, port } = target
    const { grant, url, tokens, events } = beginLogin({ endpoint })
    expect((await followRedirects(await url)).href).toBe(`${redirectUri}/done`)
    const tokenSet = await tokens
    await expectFree(port)
    expect(tokenSet).toMatchObject({ tokenType: 'bearer', refreshToken: expect.any(String) })
    expect((await whoAmI(endpoint, tokenSet.accessToken)).status).toBe(200)
    expect(events).toEqual([{ type: 'login.browser', isStarted: false, reason: 'the option browser is false' }])

    const renewed = await grant.refresh?.(tokenSet, { clock: systemClock })
    expect((await whoAmI(endpoint, renewed?.accessToken ?? '')).status).toBe(200)
    expect(await grant.revoke?.(renewed ?? tokenSet, { clock: systemClock })).toBe(auth === 'external')
  })

  test('through a token manager once, however many wait', async () => {
    const { endpoint } = target
    const onUrl = vi.fn(async (url: string) => void (await followRedirects(url)))
    const tokens = createTokenManager({ grant: loopbackLogin({ endpoint, onUrl, browser: false, pasteFrom: false }) })
    const all = await Promise.all([tokens.getToken(), tokens.getToken(), tokens.login()])
    expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(onUrl).toHaveBeenCalledOnce()
    const { accessToken } = await tokens.getToken({ rejected: all[0].accessToken })
    expect((await whoAmI(endpoint, accessToken)).status).toBe(200)
    expect(onUrl).toHaveBeenCalledOnce()
    await tokens.logout()
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    expect(onUrl).toHaveBeenCalledOnce()
  })
})

describe.each(['self', 'external'] as const)('what the authorization server sees (%s)', (auth) => {
  let target: EmbeddedTarget
  beforeAll(async () => {
    target = await startEmbedded(auth)
  })
  afterAll(() => target[Symbol.asyncDispose]())

  test('is one authorization request and one exchange, bound to each other by PKCE', async () => {
    const { endpoint, redirectUri } = target
    const { url, tokens } = beginLogin({ endpoint, parameters: { prompt: 'login', login_hint: 'x y' } })
    await followRedirects(await url)
    await tokens

    const [request, ...others] = target.authorizationRequests().filter(({ query }) => query.has('response_type'))
    expect(others).toEqual([])
    const asked = Object.fromEntries(request?.query ?? [])
    expect(asked).toEqual({
      response_type: 'code',
      client_id: 'flytectl',
      redirect_uri: redirectUri,
      scope: 'all offline',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'login',
      login_hint: 'x y',
    })
    const [exchange, ...more] = target.tokenRequests()
    expect(more).toEqual([])
    expect(exchange?.headers).not.toHaveProperty('authorization')
    const form = Object.fromEntries(new URLSearchParams(exchange?.body))
    expect(form).toEqual({
      grant_type: 'authorization_code',
      client_id: 'flytectl',
      redirect_uri: redirectUri,
      code: expect.any(String),
      code_verifier: expect.stringMatching(/^[\w.~-]{43,128}$/),
    })
    expect(
      createHash('sha256')
        .update(form.code_verifier ?? '')
        .digest('base64url'),
    ).toBe(asked.code_challenge)
  })

  test('is another state and another verifier each time', async () => {
    const urls = []
    for (let login = 0; login < 2; login++) {
      const { url, tokens } = beginLogin({ endpoint: target.endpoint })
      urls.push(new URL(await url).searchParams)
      await followRedirects(await url)
      await tokens
    }
    for (const name of ['state', 'code_challenge']) expect(urls[0]?.get(name)).not.toBe(urls[1]?.get(name))
  })

  test('asks for no refresh token with offline: false', async () => {
    const { url, tokens } = beginLogin({ endpoint: target.endpoint, offline: false })
    await followRedirects(await url)
    expect(await tokens).not.toHaveProperty('refreshToken')
    expect(new URL(await url).searchParams.get('scope')).toBe('all')
  })
})

describe('a login', () => {
  let target: EmbeddedTarget
  beforeAll(async () => {
    const redirectUri = `http://localhost:${await freePort()}/callback`
    target = await startEmbedded('external', [redirectUri, 'http://127.0.0.1/callback'])
  })
  afterAll(() => target[Symbol.asyncDispose]())
  beforeEach(() => {
    target.admin.clearRequests()
    target.provider?.clearRequests()
    if (target.provider) target.provider.refuseLogin = false
  })
  // However it ended.
  afterEach(() => expectFree(target.port))

  test('is told in one line that has the URL, where nobody takes it', async () => {
    const { endpoint } = target
    const { printed, tokens } = beginLogin({ endpoint, onUrl: undefined })
    await vi.waitFor(() => expect(printed).toHaveLength(1))
    const [, words, url] = /^(.+) (http\S+)$/.exec(printed[0] ?? '') ?? []
    expect(words).toBe(`To log in to ${new URL(endpoint).host}, open this address in a browser:`)
    await followRedirects(url ?? '')
    await tokens
    expect(printed).toHaveLength(1)
  })

  test('says that a browser opens, where one does', async () => {
    const opened: string[] = []
    const { printed, tokens, events } = beginLogin({
      endpoint: target.endpoint,
      onUrl: undefined,
      browser: (url) => void opened.push(url),
    })
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    expect(printed).toEqual([
      `A browser opens to log in to ${new URL(target.endpoint).host}. If none does, open this address: ${opened[0]}`,
    ])
    await followRedirects(opened[0] ?? '')
    await tokens
    expect(events).toEqual([{ type: 'login.browser', isStarted: true }])
  })

  test('goes through a browser that BROWSER names, terminal or not, and needs no other', async () => {
    // One that blocks for longer than the login takes, and then ends.
    const script = `import('@flyte-js/testing').then(({ followRedirects }) => followRedirects(process.argv[1])).then(() => setTimeout(() => {}, 500))`
    const { tokens, events } = beginLogin({
      endpoint: target.endpoint,
      browser: undefined,
      env: { BROWSER: `no-such-browser:"${process.execPath}" --eval "${script}" %s &`, SSH_CONNECTION: 'x' },
    })
    expect(await tokens).toMatchObject({ accessToken: expect.any(String) })
    expect(events).toContainEqual({ type: 'login.browser', isStarted: true })
  })

  test.each([
    ['cannot be started', { browser: true, env: { BROWSER: 'no-such-browser' } }, /no-such-browser could not.+ENOENT/],
    ['fails', { browser: () => Promise.reject(new Error('canary')) }, /the option browser could not open it/],
    ['is not at hand', { browser: undefined, env: { SSH_TTY: 'x' } }, /SSH/],
  ])('whose browser %s goes on', async (_, options, reason) => {
    const { url, tokens, events } = beginLogin({ endpoint: target.endpoint, ...options })
    await followRedirects(await url)
    await tokens
    const told = { type: 'login.browser', isStarted: false, reason: expect.stringMatching(reason) }
    await vi.waitFor(() => expect(events).toEqual([told]))
  })

  test('does not wait for who is given the URL, and ends with what they throw', async () => {
    const waiting = beginLogin({
      endpoint: target.endpoint,
      onUrl: (url) => followRedirects(url).then(() => new Promise<void>(() => {})),
    })
    await waiting.tokens
    const failure = new Error('no place to show it')
    for (const onUrl of [
      () => Promise.reject(failure),
      () => {
        throw failure
      },
    ])
      await expect(beginLogin({ endpoint: target.endpoint, onUrl }).tokens).rejects.toBe(failure)
  })

  test('that nobody finishes ends after two minutes, or after what was given', async () => {
    for (const [options, limit] of [
      [{}, 120_000],
      [{ timeout: 5_000 }, 5_000],
    ] as const) {
      const clock = createTestClock()
      const { url, tokens } = beginLogin({ endpoint: target.endpoint, ...options }, { clock })
      await url
      await clock.advance(limit - 1)
      await expect(take(target.port)).rejects.toThrow('EADDRINUSE')
      await clock.advance(1)
      await expect(tokens).rejects.toMatchObject({
        code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
        grant: 'authorization_code',
        message: expect.stringMatching(new RegExp(`within ${limit / 1000} s.+timeout`)),
      })
      await expectFree(target.port)
      expect(clock.sleeping).toBe(0)
    }
  })

  test('ends with the reason of its signal, at whichever time', async () => {
    const reason = new Error('enough')
    const before = beginLogin({ endpoint: target.endpoint }, { signal: AbortSignal.abort(reason) })
    await expect(before.tokens).rejects.toBe(reason)
    expect(target.admin.requests).toEqual([])

    const ending = new AbortController()
    const during = beginLogin({ endpoint: target.endpoint }, { signal: ending.signal })
    await during.url
    ending.abort(reason)
    await expect(during.tokens).rejects.toBe(reason)
    await expectFree(target.port)

    const late = new AbortController()
    let isAsked = () => {}
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve
    })
    const waits = () => {
      isAsked()
      return new Promise<undefined>(() => {})
    }
    target.provider?.answer(target.tokenPath, waits, 1)
    const exchanging = beginLogin({ endpoint: target.endpoint }, { signal: late.signal })
    const page = followRedirects(await exchanging.url)
    await asked
    late.abort(reason)
    await expect(exchanging.tokens).rejects.toBe(reason)
    await expectFree(target.port)
    await expect(page).rejects.toThrow()
  })

  test('that is ended before anybody has the URL shows it to nobody', async () => {
    const [reason, ending] = [new Error('enough'), new AbortController()]
    const [next, other] = [await freePort(), await take(target.port)]
    const onUrl = vi.fn()
    const grant = loopbackLogin({
      endpoint: target.endpoint,
      fallbackRedirectUris: [`http://127.0.0.1:${next}/callback`],
      onUrl,
      browser: onUrl,
      pasteFrom: false,
    })
    const onEvent = ({ type }: FlyteEvent) => type === 'login.port-taken' && ending.abort(reason)
    await expect(grant.acquire({ clock: systemClock, signal: ending.signal, onEvent })).rejects.toBe(reason)
    expect(onUrl).not.toHaveBeenCalled()
    await giveBack(other)
    await expectFree(next)
  })

  test('waits for nothing any more when it is over', async () => {
    const clock = createTestClock()
    const { signal } = new AbortController()
    const interrupts = process.listenerCount('SIGINT')
    const { url, tokens } = beginLogin({ endpoint: target.endpoint }, { clock, signal })
    await url
    expect(process.listenerCount('SIGINT')).toBe(interrupts + 1)
    await followRedirects(await url)
    await tokens
    expect(clock.sleeping).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(process.listenerCount('SIGINT')).toBe(interrupts)
  })

  test('has the page wait for what comes of it', async () => {
    let goOn = () => {}
    target.provider?.answer(
      target.tokenPath,
      () => new Promise<undefined>((resolve) => (goOn = () => resolve(undefined))),
      1,
    )
    const { url, tokens } = beginLogin({ endpoint: target.endpoint })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    const sent = await fetch(callback, { redirect: 'manual' })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/callback/done'])
    expect(sent.headers.get('cache-control')).toBe('no-store')
    let isAnswered = false
    const page = fetch(`${target.redirectUri}/done`).finally(() => {
      isAnswered = true
    })
    // What was asked for later is answered.
    expect((await fetch(new URL('/favicon.ico', target.redirectUri))).status).toBe(204)
    expect(isAnswered).toBe(false)
    goOn()
    const response = await page
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('You are logged in')
    await tokens
  })

  test('is not held up for long by a browser that never asks for the page', async () => {
    const clock = createTestClock()
    const { url, tokens } = beginLogin({ endpoint: target.endpoint }, { clock })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    await fetch(callback, { redirect: 'manual' })
    await vi.waitFor(() => expect(target.tokenRequests()).toEqual([expect.objectContaining({ status: 200 })]))
    // The time for all of it, and that for the page.
    await vi.waitFor(() => expect(clock.sleeping).toBe(2))
    await clock.advance(2_000)
    expect(await tokens).toMatchObject({ accessToken: expect.any(String) })
    expect(clock.sleeping).toBe(0)
  })

  test('that the server refuses says so, to the program and on the page', async () => {
    if (target.provider) target.provider.refuseLogin = true
    const { url, tokens } = beginLogin({ endpoint: target.endpoint })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    const page = await (await fetch(callback)).text()
    await expect(tokens).rejects.toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
    expect(page).toMatch(/The login failed.+access_denied/s)
    expect(target.tokenRequests()).toEqual([])
  })

  test('whose code is refused says so as well, without the code', async () => {
    const echo = ({ body }: { body: string }) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: `<b>no</b> ${new URLSearchParams(body).get('code')}` },
    })
    target.provider?.answer(target.tokenPath, echo, 1)
    const { url, tokens } = beginLogin({ endpoint: target.endpoint })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    const page = await (await fetch(callback)).text()
    const error = await tokens.catch((error) => error)
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_grant' })
    const code = callback.searchParams.get('code') ?? ''
    expect(code).not.toBe('')
    expect(JSON.stringify(error) + page).not.toContain(code)
    expect(page).toContain('withheld')
  })

  test('whose fetch throws something foreign shows none of it', async () => {
    const fetch: Fetch = async (resource, init) => {
      if (String(resource).endsWith(target.tokenPath)) throw new Error('canary')
      return globalThis.fetch(resource, init as RequestInit)
    }
    const { url, tokens } = beginLogin({ endpoint: target.endpoint, fetch })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    const page = await (await globalThis.fetch(callback)).text()
    await expect(tokens).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect(page).toContain('The login failed')
    expect(page).not.toContain('canary')
  })

  test('takes any free port where the redirect URI has none', async () => {
    const { url, tokens } = beginLogin({ endpoint: target.endpoint, redirectUri: 'http://127.0.0.1/callback' })
    const redirectUri = new URL(await url).searchParams.get('redirect_uri') ?? ''
    expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}\/callback$/)
    expect((await followRedirects(await url)).href).toBe(`${redirectUri}/done`)
    await tokens
    await expectFree(Number(new URL(redirectUri).port))
  })
})

describe('a port that is taken', () => {
  test.each(['127.0.0.1', '::1'] as const)('on %s leads to the next redirect URI', async (host) => {
    const [first, second] = [await freePort(), await freePort()]
    const uris = [`http://localhost:${first}/callback`, `http://localhost:${second}/callback`] as const
    await using target = await startEmbedded('self', uris)
    const other = await take(first, host)
    const { url, tokens, events } = beginLogin({ endpoint: target.endpoint, fallbackRedirectUris: [uris[1]] })
    expect((await followRedirects(await url)).href).toBe(`${uris[1]}/done`)
    await tokens
    expect(events[0]).toEqual({ type: 'login.port-taken', port: first })
    await giveBack(other)
    await Promise.all([expectFree(first), expectFree(second)])
  })

  test('is an error that names it and its user, where there is no other', async () => {
    // No client of Flyte Admin's own, which would have port 12345 as well.
    await using target = await startEmbedded('external')
    const second = await freePort()
    const others = [await take(target.port), await take(second, '::1')]
    const fallbackRedirectUris = [`http://127.0.0.1:${second}/callback`]
    const { tokens, events } = beginLogin({ endpoint: target.endpoint, fallbackRedirectUris })
    await expect(tokens).rejects.toMatchObject({
      code: 'FLYTE_AUTH_PORT_TAKEN',
      message: expect.stringMatching(
        new RegExp(`port ${target.port} \\(by this process.+\\) and port ${second} \\(by.+redirectUri`),
      ),
    })
    expect(events).toEqual([target.port, second].map((port) => ({ type: 'login.port-taken', port })))
    await Promise.all(others.map(giveBack))
    await Promise.all([expectFree(target.port), expectFree(second)])
  })
})

describe('what the caller got wrong is told', () => {
  test.each([
    [{ redirectUri: 'https://localhost:1/callback' }],
    [{ fallbackRedirectUris: ['http://flyte.example.com/callback'] }],
    [{ timeout: 0 }],
    [{ timeout: Number.NaN }],
  ])('at once: %j', (options) => {
    expect(() => loopbackLogin({ endpoint: 'https://flyte.example.com', ...options })).toThrow(
      expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }),
    )
  })

  test('before anything is shown, and the port is free', async () => {
    await using target = await startEmbedded('self')
    const { tokens, events, printed } = beginLogin({ endpoint: target.endpoint, parameters: { state: 'mine' } })
    await expect(tokens).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
    expect([...events, ...printed]).toEqual([])
    await expectFree(target.port)
  })
})
