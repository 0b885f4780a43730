import { AuthError, type FlyteEvent, type Grant, type TokenSet, type TokenStore, TokenStoreError } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { numberedGrant, settled } from '../test/numbered-grant.js'
import { rotatingServer } from '../test/rotating-server.js'
import { type SharedStore, sharedStore } from '../test/shared-store.js'
import { createTokenManager, type TokenManagerOptions } from './token-manager.js'

// Grants, stores and callers that do what they should not, or at the worst of moments.

const key = 'the key'
let clock: TestClock
let events: FlyteEvent[]
let store: SharedStore
beforeEach(() => {
  clock = createTestClock()
  events = []
  store = sharedStore()
})
afterEach(() => {
  vi.unstubAllGlobals()
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
const refusal = (oauthError: string) => new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no', { oauthError })
const broken = (code: 'FLYTE_STORE_READ_FAILED' | 'FLYTE_STORE_WRITE_FAILED') =>
  new TokenStoreError(code, 'broken', { store: 'shared' })
async function settle(turns = 10): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await settled()
}

describe('a store that cannot be written for a long time', () => {
  it('does not bring its old refresh token back, however often the login was renewed meanwhile', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue())
    const { getToken } = manage(server.grant)
    await getToken()
    store.fail('set', broken('FLYTE_STORE_WRITE_FAILED'))
    for (let renewal = 0; renewal < 30; renewal += 1) {
      await clock.advance(1799_000)
      await getToken()
    }
    expect(server).toMatchObject({ refreshes: 30, reuses: 0, acquisitions: 0 })
  })

  it('nor when it could not be read either', async () => {
    const server = rotatingServer(clock)
    const { getToken } = manage(server.grant)
    await getToken()
    store.fail('set', broken('FLYTE_STORE_WRITE_FAILED'))
    store.fail('get', broken('FLYTE_STORE_READ_FAILED'))
    for (let renewal = 0; renewal < 30; renewal += 1) {
      await clock.advance(1799_000)
      await getToken()
    }
    store.fail('get', undefined)
    await clock.advance(1799_000)
    await getToken()
    expect(server).toMatchObject({ refreshes: 31, reuses: 0, acquisitions: 1 })
  })

  it('nor when the server gives the same access token with the next refresh token', async () => {
    const used: (string | undefined)[] = []
    const grant: Grant = {
      type: 'test_grant',
      acquire: () => expect.unreachable(),
      refresh: async ({ refreshToken }) => {
        used.push(refreshToken)
        const number = used.length + 1
        return {
          accessToken: 'same',
          tokenType: 'bearer',
          refreshToken: `refresh ${number}`,
          expiresAt: clock.now() + 1000,
        }
      },
    }
    store.kept.set(key, { accessToken: 'same', tokenType: 'bearer', refreshToken: 'refresh 1', expiresAt: 0 })
    store.fail('set', broken('FLYTE_STORE_WRITE_FAILED'))
    const { getToken } = manage(grant)
    for (let renewal = 0; renewal < 3; renewal += 1) {
      await getToken()
      await clock.advance(1000)
    }
    expect(used).toEqual(['refresh 1', 'refresh 2', 'refresh 3'])
  })
})

