// The login of every mode through createFlyteClient: the first call, the next client that finds it kept, and its end.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent, TokenStore } from '@flyte-js/core'
import { createTestClock, followRedirects } from '@flyte-js/testing'
import { fileStore } from '@flyte-js/token-store/file'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFlyteClient, type FlyteClient, type FlyteClientOptions } from '../src/create-flyte-client.js'
import { type AuthTarget, authTargets, basicCredentials } from './auth-target.js'

describe.each(authTargets)('at %s', (_, start) => {
  let target: AuthTarget
  beforeAll(async () => {
    target = await start()
  })
  afterAll(() => target[Symbol.asyncDispose]())

  let directory: string
  let store: TokenStore
  let clients: FlyteClient[]
  let events: FlyteEvent[]
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'flyte-modes-'))
    store = fileStore({ directory })
    clients = []
    events = []
    target.embedded?.clear()
    return () => {
      for (const each of clients) each.close()
      rmSync(directory, { recursive: true })
    }
  })

  async function connect(env: Record<string, string>, options: FlyteClientOptions = {}): Promise<FlyteClient> {
    const flyte = await createFlyteClient({
      env: { FLYTE_PLATFORM_URL: target.endpoint, ...env },
      store,
      onEvent: (event) => events.push(event),
      ...options,
    })
    clients.push(flyte)
    return flyte
  }

  /** That a client works, that the next one is not asked to log in, and that both have the same token, which no event tells. */
  async function expectLoggedIn(flyte: FlyteClient, next: () => Promise<FlyteClient>): Promise<string> {
    expect((await flyte.admin.listProjects()).projects.map(({ id }) => id)).toContain('flytesnacks')
    const { accessToken } = await flyte.auth.getToken()
    expect(events.filter(({ type }) => type === 'token.acquired')).toHaveLength(1)
    const requestsBefore = target.embedded?.tokenRequests().length
    const other = await next()
    await other.identity.userInfo()
    expect((await other.auth.getToken()).accessToken).toBe(accessToken)
    expect(events.filter(({ type }) => type === 'token.acquired')).toHaveLength(1)
    if (target.embedded) {
      expect(target.embedded.tokenRequests()).toHaveLength(requestsBefore ?? 0)
      // At first nobody knew that a token is wanted.
      expect(target.embedded.calls().map(({ headers }) => headers.authorization)).toEqual([
        undefined,
        `Bearer ${accessToken}`,
        `Bearer ${accessToken}`,
      ])
    }
    expect(JSON.stringify(events)).not.toContain(accessToken)
    return accessToken
  }

  it('client credentials: by the secret, and again after a logout', async () => {
    const env = {
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID: target.client.id,
      FLYTE_CREDENTIALS_CLIENT_SECRET: target.client.secret,
    }
    const flyte = await connect(env)
    await expectLoggedIn(flyte, () => connect(env))
    if (target.embedded) {
      const [{ headers, form } = expect.fail('no token was asked for')] = target.embedded.tokenRequests()
      expect(basicCredentials(headers.authorization)).toEqual([target.client.id, target.client.secret])
      expect(form.get('grant_type')).toBe('client_credentials')
    }
    await flyte.auth.logout()
    await (await connect(env)).admin.listProjects()
    expect(events.filter(({ type }) => type === 'token.acquired')).toHaveLength(2)
    expect(JSON.stringify(events)).not.toContain(target.client.secret)
  })

  it.each([
    ['a browser', 'pkce'],
    ['a printed URL', 'pkce-printed'],
  ] as const)('a person, by %s: renewed by the refresh token, until logout', async (_way, flow) => {
    const follow = vi.fn((url: string) => {
      followRedirects(url).catch(() => {})
    })
    const login =
      flow === 'pkce'
        ? { browser: follow, onUrl: () => {}, pasteFrom: false as const }
        : { browser: false as const, isTerminal: true, onUrl: follow, onPrompt: () => {}, pasteFrom: false as const }
    const clock = createTestClock(Date.now())
    const flyte = await connect({}, { login, clock })
    const token = await expectLoggedIn(flyte, () => connect({}, { login, clock }))
    expect(events.findLast(({ type }) => type === 'login.chosen')).toMatchObject({ flow })
    expect((await flyte.identity.userInfo()).subject).toBe('user-1')

    const { expiresAt = 0, refreshToken } = await flyte.auth.getToken()
    await clock.advance(expiresAt - clock.now())
    // Within the same second Flyte Admin hands out the same token once more.
    if (target.embedded === undefined) await new Promise((resolve) => setTimeout(resolve, 1_050))
    const later = await connect({}, { login, clock })
    const renewed = await later.auth.getToken()
    expect(renewed.expiresAt).toBeGreaterThan(expiresAt)
    await later.admin.listProjects()
    expect(follow).toHaveBeenCalledTimes(1)
    if (target.embedded) {
      const forms = target.embedded.tokenRequests().map(({ form }) => form)
      expect(forms.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token'])
      expect(forms[1]?.get('refresh_token')).toBe(refreshToken)
    }

    await later.auth.logout()
    await expect(later.admin.listProjects()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    for (const secret of [token, refreshToken, renewed.accessToken])
      expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('a person, by another device, or an error that names another way', async () => {
    const onPrompt = vi.fn(({ verificationUri, userCode }: { verificationUri: string; userCode: string }) =>
      target.answerDevice(verificationUri, userCode, 'confirm'),
    )
    const env = {
      FLYTE_CREDENTIALS_AUTH_MODE: 'deviceflow',
      ...(target.deviceClientId !== undefined && { FLYTE_CREDENTIALS_CLIENT_ID: target.deviceClientId }),
    }
    const flyte = await connect(env, { login: { onPrompt } })
    if (target.deviceClientId === undefined) {
      await expect(flyte.admin.listProjects()).rejects.toMatchObject({
        code: expect.stringMatching(/^FLYTE_AUTH_(LOGIN_UNAVAILABLE|GRANT_REFUSED)$/),
      })
      expect(onPrompt).not.toHaveBeenCalled()
      return
    }
    await expectLoggedIn(flyte, () => connect(env))
    expect(onPrompt).toHaveBeenCalledTimes(1)
    expect((await flyte.identity.userInfo()).subject).toBe('user-1')
    expect(target.embedded?.authorizationRequests() ?? []).toEqual([])
  })

  it('a program that prints the token', async () => {
    const asClient = await connect(
      {
        FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
        FLYTE_CREDENTIALS_CLIENT_ID: target.client.id,
        FLYTE_CREDENTIALS_CLIENT_SECRET: target.client.secret,
        FLYTE_JS_TOKEN_STORE: 'memory',
      },
      { onEvent: () => {} },
    )
    const { accessToken: token } = await asClient.auth.login()
    target.embedded?.clear()
    const program = join(directory, 'print')
    const printed = JSON.stringify({ token, expiration_time: Date.now() / 1_000 + 600 })
    writeFileSync(program, `#!/bin/sh\necho '${printed}'\n`)
    chmodSync(program, 0o755)
    const env = { FLYTE_CREDENTIALS_AUTH_MODE: 'external_process', FLYTE_CREDENTIALS_COMMAND: program }
    expect(await expectLoggedIn(await connect(env), () => connect(env))).toBe(token)
    expect(target.embedded?.tokenRequests() ?? []).toEqual([])
  })

  it('none: the 401 is the answer, and nobody is asked', async () => {
    const browser = vi.fn()
    const flyte = await connect({ FLYTE_CREDENTIALS_AUTH_MODE: 'none' }, { login: { browser } })
    await expect(flyte.admin.listProjects()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UNAUTHENTICATED', status: 401 })
    expect(browser).not.toHaveBeenCalled()
    expect(target.embedded?.calls().map(({ headers }) => headers.authorization) ?? [undefined]).toEqual([undefined])
  })
})
