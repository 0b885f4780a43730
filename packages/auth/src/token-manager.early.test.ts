import { AuthError, type FlyteEvent, type Grant } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { numberedGrant, settled } from '../test/numbered-grant.js'
import { createTokenManager, type TokenManagerOptions } from './token-manager.js'

// Renewal behind the callers' backs, and what happens when a server fails.

let clock: TestClock
let events: FlyteEvent[]
beforeEach(() => {
  clock = createTestClock()
  events = []
})

const manage = (grant: Grant, options: Partial<TokenManagerOptions> = {}) =>
  createTokenManager({ grant, clock, random: () => 0.5, onEvent: (event) => events.push(event), ...options })
const types = () => events.map(({ type }) => type)
const unreachable = () => new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'down')
const refusal = (oauthError: string) => new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no', { oauthError })

describe('within the refresh window', () => {
  it('a good token is handed out at once, and one renewal runs behind it', async () => {
    const { grant, log, hold } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    const open = hold()
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => getToken()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['token 1']))
    await settled()
    expect(log).toEqual(['acquire', 'refresh by refresh 1'])
    open()
    await settled()
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
  })

  it('a login without a refresh token is repeated, where nobody is asked', async () => {
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    expect((await getToken()).accessToken).toBe('token 1')
    await settled()
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it('a person is never asked', async () => {
    const { grant, log } = numberedGrant(clock, { interactive: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1730_000)
    for (let call = 0; call < 10; call += 1) expect((await getToken()).accessToken).toBe('token 1')
    await settled()
    expect(log).toEqual(['acquire'])
  })

  it.each([refusal('invalid_grant'), refusal('server_error'), new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', 'no')])(
    'a person is not asked when the refresh token is no use either, and it is not tried again at once: $code $oauthError',
    async (error) => {
      const { grant, log } = numberedGrant(clock, { renews: true, interactive: true })
      let refreshes = 0
      const { getToken, peek } = manage({
        ...grant,
        refresh: () => {
          refreshes += 1
          return Promise.reject(error)
        },
      })
      await getToken()
      await clock.advance(1499_000)
      for (let call = 0; call < 10; call += 1) {
        expect((await getToken()).accessToken).toBe('token 1')
        await settled()
      }
      expect(refreshes).toBe(1)
      expect(log).toEqual(['acquire'])
      expect((await peek())?.refreshToken).toBe(error.oauthError === 'invalid_grant' ? undefined : 'refresh 1')
      // At its end, a caller that waits is worth a question.
      await clock.advance(300_000)
      expect((await getToken()).accessToken).toBe('token 2')
    },
  )

  it('a failure is no error for a caller, and is not repeated by each of them', async () => {
    const { grant, log, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    fail(unreachable())
    for (let call = 0; call < 100; call += 1) {
      expect((await getToken()).accessToken).toBe('token 1')
      await settled()
    }
    expect(log).toHaveLength(2)
    expect(types()).toEqual(['token.acquired', 'token.failed'])
    await clock.advance(1000)
    await getToken()
    await settled()
    expect(log).toHaveLength(3)
    fail(undefined)
    await clock.advance(2000)
    await getToken()
    await settled()
    expect((await getToken()).accessToken).toBe('token 4')
  })

  it('a caller who finds the token late waits for the renewal that is on its way', async () => {
    const { grant, log, hold } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    const open = hold()
    await getToken()
    await settled()
    await clock.advance(20_000)
    clock.setNow(clock.now() + 250_000)
    const waiting = getToken()
    open()
    expect((await waiting).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
  })
})

describe('a token that is late', () => {
  it('is handed out still when it cannot be renewed, until its very end', async () => {
    const { grant, fail, log } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1750_000)
    fail(unreachable())
    expect((await getToken()).accessToken).toBe('token 1')
    // Nobody waits while there is something to hand out.
    expect((await getToken()).accessToken).toBe('token 1')
    expect(log).toHaveLength(2)
    await clock.advance(48_999)
    expect((await getToken()).accessToken).toBe('token 1')
    await clock.advance(40_000)
    await expect(getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
  })

  it('is not handed out when a server has refused it', async () => {
    const { grant, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    const { accessToken: rejected } = await getToken()
    fail(unreachable())
    await expect(getToken({ rejected })).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
  })
})

describe('a server that fails', () => {
  it('is asked once for a thousand who wait, and then left alone longer and longer', async () => {
    const { grant, log, fail } = numberedGrant(clock)
    const { getToken } = manage(grant)
    fail(unreachable())
    const waits: number[] = []
    for (let round = 0; round < 8; round += 1) {
      const start = clock.monotonic()
      const calls = Array.from({ length: 1000 }, () => getToken().catch((error: unknown) => error))
      await settled()
      while (log.length === round) await clock.advance(250)
      waits.push(clock.monotonic() - start)
      const errors = new Set(await Promise.all(calls))
      expect(errors.size).toBe(1)
      expect(log).toHaveLength(round + 1)
    }
    // 1, 2, 4, … 30 s, each cut by a quarter, which is what half at random makes of 0.5.
    expect(waits).toEqual([0, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500])
    fail(undefined)
    const saved = getToken()
    await clock.advance(22_500)
    expect((await saved).accessToken).toBe('token 9')
  })

  it('that has refused is not asked again at once: its word is repeated, without waiting', async () => {
    const { grant, log, fail } = numberedGrant(clock)
    const { getToken } = manage(grant)
    fail(refusal('invalid_client'))
    const first = await getToken().catch((error: unknown) => error)
    for (let call = 0; call < 100; call += 1) expect(await getToken().catch((error: unknown) => error)).toBe(first)
    expect(log).toHaveLength(1)
    expect(types()).toEqual(['token.failed'])
    await clock.advance(750)
    fail(undefined)
    expect((await getToken()).accessToken).toBe('token 2')
  })

  it.each(['server_error', 'temporarily_unavailable', 'slow_down'])(
    'that says %s is asked again later, by whoever waits',
    async (oauthError) => {
      const { grant, log, fail } = numberedGrant(clock)
      const { getToken } = manage(grant)
      fail(refusal(oauthError))
      await getToken().catch(() => {})
      fail(undefined)
      const waiting = getToken()
      await settled()
      expect(log).toHaveLength(1)
      await clock.advance(750)
      expect((await waiting).accessToken).toBe('token 2')
    },
  )

  it.each(['FLYTE_AUTH_INSECURE_ENDPOINT', 'FLYTE_INVALID_ARGUMENT', 'FLYTE_AUTH_ISSUER_MISMATCH'] as const)(
    'or a configuration that is wrong, %s, is told at once to whoever asks again',
    async (code) => {
      const { grant, log, fail } = numberedGrant(clock)
      const { getToken } = manage(grant)
      fail(new AuthError(code, 'no'))
      const first = await getToken().catch((error: unknown) => error)
      expect(await getToken().catch((error: unknown) => error)).toBe(first)
      expect(log).toHaveLength(1)
    },
  )

  it('a login that somebody asked for is not held against those who only want a token', async () => {
    const { grant, log, fail } = numberedGrant(clock)
    const { getToken, login } = manage(grant)
    fail(refusal('access_denied'))
    await login().catch(() => {})
    fail(undefined)
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
  })

  it('is asked at once for a login that somebody asks for', async () => {
    const { grant, fail } = numberedGrant(clock)
    const { getToken, login } = manage(grant)
    fail(unreachable())
    await getToken().catch(() => {})
    const waiting = getToken()
    await settled()
    fail(undefined)
    expect((await login()).accessToken).toBe('token 2')
    await clock.advance(750)
    expect((await waiting).accessToken).toBe('token 2')
  })

  it('has a clean slate once it has answered', async () => {
    const { grant, log, fail } = numberedGrant(clock)
    const { getToken, login } = manage(grant)
    for (let failures = 0; failures < 3; failures += 1) {
      fail(unreachable())
      await login().catch(() => {})
    }
    fail(undefined)
    await login()
    fail(unreachable())
    await clock.advance(3600_000)
    await getToken().catch(() => {})
    fail(undefined)
    const waiting = getToken()
    await settled()
    expect(log).toHaveLength(5)
    await clock.advance(750)
    expect((await waiting).accessToken).toBe('token 6')
  })

  it('fails the login that somebody asked for, also while the old token is good', async () => {
    const { grant, fail } = numberedGrant(clock)
    const { getToken, login } = manage(grant)
    await getToken()
    fail(unreachable())
    await expect(login()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect((await getToken()).accessToken).toBe('token 1')
  })

  it('keeps no renewal waiting behind the back of callers', async () => {
    const { grant, log, fail } = numberedGrant(clock, { renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1499_000)
    fail(unreachable())
    for (let call = 0; call < 3; call += 1) {
      await getToken()
      await settled()
    }
    expect(log).toHaveLength(2)
    expect(clock.sleeping).toBe(0)
  })

  it('does not keep a caller that gives up', async () => {
    const { grant, fail, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    fail(unreachable())
    await getToken().catch(() => {})
    const controller = new AbortController()
    const waiting = getToken({ signal: controller.signal })
    await settled()
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(clock.sleeping).toBe(0)
    expect(log).toHaveLength(1)
  })

  it('and never answers is given up, whatever the grant does with its signal', async () => {
    const { grant } = numberedGrant(clock, { acquire: () => new Promise(() => {}) })
    const { getToken } = manage(grant)
    const waiting = getToken().catch((error: unknown) => error)
    await settled()
    await clock.advance(60_000)
    expect(await waiting).toMatchObject({
      code: 'FLYTE_AUTH_SERVER_UNREACHABLE',
      message: expect.stringContaining('60 s'),
    })
  })

  it('leaves no timer behind when it has answered', async () => {
    const { grant } = numberedGrant(clock, { renews: true })
    const { getToken, logout } = manage(grant)
    await getToken()
    await clock.advance(1500_000)
    await getToken()
    await settled()
    await logout()
    expect(clock.sleeping).toBe(0)
  })
})

describe('a renewal on its way', () => {
  it('is not thrown away when nobody waits any more: the refresh token has been replaced already', async () => {
    const { grant, log, hold, contexts } = numberedGrant(clock, { renews: true })
    const { getToken, peek } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    const open = hold()
    const controller = new AbortController()
    const leaving = getToken({ signal: controller.signal })
    await settled()
    controller.abort('enough')
    await expect(leaving).rejects.toBe('enough')
    expect(contexts[1]?.signal?.aborted).toBe(false)
    const next = getToken()
    await settled()
    expect(log).toEqual(['acquire', 'refresh by refresh 1'])
    open()
    expect(await next).toMatchObject({ accessToken: 'token 2', refreshToken: 'refresh 2' })
    expect((await peek())?.refreshToken).toBe('refresh 2')
    expect(log).toHaveLength(2)
  })

  it('ends after 30 s at the latest', async () => {
    const { grant, contexts } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({ ...grant, refresh: () => new Promise(() => {}) })
    await getToken()
    await clock.advance(3600_000)
    const waiting = getToken().catch((error: unknown) => error)
    await settled()
    await clock.advance(30_000)
    expect(await waiting).toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect(contexts).toHaveLength(1)
  })

  it('keeps what its answer leaves out', async () => {
    const { grant } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({
      ...grant,
      acquire: async () => ({
        accessToken: 'first',
        tokenType: 'bearer',
        expiresAt: clock.now() + 1000,
        refreshToken: 'kept',
        idToken: 'id',
        scope: 'all',
        issuer: 'https://issuer',
      }),
      refresh: async () => ({ accessToken: 'second', tokenType: 'bearer', expiresAt: clock.now() + 3600_000 }),
    })
    await getToken()
    await clock.advance(3600_000)
    expect(await getToken()).toEqual({
      accessToken: 'second',
      tokenType: 'bearer',
      expiresAt: clock.now() + 3600_000,
      refreshToken: 'kept',
      idToken: 'id',
      scope: 'all',
      issuer: 'https://issuer',
    })
  })

  it.each([
    Object.assign(new Error('mine'), { oauthError: 'invalid_grant' }),
    { oauthError: 'invalid_grant' },
    new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no', { oauthError: 'invalid_grant' }),
  ])('leads to a login on invalid_grant, whatever the class of the error', async (error) => {
    const { grant, log } = numberedGrant(clock, { renews: true })
    const { getToken } = manage({ ...grant, refresh: () => Promise.reject(error) })
    await getToken()
    await clock.advance(3600_000)
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })
})

describe('a token that is refused again after its renewal', () => {
  it.each(['one after the other', 'all at once'])('costs a thousand calls two token requests: %s', async (how) => {
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    // As the Admin client does it: a token, one renewal on a 401, and then it gives up.
    const call = async () => {
      const { accessToken: first } = await getToken()
      const { accessToken: second } = await getToken({ rejected: first })
      await getToken({ rejected: second })
    }
    if (how === 'all at once') await Promise.all(Array.from({ length: 1000 }, call))
    else for (let index = 0; index < 1000; index += 1) await call()
    expect(log).toEqual(['acquire', 'acquire'])
    expect(types()).toEqual(['token.acquired', 'token.rejected', 'token.acquired', 'token.refused-again'])
  })

  it('stays for 30 s, for those too whom it serves well, and is renewed after that', async () => {
    const { grant, log } = numberedGrant(clock)
    const { getToken } = manage(grant)
    await getToken({ rejected: (await getToken()).accessToken })
    await clock.advance(29_999)
    expect((await getToken({ rejected: 'token 2' })).accessToken).toBe('token 2')
    expect((await getToken()).accessToken).toBe('token 2')
    await clock.advance(1)
    expect((await getToken({ rejected: 'token 2' })).accessToken).toBe('token 3')
    expect(log).toHaveLength(3)
  })

  it('is renewed all the same when it has ended', async () => {
    const { grant, log } = numberedGrant(clock, { lifetime: 10_000 })
    const { getToken } = manage(grant)
    await getToken({ rejected: (await getToken()).accessToken })
    await clock.advance(10_000)
    expect((await getToken({ rejected: 'token 2' })).accessToken).toBe('token 3')
    expect(log).toHaveLength(3)
  })
})