describe('a lock that ends too soon', () => {
  it('while a renewal runs: it is waited for, and no second one runs beside it', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    store.withLock = async (_, critical) => {
      critical(store).catch(() => {})
      // As Web Locks do when a lock is stolen: at once, whatever still runs.
      throw new DOMException('stolen', 'AbortError')
    }
    expect((await manage(server.grant).getToken()).accessToken).toBe('token 2')
    expect(server).toMatchObject({ refreshes: 1, reuses: 0, acquisitions: 0 })
    expect(types()).toContain('store.unlocked')
  })

  it('at the abort of a caller: the renewal that runs is waited for by the next', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    store.withLock = (_, critical, { signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        critical(store).then(resolve, reject)
      })
    const { getToken } = manage(server.grant)
    const controller = new AbortController()
    const leaving = getToken({ signal: controller.signal }).catch((error: unknown) => error)
    while (server.refreshes === 0) await Promise.resolve()
    controller.abort('enough')
    expect(await leaving).toBe('enough')
    expect((await getToken()).accessToken).toBe('token 2')
    expect(server).toMatchObject({ refreshes: 1, reuses: 0, acquisitions: 0 })
  })

  it('before what runs under it has begun: that runs without', async () => {
    const { grant } = numberedGrant(clock)
    store.withLock = async () => undefined as never
    expect((await manage(grant).getToken()).accessToken).toBe('token 1')
    expect(types()).toEqual(['store.unlocked', 'token.acquired'])
  })

  it('and answers with something else: what ran under it counts', async () => {
    const { grant } = numberedGrant(clock)
    store.withLock = async (_, critical) => {
      await critical(store)
      return 'something else' as never
    }
    expect((await manage(grant).getToken()).accessToken).toBe('token 1')
  })

  it('or lets the same in twice at once: it runs once', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    store.withLock = async (_, critical) => (await Promise.all([critical(store), critical(store)]))[0]
    expect((await manage(server.grant).getToken()).accessToken).toBe('token 2')
    expect(server).toMatchObject({ refreshes: 1, reuses: 0, acquisitions: 0 })
  })

  it('or lets the same in twice: one request, one revocation', async () => {
    const revoke = vi.fn(async () => true)
    const { grant, log } = numberedGrant(clock)
    store.withLock = async (_, critical) => {
      await critical(store)
      return critical(store)
    }
    const { getToken, login, logout } = manage({ ...grant, revoke })
    await getToken()
    await login()
    expect(log).toEqual(['acquire', 'acquire'])
    expect(await logout()).toEqual({ revoked: true })
    expect(revoke).toHaveBeenCalledTimes(1)
  })
})

describe('a refresh token that is refused while its access token is refused as well', () => {
  it('leads to a login, not to the word that somebody has logged out', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    let refuse = () => {}
    const refresh = () =>
      new Promise<TokenSet>((_, reject) => {
        refuse = () => reject(refusal('invalid_grant'))
      })
    const { getToken } = manage({ ...grant, refresh })
    const { accessToken: rejected } = await getToken()
    await clock.advance(1500_000)
    await getToken()
    await settle()
    // The renewal runs behind; now a server says that it has ended the login.
    const waiting = getToken({ rejected })
    refuse()
    expect((await waiting).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
    expect(types()).not.toContain('token.failed')
  })
})

