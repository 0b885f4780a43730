import { AuthError, type FlyteEvent, type Grant } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { numberedGrant, settled } from '../test/numbered-grant.js'
import { createTokenManager } from './token-manager.js'

let clock: TestClock
let events: FlyteEvent[]
beforeEach(() => {
  clock = createTestClock()
  events = []
})

const createGrant = (changes?: Parameters<typeof numberedGrant>[1]) => numberedGrant(clock, changes)
const manage = (grant: Grant) =>
  createTokenManager({ grant, clock, random: () => 0.5, onEvent: (event) => events.push(event) })
const types = () => events.map(({ type }) => type)

describe('an empty manager', () => {
  it.each([1_000, 10_000])('asks once for %s concurrent callers', async (callers) => {
    const { grant, log } = createGrant()
    const { getToken } = manage(grant)
    const tokens = await Promise.all(Array.from({ length: callers }, () => getToken()))
    expect(log).toEqual(['acquire'])
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['token 1']))
    expect(types()).toEqual(['token.acquired'])
  })

  it('asks nothing before a token is wanted', async () => {
    const { grant, log } = createGrant()
    manage(grant)
    await settled()
    expect(log).toEqual([])
  })

  it('hands a failure to all who wait, and tries anew after a while', async () => {
    let attempts = 0
    const { grant } = createGrant()
    const { acquire } = grant
    const { getToken } = manage({
      ...grant,
      acquire: async (context) => {
        attempts += 1
        if (attempts > 1) return acquire(context)
        throw new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no', { oauthError: 'invalid_client' })
      },
    })
    const calls = await Promise.allSettled([getToken(), getToken(), getToken()])
    expect(attempts).toBe(1)
    expect(new Set(calls.map((call) => call.status === 'rejected' && call.reason)).size).toBe(1)
    expect(events).toMatchObject([
      { type: 'token.failed', grant: 'test_grant', code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_client' },
    ])
    await clock.advance(1000)
    expect((await getToken()).accessToken).toBe('token 1')
    expect(attempts).toBe(2)
  })

  it.each([new TypeError('x'), 'a text', undefined])(
    'calls a failure that is none of ours UNKNOWN: %s',
    async (error) => {
      const { grant } = createGrant({ acquire: () => Promise.reject(error) })
      await manage(grant)
        .getToken()
        .then(
          () => expect.unreachable(),
          (thrown) => expect(thrown).toBe(error),
        )
      expect(events).toMatchObject([{ type: 'token.failed', code: 'UNKNOWN' }])
    },
  )
})

describe('a token', () => {
  it('comes from memory until shortly before its end, by the clock that was given', async () => {
    const { grant, log } = createGrant()
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(1738_999)
    expect((await getToken()).accessToken).toBe('token 1')
    await clock.advance(1)
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it('that comes expired is handed to those who waited, and not to the next', async () => {
    const { grant, log } = createGrant()
    const { acquire } = grant
    const { getToken } = manage({
      ...grant,
      acquire: async (context) => ({ ...(await acquire(context)), expiresAt: clock.now() }),
    })
    expect((await getToken()).accessToken).toBe('token 1')
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
  })

  it('is renewed by its refresh token when it has ended', async () => {
    const { grant, log } = createGrant({ renews: true })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    await Promise.all([getToken(), getToken()])
    await clock.advance(3600_000)
    await getToken()
    expect(log).toEqual(['acquire', 'refresh by refresh 1', 'refresh by refresh 2'])
    expect(types()).toEqual(['token.acquired', 'token.refreshed', 'token.refreshed'])
  })

  it.each([
    ['has ended', new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'ended', { oauthError: 'invalid_grant' })],
    // What Flyte Admin's own server says of one that has ended, with HTTP 500.
    ['has ended, for Flyte Admin', new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'ended', { oauthError: 'server_error' })],
    ['is of another issuer, to whom it was not sent', new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', 'another issuer')],
  ])('is got anew when its refresh token %s', async (_, refusal) => {
    const { grant, log } = createGrant({ renews: true, refresh: () => Promise.reject(refusal) })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toEqual(['acquire', 'acquire'])
  })

  it('is not got anew when the renewal failed otherwise', async () => {
    const failure = new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'no')
    const { grant, log } = createGrant({ renews: true, refresh: () => Promise.reject(failure) })
    const { getToken } = manage(grant)
    await getToken()
    await clock.advance(3600_000)
    await expect(getToken()).rejects.toBe(failure)
    expect(log).toEqual(['acquire'])
  })
})

