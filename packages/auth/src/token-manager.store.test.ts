import { AuthError, type FlyteEvent, type Grant, type TokenSet, TokenStoreError } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { numberedGrant, settled } from '../test/numbered-grant.js'
import { rotatingServer } from '../test/rotating-server.js'
import { type SharedStore, sharedStore } from '../test/shared-store.js'
import { createTokenManager, type TokenManagerOptions } from './token-manager.js'

// Several token managers, as in several processes or tabs, and one store.

const key = 'the key'
let clock: TestClock
let events: FlyteEvent[]
let store: SharedStore
beforeEach(() => {
  clock = createTestClock()
  events = []
  store = sharedStore()
})

const manage = (grant: Grant, options: Partial<TokenManagerOptions> = {}) =>
  createTokenManager({
    grant,
    store,
    key,
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    ...options,
  })
const types = () => events.map(({ type }) => type)
const stored = (): TokenSet | undefined => store.kept.get(key)
const unreachable = () => new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'down')
const refusal = (oauthError: string) => new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no', { oauthError })

describe('with a store', () => {
  it('needs a key', () => {
    const { grant } = numberedGrant(clock)
    expect(() => createTokenManager({ grant, store })).toThrow(
      expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT', message: expect.stringContaining('tokenKey') }),
    )
  })

  it('takes a key that is still being made, and hands on what goes wrong with that', async () => {
    const { grant } = numberedGrant(clock)
    await manage(grant, { key: Promise.resolve(key) }).getToken()
    expect(stored()?.accessToken).toBe('token 1')
    const broken = manage(grant, { key: Promise.reject(new Error('no key')) })
    await settled()
    await expect(broken.getToken()).rejects.toThrow('no key')
  })

  it('peeks at what need not be renewed, without asking anybody', async () => {
    const { grant, log } = numberedGrant(clock)
    const manager = manage(grant)
    expect(await manager.peek({ fresh: true })).toBeUndefined()
    const { expiresAt = 0 } = await manager.getToken()
    expect(await manager.peek({ fresh: true })).toMatchObject({ accessToken: 'token 1' })
    expect(await manage(grant).peek({ fresh: true })).toMatchObject({ accessToken: 'token 1' })
    await clock.advance(expiresAt - clock.now() - 299_000)
    expect(await manager.peek({ fresh: true })).toBeUndefined()
    expect(await manager.peek()).toMatchObject({ accessToken: 'token 1' })
    expect(log).toEqual(['acquire'])
  })

  it('a login is stored under the lock, durably, before anybody gets it', async () => {
    const { grant } = numberedGrant(clock)
    let isDurable = () => {}
    const { set } = store
    store.set = set
    const { withLock } = store
    store.withLock = (name, critical, options) =>
      withLock(
        name,
        (locked) =>
          critical({
            ...locked,
            set: async (...given) => {
              await new Promise<void>((resolve) => {
                isDurable = resolve
              })
              return locked.set(...given)
            },
          }),
        options,
      )
    let isHandedOut = false
    const call = manage(grant)
      .getToken()
      .then(() => {
        isHandedOut = true
      })
    for (let turn = 0; turn < 5; turn += 1) await settled()
    expect(isHandedOut).toBe(false)
    isDurable()
    await call
    expect(store.log).toEqual(['get', 'lock', 'get locked', 'set locked', 'unlock'])
  })

  it('a valid token comes from memory: the store is not asked again', async () => {
    const { grant } = numberedGrant(clock)
    const { getToken } = manage(grant)
    await getToken()
    store.log.length = 0
    for (let call = 0; call < 100; call += 1) await getToken()
    expect(store.log).toEqual([])
  })

  it('a stored login that is good is taken up without the lock and without a request', async () => {
    await manage(numberedGrant(clock).grant).getToken()
    store.log.length = 0
    const other = numberedGrant(clock)
    expect((await manage(other.grant).getToken()).accessToken).toBe('token 1')
    expect(other.log).toEqual([])
    expect(store.log).toEqual(['get'])
    expect(types()).toEqual(['token.acquired', 'token.restored'])
  })

  it('a hundred that start together with an ended token and a refresh token that can be used once: one request', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    const managers = Array.from({ length: 100 }, () => manage(server.grant))
    const tokens = await Promise.all(managers.map(({ getToken }) => getToken()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(server.refreshes).toBe(1)
    expect(server.acquisitions).toBe(0)
    expect(stored()?.refreshToken).toBe(server.live())
  })

  it('a refused token is replaced by the one that another has stored, without a request', async () => {
    const one = numberedGrant(clock)
    const { getToken } = manage(one.grant)
    await getToken()
    const other = manage(one.grant)
    await other.getToken({ rejected: (await other.getToken()).accessToken })
    expect(one.log).toHaveLength(2)
    expect((await getToken({ rejected: 'token 1' })).accessToken).toBe('token 2')
    expect(one.log).toHaveLength(2)
  })

  it('a hundred without the scope cost two requests, if they come together', async () => {
    const { grant, log } = numberedGrant(clock)
    const managers = Array.from({ length: 100 }, () => manage(grant))
    await Promise.all(
      managers.map(async ({ getToken }) => {
        const { accessToken: first } = await getToken()
        const { accessToken: second } = await getToken({ rejected: first })
        await getToken({ rejected: second })
      }),
    )
    expect(log).toHaveLength(2)
  })

  it('times in the store are those of the wall clock', async () => {
    store.kept.set(key, { accessToken: 'stored', tokenType: 'bearer', expiresAt: clock.now() + 1000_000 })
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    expect((await getToken()).accessToken).toBe('stored')
    await clock.advance(1000_000)
    expect((await getToken()).accessToken).toBe('token 1')
    expect(log).toHaveLength(1)
  })

  it('a token that is due costs one look at the store, however many ask for it', async () => {
    const { grant, hold } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    store.log.length = 0
    const open = hold()
    for (let call = 0; call < 100; call += 1) await getToken()
    open()
    for (let turn = 0; turn < 10; turn += 1) await settled()
    expect(store.log).toEqual(['get', 'lock', 'get locked', 'set locked', 'unlock'])
  })

  it('a token that is due and that only a person could replace costs none', async () => {
    const { grant } = numberedGrant(clock, { interactive: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    store.log.length = 0
    for (let call = 0; call < 100; call += 1) await getToken()
    for (let turn = 0; turn < 10; turn += 1) await settled()
    expect(store.log).toEqual([])
  })

  it('a renewal behind the back takes up what another has renewed meanwhile', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(1799_000))
    const [one, other] = [manage(server.grant), manage(server.grant)]
    await Promise.all([one.getToken(), other.getToken()])
    await clock.advance(1600_000)
    await Promise.all([one.getToken(), other.getToken()])
    await settled()
    await Promise.all([one.getToken(), other.getToken()])
    for (let turn = 0; turn < 5; turn += 1) await settled()
    expect(server.refreshes).toBe(1)
    expect((await one.getToken()).accessToken).toBe((await other.getToken()).accessToken)
  })
})

describe('a refresh token that has ended', () => {
  it('is cleared from the store before a login is tried: invalid_grant', async () => {
    const { grant, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({ ...grant, refresh: () => Promise.reject(refusal('invalid_grant')) })
    await getToken()
    await clock.advance(3600_000)
    fail(unreachable())
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect(stored()).toBeUndefined()
  })

  it('leads to a login also where it cannot be cleared', async () => {
    const { grant } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({ ...grant, refresh: () => Promise.reject(refusal('invalid_grant')) })
    await getToken()
    await clock.advance(3600_000)
    store.fail('delete', new TokenStoreError('FLYTE_STORE_WRITE_FAILED', 'read only', { store: 'shared' }))
    expect((await getToken()).accessToken).toBe('token 2')
    expect(stored()?.accessToken).toBe('token 2')
  })

  it('stays stored until a login has succeeded: server_error, which is what Flyte Admin says', async () => {
    const { grant, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({ ...grant, refresh: () => Promise.reject(refusal('server_error')) })
    await getToken()
    await clock.advance(3600_000)
    fail(unreachable())
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect(stored()?.refreshToken).toBe('refresh 1')
    fail(undefined)
    await clock.advance(1000)
    await getToken()
    expect(stored()?.refreshToken).toBe('refresh 3')
  })

  it('clears nothing on a network error', async () => {
    const { grant, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    fail(unreachable())
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect(stored()?.refreshToken).toBe('refresh 1')
  })

  it('leaves an access token that is good to those who have it, and is not used again by anybody', async () => {
    const { grant } = numberedGrant(clock, { renews: true, interactive: true })
    const refresh = vi.fn(() => Promise.reject(refusal('invalid_grant')))
    const { getToken } = manage({ ...grant, refresh })
    await getToken()
    await clock.advance(1600_000)
    await getToken()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    expect(stored()).toEqual({ accessToken: 'token 1', tokenType: 'bearer', expiresAt: clock.now() + 199_000 })
    const other = manage({ ...grant, refresh })
    expect((await other.getToken()).accessToken).toBe('token 1')
    expect(refresh).toHaveBeenCalledTimes(1)
  })

  it('was perhaps renewed by somebody who had no lock either: then theirs counts', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    const { getToken } = manage({
      ...server.grant,
      refresh: async (tokenSet, context) => {
        if (tokenSet.refreshToken === 'refresh 1') {
          store.kept.set(key, server.issue(1000_000))
          throw refusal('invalid_grant')
        }
        return server.grant.refresh?.(tokenSet, context) as Promise<TokenSet>
      },
    })
    expect((await getToken()).accessToken).toBe('token 2')
    expect(server.acquisitions).toBe(0)
    expect(stored()?.refreshToken).toBe('refresh 2')
  })
})

describe('a store that fails', () => {
  const broken = (code: 'FLYTE_STORE_READ_FAILED' | 'FLYTE_STORE_WRITE_FAILED' | 'FLYTE_STORE_LOCK_UNAVAILABLE') =>
    new TokenStoreError(code, 'broken', { store: 'shared' })

  it('cannot end a login: tokens that it cannot keep live in memory', async () => {
    store.fail('set', broken('FLYTE_STORE_WRITE_FAILED'))
    const { grant, log } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    expect((await getToken()).accessToken).toBe('token 1')
    expect(events).toContainEqual({ type: 'store.failed', operation: 'set', code: 'FLYTE_STORE_WRITE_FAILED' })
    store.fail('set', undefined)
    await clock.advance(3600_000)
    await getToken()
    expect(log).toEqual(['acquire', 'refresh by refresh 1'])
    expect(stored()?.refreshToken).toBe('refresh 2')
  })

  it('holds an older refresh token than memory does, which is then not used', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    store.fail('set', broken('FLYTE_STORE_WRITE_FAILED'))
    const { getToken } = manage(server.grant)
    await getToken()
    expect(stored()?.refreshToken).toBe('refresh 1')
    store.fail('set', undefined)
    await clock.advance(3600_000)
    await getToken()
    expect(server.refreshes).toBe(2)
    expect(server.acquisitions).toBe(0)
    expect(stored()?.refreshToken).toBe(server.live())
  })

  it('cannot be read: there is a login then, and nobody counts as logged out', async () => {
    store.fail('get', broken('FLYTE_STORE_READ_FAILED'))
    const { grant, log } = numberedGrant(clock, { interactive: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
    expect(events).toContainEqual({ type: 'store.failed', operation: 'get', code: 'FLYTE_STORE_READ_FAILED' })
  })

  it('cannot lock: the lock is gone round, and an event says so', async () => {
    store.fail('lock', broken('FLYTE_STORE_LOCK_UNAVAILABLE'))
    const { grant } = numberedGrant(clock)
    expect((await manage(grant).getToken()).accessToken).toBe('token 1')
    expect(events).toContainEqual({ type: 'store.unlocked', code: 'FLYTE_STORE_LOCK_UNAVAILABLE' })
    expect(stored()?.accessToken).toBe('token 1')
  })

  it('cannot give the lock back: the tokens are good all the same, and asked for once', async () => {
    store.fail('unlock', new TypeError('x'))
    const { grant, log } = numberedGrant(clock)
    expect((await manage(grant).getToken()).accessToken).toBe('token 1')
    expect(log).toHaveLength(1)
    expect(events).toContainEqual({ type: 'store.unlocked', code: 'UNKNOWN' })
  })

  it('hands a failure of the grant on as it is', async () => {
    const failure = new Error('mine')
    const { grant, fail } = numberedGrant(clock)
    fail(failure)
    await expect(manage(grant).getToken()).rejects.toBe(failure)
  })
})

describe('a lock that was lost', () => {
  it('while a token was fetched: what the other has stored counts', async () => {
    const { grant, hold, log } = numberedGrant(clock)
    const open = hold()
    const [paused, other] = [manage(grant), manage(grant)]
    const call = paused.getToken()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    const second = other.getToken()
    await settled()
    store.takeOver()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    open()
    await second
    expect(log).toEqual(['acquire', 'acquire'])
    expect((await call).accessToken).toBe('token 2')
    expect(stored()?.accessToken).toBe('token 2')
  })

  it('before anything was sent: it is taken again', async () => {
    const { grant, log } = numberedGrant(clock)
    let losses = 0
    const { withLock } = store
    store.withLock = (name, critical, options) =>
      withLock(
        name,
        (locked) => {
          losses += 1
          if (losses < 3) store.takeOver()
          return critical(locked)
        },
        options,
      )
    expect((await manage(grant).getToken()).accessToken).toBe('token 1')
    expect(losses).toBe(3)
    expect(log).toHaveLength(1)
  })
})

describe('login', () => {
  it('logs in anew, whatever there is, and whoever waits gets it', async () => {
    const { grant, log, hold } = numberedGrant(clock, { renews: true, interactive: true })
    const { getToken, login } = manage(grant)
    await getToken()
    const open = hold()
    const calls = [login(), login()]
    await settled()
    expect((await getToken()).accessToken).toBe('token 1')
    open()
    expect((await Promise.all(calls)).map(({ accessToken }) => accessToken)).toEqual(['token 2', 'token 2'])
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
    expect(stored()?.accessToken).toBe('token 2')
  })

  it('is not answered by a renewal that is on its way', async () => {
    const { grant, log, hold } = numberedGrant(clock, { renews: true })
    const { getToken, login } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    const open = hold()
    const waiting = getToken()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    const asked = login()
    open()
    expect((await waiting).accessToken).toBe('token 2')
    expect((await asked).accessToken).toBe('token 3')
    expect(log).toEqual(['acquire', 'refresh by refresh 1', 'acquire'])
  })

  it('joins the login that a caller has started', async () => {
    const { grant, log, hold } = numberedGrant(clock, { interactive: true })
    const open = hold()
    const { getToken, login } = manage(grant)
    const waiting = getToken()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    const asked = login()
    open()
    expect((await waiting).accessToken).toBe('token 1')
    expect((await asked).accessToken).toBe('token 1')
    expect(log).toHaveLength(1)
  })

  it('of a person takes as long as it takes, and ends when the last caller leaves', async () => {
    const { grant, hold, contexts } = numberedGrant(clock, { interactive: true })
    hold()
    const { getToken } = manage(grant)
    const controller = new AbortController()
    const waiting = getToken({ signal: controller.signal })
    for (let turn = 0; turn < 5; turn += 1) await settled()
    await clock.advance(24 * 3600_000)
    expect(contexts[0]?.signal?.aborted).toBe(false)
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(contexts[0]?.signal?.aborted).toBe(true)
  })
})

describe('logout', () => {
  it('tells the server, then removes the login from the store and from memory', async () => {
    const revoked: unknown[] = []
    const { grant, log } = numberedGrant(clock, { renews: true })
    const { getToken, logout, peek } = manage({
      ...grant,
      revoke: async (tokenSet) => {
        revoked.push([tokenSet.refreshToken, store.kept.size])
        return true
      },
    })
    await getToken()
    expect(await logout()).toEqual({ revoked: true })
    expect(revoked).toEqual([['refresh 1', 1]])
    expect(stored()).toBeUndefined()
    expect(await peek()).toBeUndefined()
    expect(events.at(-1)).toEqual({ type: 'token.removed', grant: 'test_grant', revoked: true })
    // A program's own login may be repeated; see below for a person's.
    await getToken()
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it.each([
    ['has no way to be told', {}],
    ['says no', { revoke: () => Promise.reject(new Error('no')) }],
    [
      'throws',
      {
        revoke: () => {
          throw new Error('no')
        },
      },
    ],
  ] as const)('removes the login all the same where the server %s', async (_, changes) => {
    const { grant } = numberedGrant(clock)
    const { getToken, logout } = manage({ ...grant, ...changes })
    await getToken()
    expect(await logout()).toEqual({ revoked: false })
    expect(stored()).toBeUndefined()
  })

  it('does not wait for ever for a server', async () => {
    const { grant } = numberedGrant(clock, { revoke: () => new Promise(() => {}) })
    const { getToken, logout } = manage(grant)
    await getToken()
    const ended = logout()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    await clock.advance(15_000)
    expect(await ended).toEqual({ revoked: false })
  })

  it('says so when the login could not be removed', async () => {
    const { grant } = numberedGrant(clock)
    const { getToken, logout } = manage(grant)
    await getToken()
    store.fail('delete', new TokenStoreError('FLYTE_STORE_WRITE_FAILED', 'read only', { store: 'shared' }))
    await expect(logout()).rejects.toMatchObject({ code: 'FLYTE_STORE_WRITE_FAILED' })
  })

  it('waits for a renewal that is on its way, also where there is no store', async () => {
    const server = rotatingServer(clock)
    const revoke = vi.fn(async (_tokenSet: TokenSet) => true)
    const { getToken, logout, peek } = createTokenManager({ grant: { ...server.grant, revoke }, clock })
    await getToken()
    await clock.advance(1799_000)
    const waiting = getToken().catch((error: unknown) => error)
    while (server.refreshes === 0) await Promise.resolve()
    expect(await logout()).toEqual({ revoked: true })
    expect(await waiting).toMatchObject({ name: 'AbortError' })
    expect(revoke.mock.calls[0]?.[0].refreshToken).toBe('refresh 2')
    expect(await peek()).toBeUndefined()
  })

  it('removes the login at once when its caller will not wait for the server', async () => {
    const { grant } = numberedGrant(clock, { revoke: () => new Promise(() => {}) })
    const { getToken, logout } = manage(grant)
    await getToken()
    const controller = new AbortController()
    const leaving = logout({ signal: controller.signal })
    for (let turn = 0; turn < 5; turn += 1) await settled()
    controller.abort('enough')
    await expect(leaving).rejects.toBe('enough')
    for (let turn = 0; turn < 5; turn += 1) await settled()
    expect(stored()).toBeUndefined()
  })

  it('revokes what another process has stored since', async () => {
    const { grant } = numberedGrant(clock, { renews: true })
    const revoke = vi.fn(async (_tokenSet: TokenSet) => true)
    const [one, other] = [manage({ ...grant, revoke }), manage(grant)]
    await one.getToken()
    await other.getToken({ rejected: (await other.getToken()).accessToken })
    await one.logout()
    expect(revoke.mock.calls[0]?.[0].refreshToken).toBe('refresh 2')
  })

  it('ends a login that is on its way, and those who wait for it', async () => {
    const { grant, hold, contexts } = numberedGrant(clock, { interactive: true })
    hold()
    const { getToken, logout } = manage(grant)
    const waiting = getToken().catch((error: unknown) => error)
    for (let turn = 0; turn < 5; turn += 1) await settled()
    expect(await logout()).toEqual({ revoked: false })
    expect(await waiting).toMatchObject({ name: 'AbortError' })
    expect(contexts[0]?.signal?.aborted).toBe(true)
  })

  it('waits for a renewal that is on its way, and ends what it brings', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    const revoke = vi.fn(async (_tokenSet: TokenSet) => true)
    const { getToken, logout, peek } = manage({ ...server.grant, revoke })
    const waiting = getToken().catch((error: unknown) => error)
    while (server.refreshes === 0) await settled()
    await logout()
    expect(await waiting).toMatchObject({ name: 'AbortError' })
    expect(revoke.mock.calls[0]?.[0].refreshToken).toBe('refresh 2')
    expect(await peek()).toBeUndefined()
    expect(stored()).toBeUndefined()
  })

  it.each(['here', 'elsewhere'])('%s: no person is asked to log in again behind their back', async (where) => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const { getToken, logout, login } = manage(grant)
    const other = manage(grant)
    await getToken()
    await other.getToken()
    await (where === 'here' ? logout() : other.logout())
    await clock.advance(3600_000)
    await expect(getToken()).rejects.toMatchObject({
      code: 'FLYTE_AUTH_LOGGED_OUT',
      message: expect.stringContaining('login()'),
    })
    expect(log).toEqual(['acquire'])
    expect((await login()).accessToken).toBe('token 2')
    expect((await getToken()).accessToken).toBe('token 2')
  })

  it('elsewhere: nor where the login had been taken up from the store', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const [one, other] = [manage(grant), manage(grant)]
    await one.getToken()
    await other.getToken()
    await one.logout()
    await clock.advance(3600_000)
    await expect(other.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    expect(log).toEqual(['acquire'])
  })

  it('elsewhere: nor by a renewal behind their back', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const [one, other] = [manage(grant), manage(grant)]
    await one.getToken()
    await other.getToken()
    await other.logout()
    await clock.advance(1499_000)
    expect((await one.getToken()).accessToken).toBe('token 1')
    for (let turn = 0; turn < 10; turn += 1) await settled()
    expect(log).toEqual(['acquire'])
    await expect(one.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
  })

  it('is over when somebody logs in, also where there is no store', async () => {
    const { grant } = numberedGrant(clock, { interactive: true })
    const { getToken, login, logout } = createTokenManager({ grant, clock })
    await getToken()
    await logout()
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    await login()
    await clock.advance(3600_000)
    expect((await getToken()).accessToken).toBe('token 3')
  })

  it('is over when somebody logs in elsewhere', async () => {
    const { grant } = numberedGrant(clock, { interactive: true })
    const [one, other] = [manage(grant), manage(grant)]
    await one.getToken()
    await one.logout()
    await other.login()
    expect((await one.getToken()).accessToken).toBe('token 2')
    // From then on it is a login like any other.
    await clock.advance(3600_000)
    expect((await one.getToken()).accessToken).toBe('token 3')
  })
})

describe('peek', () => {
  it('shows what is there, ended or not, and asks nobody', async () => {
    const { grant, log } = numberedGrant(clock)
    const { peek, getToken } = manage(grant)
    expect(await peek()).toBeUndefined()
    store.kept.set(key, { accessToken: 'ended', tokenType: 'bearer', expiresAt: 0 })
    expect((await peek())?.accessToken).toBe('ended')
    await getToken()
    expect((await peek())?.accessToken).toBe('token 1')
    expect(log).toHaveLength(1)
  })
})

describe('another tab', () => {
  it('that has renewed is heard: its token is there before it is needed', async () => {
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    await getToken()
    store.kept.set(key, { accessToken: 'theirs', tokenType: 'bearer', expiresAt: clock.now() + 3600_000 })
    store.tell()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    expect((await getToken()).accessToken).toBe('theirs')
    expect(log).toHaveLength(1)
  })

  it('that has logged out is heard', async () => {
    const { grant } = numberedGrant(clock, { interactive: true })
    const { getToken } = manage(grant)
    await getToken()
    store.kept.delete(key)
    store.tell()
    for (let turn = 0; turn < 5; turn += 1) await settled()
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
  })

  it('is not listened to by who was closed while its key was being made', async () => {
    let make = (_key: string) => {}
    const making = new Promise<string>((resolve) => {
      make = resolve
    })
    const { getToken, close } = manage(numberedGrant(clock).grant, { key: making })
    const waiting = getToken()
    close()
    make(key)
    await waiting
    expect(store.subscribers).toBe(0)
  })

  it('is not listened to by who was closed before its first use', async () => {
    const { getToken, close } = manage(numberedGrant(clock).grant)
    close()
    await getToken()
    expect(store.subscribers).toBe(0)
  })

  it('is not listened to after close, nor before anything was wanted', async () => {
    const { grant } = numberedGrant(clock)
    const { getToken, close } = manage(grant)
    expect(store.subscribers).toBe(0)
    await getToken()
    expect(store.subscribers).toBe(1)
    close()
    expect(store.subscribers).toBe(0)
    await getToken({ rejected: 'token 1' })
    expect(store.subscribers).toBe(0)
  })
})

describe('a page that is seen again', () => {
  it('looks at the store, and renews what is due', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' })
    vi.stubGlobal('document', page)
    try {
      const server = rotatingServer(clock)
      store.kept.set(key, server.issue(1799_000))
      const { getToken, close } = manage(server.grant)
      await getToken()
      // Its machine slept: only the wall clock went on.
      clock.setNow(clock.now() + 1600_000)
      page.dispatchEvent(new Event('visibilitychange'))
      for (let turn = 0; turn < 5; turn += 1) await settled()
      expect(server.refreshes).toBe(0)
      page.visibilityState = 'visible'
      page.dispatchEvent(new Event('visibilitychange'))
      for (let turn = 0; turn < 10; turn += 1) await settled()
      expect(server.refreshes).toBe(1)
      close()
      clock.setNow(clock.now() + 1600_000)
      page.dispatchEvent(new Event('visibilitychange'))
      for (let turn = 0; turn < 10; turn += 1) await settled()
      expect(server.refreshes).toBe(1)
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