describe('a refusal', () => {
  it('holds when the store has the same token without its refresh token', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    const { refreshToken: _, ...rest } = stored() as TokenSet
    store.kept.set(key, rest)
    expect((await getToken({ rejected: 'token 1' })).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it('that a login answers, since the refresh token had ended too, is answered once', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({ ...grant, refresh: () => Promise.reject(refusal('invalid_grant')) })
    await getToken()
    expect((await getToken({ rejected: 'token 1' })).accessToken).toBe('token 2')
    expect((await getToken({ rejected: 'token 2' })).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it('is over with its login: a refusal of the next one is a first one', async () => {
    const { grant, fail } = numberedGrant(clock)
    const { getToken, login, logout } = manage(grant)
    await getToken()
    fail(refusal('invalid_client'))
    await expect(getToken({ rejected: 'token 1' })).rejects.toMatchObject({ oauthError: 'invalid_client' })
    fail(undefined)
    await logout()
    const { accessToken: rejected } = await login()
    expect((await getToken({ rejected })).accessToken).not.toBe(rejected)
  })

  it('costs many processes two requests, also when they come one after the other', async () => {
    const { grant, log } = numberedGrant(clock)
    const managers = Array.from({ length: 20 }, () => manage(grant))
    await Promise.all(managers.map(({ getToken }) => getToken()))
    for (const { getToken } of managers) {
      const { accessToken: first } = await getToken()
      const { accessToken: second } = await getToken({ rejected: first })
      await getToken({ rejected: second })
    }
    expect(log).toHaveLength(2)
  })

  it('that was answered by what the store held is over: the next renewal is an ordinary one', async () => {
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    const other = manage(grant)
    await getToken()
    await other.getToken({ rejected: (await other.getToken()).accessToken })
    await getToken({ rejected: 'token 1' })
    await clock.advance(1799_000)
    expect((await getToken()).accessToken).toBe('token 3')
    expect((await getToken({ rejected: 'token 3' })).accessToken).toBe('token 4')
    expect(log).toHaveLength(4)
  })

  it.each([null, 0, '', 'undefined', {}])('of something odd changes nothing: %s', async (rejected) => {
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    expect((await getToken({ rejected } as never)).accessToken).toBe('token 1')
    expect((await getToken({ rejected } as never)).accessToken).toBe('token 1')
    expect(log).toHaveLength(1)
  })
})

describe('a grant', () => {
  it.each([undefined, null, {}, 'a text', { accessToken: '' }, { accessToken: 42 }])(
    'whose login brings no token is an error, and nothing is stored: %j',
    async (brought) => {
      const { grant } = numberedGrant(clock, { acquire: async () => brought as never })
      await expect(manage(grant).getToken()).rejects.toMatchObject({
        name: 'AuthError',
        code: 'FLYTE_AUTH_RESPONSE_INVALID',
        grant: 'test_grant',
      })
      expect(store.log).not.toContain('set locked')
    },
  )

  it.each([undefined, null, {}, 'a text', { accessToken: '' }])(
    'whose renewal brings no token is an error, and the login stays as it was: %j',
    async (brought) => {
      const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
      const { getToken } = manage({ ...grant, refresh: async () => brought as never })
      await getToken()
      await clock.advance(3600_000)
      await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID' })
      expect(stored()?.refreshToken).toBe('refresh 1')
      expect(log).toEqual(['acquire'])
    },
  )

  it.each(['', null])('that gives an empty refresh token gives none, so that the old one stays: %j', async (empty) => {
    const { grant, log } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({
      ...grant,
      refresh: async (tokenSet, context) => ({
        ...((await grant.refresh?.(tokenSet, context)) as TokenSet),
        refreshToken: empty as string,
      }),
    })
    await getToken()
    for (let renewal = 0; renewal < 2; renewal += 1) {
      await clock.advance(3600_000)
      await getToken()
    }
    expect(log).toEqual(['acquire', 'refresh by refresh 1', 'refresh by refresh 1'])
  })

  it('whose renewal brings a token that has ended already is asked for no login: nothing better can be had', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true, lifetime: 0 })
    const { getToken } = manage(grant)
    await getToken()
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'refresh by refresh 1'])
  })

  it('is not asked to renew by an empty refresh token', async () => {
    store.kept.set(key, { accessToken: 'old', tokenType: 'bearer', refreshToken: '', expiresAt: 0 })
    const { grant, log } = numberedGrant(clock, { renews: true })
    await manage(grant).getToken()
    expect(log).toEqual(['acquire'])
  })

  it.each([
    [
      'throws at once',
      () => {
        throw new Error('mine')
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
  ])('may throw how it likes: %s', async (_, failing) => {
    const { grant } = numberedGrant(clock, { renews: true })
    const { getToken, login } = manage({ ...grant, acquire: failing })
    await expect(getToken()).rejects.toThrow('mine')
    await expect(login()).rejects.toThrow('mine')
    store.kept.set(key, { accessToken: 'old', tokenType: 'bearer', refreshToken: 'old', expiresAt: 0 })
    await expect(manage({ ...grant, refresh: failing }).getToken()).rejects.toThrow('mine')
    expect(clock.sleeping).toBe(0)
  })
})

describe('what a store holds', () => {
  it('may be unreadable in any words: outside of the lock none can be lost', async () => {
    store.get = () => Promise.reject(new TokenStoreError('FLYTE_STORE_LOCK_LOST', 'lost', { store: 'shared' }))
    const { grant } = numberedGrant(clock)
    expect((await manage(grant).getToken()).accessToken).toBe('token 1')
  })

  it('has lost its refresh token to the word of a server: whoever has it in memory forgets it as well', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const { getToken, peek } = manage(grant)
    await getToken()
    const { refreshToken: _, ...rest } = stored() as TokenSet
    store.kept.set(key, rest)
    await clock.advance(1499_000)
    await getToken()
    await settle()
    expect(log).toEqual(['acquire'])
    expect((await peek())?.refreshToken).toBeUndefined()
  })

  it('is nothing where it says null', async () => {
    store.get = async () => null as never
    const { withLock } = store
    store.withLock = (name, critical) => withLock(name, (locked) => critical({ ...locked, get: store.get }))
    const { grant, log } = numberedGrant(clock)
    const { getToken, peek } = manage(grant)
    expect(await peek()).toBeUndefined()
    await getToken()
    expect(log).toEqual(['acquire'])
    expect(types()).toEqual(['token.acquired'])
  })

  it.each([{}, 'a text', { accessToken: 42 }, { accessToken: '' }])(
    'is not handed out when it is no token set, and an event says so: %j',
    async (foreign) => {
      store.kept.set(key, foreign as never)
      const { grant } = numberedGrant(clock)
      const { getToken, peek } = manage(grant)
      expect(await peek()).toBeUndefined()
      expect((await getToken()).accessToken).toBe('token 1')
      expect(events).toContainEqual({ type: 'store.failed', operation: 'get', code: 'UNKNOWN' })
      expect(stored()?.accessToken).toBe('token 1')
    },
  )

  it('may be thrown for at once by each of its functions', async () => {
    const throwing = () => {
      throw new Error('at once')
    }
    const { grant } = numberedGrant(clock)
    const hostile: TokenStore = {
      get: throwing,
      set: throwing,
      delete: throwing,
      withLock: throwing,
      subscribe: throwing,
    }
    const { getToken, logout, close } = manage(grant, { store: hostile })
    expect((await getToken()).accessToken).toBe('token 1')
    await expect(logout()).rejects.toThrow('at once')
    // An unhandled rejection would fail the run.
    await settle()
    close()
  })
})