describe('a token that a server refused', () => {
  it('is replaced once for all who were refused', async () => {
    const { grant, log } = createGrant()
    const { getToken } = manage(grant)
    const { accessToken: rejected } = await getToken()
    const renewed = await Promise.all(Array.from({ length: 100 }, () => getToken({ rejected })))
    expect(new Set(renewed.map(({ accessToken }) => accessToken))).toEqual(new Set(['token 2']))
    expect(log).toHaveLength(2)
    expect(types()).toEqual(['token.acquired', 'token.rejected', 'token.acquired'])
  })

  it('costs no request when there is a newer one already', async () => {
    const { grant, log } = createGrant()
    const { getToken } = manage(grant)
    const { accessToken: rejected } = await getToken()
    await getToken({ rejected })
    expect((await getToken({ rejected })).accessToken).toBe('token 2')
    expect((await getToken({ rejected: 'one from elsewhere' })).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
  })

  it('goes to nobody any more, also when the renewal fails', async () => {
    const { grant, log } = createGrant()
    const { acquire } = grant
    let isDown = false
    const { getToken } = manage({
      ...grant,
      acquire: async (context) => {
        if (isDown) throw new Error('down')
        return acquire(context)
      },
    })
    const { accessToken: rejected } = await getToken()
    isDown = true
    await expect(getToken({ rejected })).rejects.toThrow('down')
    const next = getToken()
    next.catch(() => {})
    await clock.advance(1000)
    await expect(next).rejects.toThrow('down')
    isDown = false
    await clock.advance(2000)
    expect((await getToken()).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
  })

  it('is taken for good again when the server hands out the same one', async () => {
    const { grant } = createGrant()
    let times = 0
    const { getToken } = manage({
      ...grant,
      acquire: async () => {
        times += 1
        return { accessToken: 'always the same', tokenType: 'bearer' }
      },
    })
    const { accessToken: rejected } = await getToken()
    expect((await getToken({ rejected })).accessToken).toBe(rejected)
    await getToken()
    expect(times).toBe(2)
  })

  it('is renewed by its refresh token where there is one', async () => {
    const { grant, log } = createGrant({ renews: true })
    const { getToken } = manage(grant)
    const { accessToken: rejected } = await getToken()
    await getToken({ rejected })
    expect(log).toEqual(['acquire', 'refresh by refresh 1'])
  })
})

describe("a caller's abort", () => {
  it('ends its own wait and nobody else’s', async () => {
    const { grant, log, contexts, hold } = createGrant()
    const { getToken } = manage(grant)
    const open = hold()
    const controller = new AbortController()
    const reason = new Error('enough')
    const leaving = getToken({ signal: controller.signal })
    const staying = getToken({ signal: new AbortController().signal })
    controller.abort(reason)
    await expect(leaving).rejects.toBe(reason)
    expect(contexts[0]?.signal?.aborted).toBe(false)
    open()
    expect((await staying).accessToken).toBe('token 1')
    expect(log).toHaveLength(1)
  })

  it('ends the attempt when it was the last, which is no failure to tell of, and the next starts anew', async () => {
    const { grant, log, contexts, hold } = createGrant()
    const { getToken } = manage(grant)
    const open = hold()
    const controllers = [new AbortController(), new AbortController()]
    const calls = controllers.map(({ signal }) => getToken({ signal }).catch((error) => error))
    await settled()
    for (const [index, controller] of controllers.entries()) controller.abort(index)
    expect(await Promise.all(calls)).toEqual([0, 1])
    expect(contexts[0]?.signal?.aborted).toBe(true)
    const next = getToken()
    open()
    expect((await next).accessToken).toBe('token 2')
    expect(log).toHaveLength(2)
    expect(types()).toEqual(['token.acquired'])
  })

  it('that came before the call costs no request, and gets nothing even when a token is there', async () => {
    const { grant, log } = createGrant()
    const { getToken } = manage(grant)
    await expect(getToken({ signal: AbortSignal.abort('early') })).rejects.toBe('early')
    expect(log).toEqual([])
    await getToken()
    await expect(getToken({ signal: AbortSignal.abort('early') })).rejects.toBe('early')
  })
})

describe('events', () => {
  it('tell how long it took and until when the token is good', async () => {
    const { grant, hold } = createGrant()
    const open = hold()
    const call = manage(grant).getToken()
    await settled()
    await clock.advance(30)
    open()
    await call
    expect(events).toEqual([
      { type: 'token.acquired', grant: 'test_grant', duration: 30, expiresAt: clock.now() + 1799_000 },
    ])
  })

  it('cannot break a login', async () => {
    const { getToken } = createTokenManager({
      ...createGrant(),
      onEvent: () => {
        throw new Error('a broken logger')
      },
    })
    expect((await getToken()).accessToken).toBe('token 1')
  })
})