describe('a store that fails for a while', () => {
  it('and is empty for a moment loses no login that comes back as it was', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const { getToken } = manage(grant)
    await getToken()
    const was = stored() as TokenSet
    store.kept.delete(key)
    store.tell()
    await settle()
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    store.kept.set(key, was)
    expect((await getToken()).accessToken).toBe('token 1')
    expect(log).toEqual(['acquire'])
  })

  it('and hands out what was there before: memory knows better', async () => {
    const server = rotatingServer(clock)
    const { getToken } = manage(server.grant)
    await getToken()
    const old = stored() as TokenSet
    for (let renewal = 0; renewal < 3; renewal += 1) {
      await clock.advance(1799_000)
      await getToken()
    }
    store.kept.set(key, old)
    await clock.advance(1799_000)
    await getToken()
    expect(server).toMatchObject({ refreshes: 4, reuses: 0, acquisitions: 1 })
    expect(stored()?.refreshToken).toBe(server.live())
  })
})

describe('a page that is seen again', () => {
  it('renews what is about to end, and leaves what has ended to whoever needs it', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    vi.stubGlobal('document', page)
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(1799_000))
    const { getToken, close } = manage(server.grant)
    await getToken()
    clock.setNow(clock.now() + 1770_000)
    page.dispatchEvent(new Event('visibilitychange'))
    await settle()
    expect(server.refreshes).toBe(1)
    clock.setNow(clock.now() + 3600_000)
    page.dispatchEvent(new Event('visibilitychange'))
    await settle()
    expect(server.refreshes).toBe(1)
    close()
  })
})

describe('a page that is hardly one', () => {
  it.each([null, {}, { visibilityState: 'visible' }])('is not listened to: %j', async (document) => {
    vi.stubGlobal('document', document)
    const { grant } = numberedGrant(clock)
    const { getToken, close } = manage(grant)
    expect((await getToken()).accessToken).toBe('token 1')
    close()
  })
})

describe('an abort', () => {
  it('before a renewal is sent keeps it from being sent: whoever leaves may end the process next', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    const { getToken } = manage(server.grant)
    const controller = new AbortController()
    const leaving = getToken({ signal: controller.signal }).catch((error: unknown) => error)
    while (!store.log.includes('get locked')) await Promise.resolve()
    controller.abort('enough')
    expect(await leaving).toBe('enough')
    await settle()
    expect(server.refreshes).toBe(0)
    expect((await getToken()).accessToken).toBe('token 2')
  })

  it('before a login has begun keeps a person from being asked', async () => {
    const { grant, log } = numberedGrant(clock, { interactive: true })
    const { getToken } = manage(grant)
    const controller = new AbortController()
    const leaving = getToken({ signal: controller.signal }).catch((error: unknown) => error)
    while (!store.log.includes('get locked')) await Promise.resolve()
    controller.abort('enough')
    expect(await leaving).toBe('enough')
    await settle()
    expect(log).toEqual([])
  })

  it('while the lock is waited for takes the caller out of the queue, which is no trouble of the store', async () => {
    const { grant, hold } = numberedGrant(clock)
    const open = hold()
    const first = manage(grant).getToken()
    await settle()
    const controller = new AbortController()
    const leaving = manage(grant).getToken({ signal: controller.signal })
    await settle()
    controller.abort('enough')
    await expect(leaving).rejects.toBe('enough')
    open()
    await first
    await settle()
    expect(store.log.filter((each) => each === 'lock')).toHaveLength(1)
    expect(types()).toEqual(['token.acquired'])
  })

  it('of a logout that came before it ends nothing', async () => {
    const { grant, hold } = numberedGrant(clock)
    const open = hold()
    const { getToken, logout } = manage(grant)
    const waiting = getToken()
    await settle()
    await expect(logout({ signal: AbortSignal.abort('early') })).rejects.toBe('early')
    open()
    expect((await waiting).accessToken).toBe('token 1')
  })

  it('lets a logout go that waits for a store that never answers', async () => {
    store.withLock = () => new Promise(() => {})
    const { grant } = numberedGrant(clock)
    const controller = new AbortController()
    const leaving = manage(grant).logout({ signal: controller.signal })
    await settle()
    controller.abort('enough')
    await expect(leaving).rejects.toBe('enough')
  })

  it('while a renewal fails does not hide the failure: the server is left alone, and an event tells it', async () => {
    const { grant, log, hold, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    const open = hold()
    fail(new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'down'))
    const controller = new AbortController()
    const leaving = getToken({ signal: controller.signal }).catch((error: unknown) => error)
    await settle()
    controller.abort('enough')
    expect(await leaving).toBe('enough')
    open()
    await settle()
    expect(types()).toEqual(['token.acquired', 'token.failed'])
    const next = getToken().catch(() => {})
    await settle()
    expect(log).toHaveLength(2)
    await clock.advance(750)
    await next
    expect(log).toHaveLength(3)
  })
})

describe('a logout', () => {
  it('whose login could not be removed asks no person behind their back when the server has ended it', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const { getToken, logout, login } = manage({
      ...grant,
      refresh: () => Promise.reject(refusal('invalid_grant')),
      revoke: async () => true,
    })
    await getToken()
    store.fail('delete', broken('FLYTE_STORE_WRITE_FAILED'))
    await expect(logout()).rejects.toMatchObject({ code: 'FLYTE_STORE_WRITE_FAILED' })
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    await expect(getToken({ rejected: 'token 1' })).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    expect(log).toEqual(['acquire'])
    expect((await login()).accessToken).toBe('token 2')
    expect((await getToken()).accessToken).toBe('token 2')
  })

  it('whose lock is lost at the end ends the login under the next one, and still says that the server agreed', async () => {
    const revoke = vi.fn(async () => true)
    const { grant } = numberedGrant(clock)
    const { getToken, logout } = manage({ ...grant, revoke })
    await getToken()
    store.fail('delete', new TokenStoreError('FLYTE_STORE_LOCK_LOST', 'lost', { store: 'shared' }))
    const { withLock } = store
    store.withLock = (name, critical, options) =>
      withLock(name, critical, options).finally(() => store.fail('delete', undefined))
    expect(await logout()).toEqual({ revoked: true })
    expect(revoke).toHaveBeenCalledTimes(1)
    expect(stored()).toBeUndefined()
  })

  it('twice at once is as good as once', async () => {
    const revoke = vi.fn(async () => true)
    const { grant } = numberedGrant(clock)
    const { getToken, logout, peek } = manage({ ...grant, revoke })
    await getToken()
    expect(await Promise.all([logout(), logout()])).toEqual([{ revoked: true }, { revoked: false }])
    expect(revoke).toHaveBeenCalledTimes(1)
    expect(await peek()).toBeUndefined()
  })

  it('and a login after it, asked for in one breath: the login is what remains', async () => {
    const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
    const { getToken, login, logout, peek } = manage(grant)
    await getToken()
    const [, { accessToken }] = await Promise.all([logout(), login()])
    expect(accessToken).toBe('token 2')
    expect((await peek())?.accessToken).toBe('token 2')
    expect(stored()?.accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it('is not the answer to those who come after it: they start anew', async () => {
    const { grant, log, hold } = numberedGrant(clock)
    const open = hold()
    const { getToken, login, logout } = manage(grant)
    const before = [getToken(), login()].map((call) => call.catch((error: unknown) => error))
    const ended = logout()
    const after = [getToken(), login()]
    open()
    await ended
    for (const error of await Promise.all(before)) expect(error).toMatchObject({ name: 'AbortError' })
    for (const { accessToken } of await Promise.all(after)) expect(accessToken).toMatch(/^token/)
    expect(log.length).toBeLessThanOrEqual(2)
  })
})

describe('a refresh window that is no time', () => {
  it.each([0, 1, Number.POSITIVE_INFINITY])('is none of these: %s', async (refreshWindow) => {
    const { grant } = numberedGrant(clock)
    expect((await manage(grant, { refreshWindow }).getToken()).accessToken).toBe('token 1')
  })

  it.each([Number.NaN, -1, '300000', null])('is refused: %s', (refreshWindow) => {
    const { grant } = numberedGrant(clock)
    expect(() => manage(grant, { refreshWindow } as never)).toThrow(
      expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT', message: expect.stringContaining('refreshWindow') }),
    )
  })
})

describe('others that had no lock either', () => {
  it('and renew again and again: what they have stored last is not overwritten with less', async () => {
    const server = rotatingServer(clock)
    store.kept.set(key, server.issue(-1))
    let refreshes = 0
    const { getToken } = manage({
      ...server.grant,
      interactive: false,
      acquire: () => Promise.reject(new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'down')),
      refresh: async () => {
        refreshes += 1
        store.kept.set(key, server.issue(-1))
        throw refusal('invalid_grant')
      },
    })
    await getToken().catch(() => {})
    expect(refreshes).toBe(2)
    expect(stored()?.refreshToken).toBe(server.live())
  })
})

describe('many', () => {
  it('renewals leave no listener on what lives as long as the manager', async () => {
    const listeners = new Map<EventTarget, number>()
    const count = (target: EventTarget, by: number) => listeners.set(target, (listeners.get(target) ?? 0) + by)
    const { addEventListener, removeEventListener } = EventTarget.prototype
    vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (this: EventTarget, ...given) {
      count(this, 1)
      addEventListener.apply(this, given)
    })
    vi.spyOn(EventTarget.prototype, 'removeEventListener').mockImplementation(function (this: EventTarget, ...given) {
      count(this, -1)
      removeEventListener.apply(this, given)
    })
    try {
      const { grant } = numberedGrant(clock, { renews: true })
      const { getToken } = manage(grant)
      for (let renewal = 0; renewal < 10; renewal += 1) {
        await getToken()
        await clock.advance(1799_000)
      }
      await settle()
      // One that is aborted goes with its listeners.
      const lasting = [...listeners.keys()].filter((each) => each instanceof AbortSignal && !each.aborted)
      expect(lasting.length).toBeGreaterThan(0)
      for (const each of lasting) expect(listeners.get(each)).toBe(0)
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('callers, each with a signal of its own, leave no listener and no timer', async () => {
    const { grant, log, hold } = numberedGrant(clock)
    const open = hold()
    const { getToken } = manage(grant)
    let listeners = 0
    const signals = Array.from({ length: 5_000 }, () => {
      const { signal } = new AbortController()
      const { addEventListener, removeEventListener } = signal
      signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
        listeners += 1
        addEventListener.apply(signal, given)
      }
      signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
        listeners -= 1
        removeEventListener.apply(signal, given)
      }
      return signal
    })
    const calls = signals.map((signal) => getToken({ signal }))
    await settle(2)
    expect(listeners).toBe(5_000)
    open()
    await Promise.all(calls)
    await settle(1)
    expect(listeners).toBe(0)
    expect(clock.sleeping).toBe(0)
    expect(log).toHaveLength(1)
  })
})
