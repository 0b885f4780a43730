import {
  FlyteError,
  type FlyteErrorCode,
  type FlyteEvent,
  type Grant,
  type TokenSet,
  type TokenStore,
  TokenStoreError,
} from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settled } from '../test/numbered-grant.js'
import { rotatingServer } from '../test/rotating-server.js'
import { sharedStore } from '../test/shared-store.js'
import { createTokenManager, type TokenManager } from './token-manager.js'

// Whatever several processes do at once, and in whichever order: no refresh token is used twice, and no login is lost.

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('get' as const), who: fc.nat(2), times: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('refused' as const), who: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('leave' as const), who: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('advance' as const), seconds: fc.nat(1200) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const), who: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('jump' as const), seconds: fc.integer({ min: -5000, max: 5000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('outage' as const), isDown: fc.boolean() }) },
)

it('keeps one login through anything', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const clock = createTestClock()
      const server = rotatingServer(clock)
      const store = sharedStore()
      const make = (): TokenManager =>
        createTokenManager({ grant: server.grant, store, key: 'k', clock, random: () => 0.5 })
      const managers = [make(), make(), make()]
      const calls: Promise<unknown>[] = []
      const got: TokenSet[] = []
      const call = (promise: Promise<TokenSet>) => {
        calls.push(
          promise.then(
            (tokenSet) => got.push(tokenSet),
            (error: unknown) => {
              // A server that is down, and a caller that left, are the only reasons not to get a token.
              if (error !== 'left') expect(error).toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
            },
          ),
        )
      }
      // One login to begin with, which must last.
      call((managers[0] as TokenManager).login())
      await settled()
      await clock.advance(0)
      for (const each of steps) {
        const manager = 'who' in each ? (managers[each.who] as TokenManager) : undefined
        if (each.what === 'get') for (let time = 0; time <= each.times; time += 1) call(manager?.getToken() as never)
        if (each.what === 'refused') {
          const rejected = (await manager?.peek())?.accessToken
          call(manager?.getToken({ rejected }) as never)
        }
        if (each.what === 'leave') {
          const controller = new AbortController()
          call(manager?.getToken({ signal: controller.signal }) as never)
          await Promise.resolve()
          controller.abort('left')
        }
        if (each.what === 'advance') {
          // In small steps: no answer takes as long as the limit of a renewal.
          for (let rest = each.seconds; rest > 0; rest -= 10) {
            await clock.advance(Math.min(rest, 10) * 1000)
            for (let turn = 0; turn < 3; turn += 1) await settled()
          }
        }
        if (each.what === 'settle') for (let turn = 0; turn < 20; turn += 1) await settled()
        // A process that ends in the middle of a renewal loses it, as any would: let it come to rest first.
        if (each.what === 'restart') {
          for (let turn = 0; turn < 20; turn += 1) await settled()
          managers[each.who] = make()
        }
        if (each.what === 'jump') clock.setNow(clock.now() + each.seconds * 1000)
        if (each.what === 'outage') server.isDown = each.isDown
      }
      server.isDown = false
      await inTime(clock, Promise.all(calls))
      for (let turn = 0; turn < 20; turn += 1) await settled()
      expect(server.reuses).toBe(0)
      expect(server.acquisitions).toBe(1)
      expect(store.kept.get('k')?.refreshToken).toBe(server.live())
      // And everybody gets a token in the end.
      const last = await inTime(clock, Promise.all(managers.map((manager) => manager.getToken())))
      for (const { accessToken } of last) expect(accessToken).toMatch(/^token/)
    }),
    { numRuns: 500 },
  )
})

/** What a promise brings, while the clock goes on; nothing takes longer than a few failed attempts and their pauses. */
async function inTime<T>(clock: TestClock, promise: Promise<T>): Promise<T> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  promise.then(over, over)
  for (let seconds = 0; !isOver; seconds += 1) {
    expect(seconds).toBeLessThan(200)
    await clock.advance(1000)
  }
  return promise
}

const fault = fc.record({
  what: fc.constant('fault' as const),
  operation: fc.constantFrom('get' as const, 'set' as const, 'delete' as const, 'lock' as const, 'unlock' as const),
  code: fc.constantFrom<(FlyteErrorCode | undefined)[]>(undefined, 'FLYTE_STORE_WRITE_FAILED', 'FLYTE_STORE_LOCK_LOST'),
})

it('keeps the login of one process through whatever a store does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 16, arbitrary: step }, { weight: 6, arbitrary: fault })),
      async (steps) => {
        const clock = createTestClock()
        const server = rotatingServer(clock)
        const store = sharedStore()
        const manager = createTokenManager({ grant: server.grant, store, key: 'k', clock, random: () => 0.5 })
        const calls: Promise<unknown>[] = [manager.login()]
        const call = (options?: { signal?: AbortSignal; rejected?: string | undefined }) => {
          // No store is a reason not to get a token.
          const expected = (error: unknown) =>
            error === 'left' || expect(error).toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
          calls.push(manager.getToken(options).catch(expected))
        }
        await turns(20)
        for (const each of steps) {
          if (each.what === 'fault') store.fail(each.operation, failure(each))
          if (each.what === 'get') for (let time = 0; time <= each.times; time += 1) call()
          if (each.what === 'refused') call({ rejected: (await manager.peek())?.accessToken })
          if (each.what === 'leave') await leaving((signal) => call({ signal }))
          if (each.what === 'advance') await advance(clock, each.seconds)
          if (each.what === 'settle') await turns(20)
          if (each.what === 'jump') clock.setNow(clock.now() + each.seconds * 1000)
          if (each.what === 'outage') server.isDown = each.isDown
        }
        server.isDown = false
        await inTime(clock, Promise.all(calls))
        await turns(20)
        expect(server.reuses).toBe(0)
        expect(server.acquisitions).toBe(1)
        expect((await manager.peek())?.refreshToken).toBe(server.live())
        expect(clock.sleeping).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})

const turmoil = fc.oneof(
  { weight: 16, arbitrary: step },
  { weight: 4, arbitrary: fault },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('take over' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('revoke' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('login' as const, 'logout' as const), who: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('tell' as const) }) },
)

/** Found once: what another manager leaves of a login, an access token alone, is not newer than the one that replaced it. */
const restOfALogin: (typeof turmoil extends fc.Arbitrary<infer Step> ? Step : never)[] = [
  { what: 'get', who: 0, times: 0 },
  { what: 'settle' },
  { what: 'fault', operation: 'set', code: 'FLYTE_STORE_WRITE_FAILED' },
  { what: 'refused', who: 2 },
  { what: 'advance', seconds: 1499 },
  { what: 'get', who: 0, times: 0 },
  { what: 'get', who: 0, times: 0 },
  { what: 'refused', who: 2 },
  { what: 'leave', who: 0 },
  { what: 'refused', who: 1 },
]

// With a lock that is lost, or a store that keeps nothing, a login can be lost. What must hold even then:
it('answers everybody, renews one at a time, and asks no person whom nobody waits for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(turmoil, { minLength: 5, maxLength: 40 }), async (interactive, steps) => {
      const clock = createTestClock()
      const server = rotatingServer(clock)
      const store = sharedStore()
      const made: WatchedManager[] = []
      const make = () => {
        const watched = watchedManager({ grant: { ...server.grant, interactive }, store, clock })
        made.push(watched)
        return watched
      }
      const current = [make(), make(), make()]
      const calls: Promise<unknown>[] = []
      const call = (each: Promise<unknown>) => {
        // It is looked at in the end.
        each.catch(() => {})
        calls.push(each)
      }
      for (const each of steps) {
        const one = current['who' in each ? each.who : 0] as WatchedManager
        if (each.what === 'fault') store.fail(each.operation, failure(each))
        if (each.what === 'get') for (let time = 0; time <= each.times; time += 1) call(one.get())
        if (each.what === 'login') call(one.login())
        if (each.what === 'logout') call(one.logout())
        if (each.what === 'refused') call(one.get({ rejected: await one.peek() }))
        if (each.what === 'leave') await leaving((signal) => call(one.get({ signal })))
        if (each.what === 'advance') await advance(clock, each.seconds)
        if (each.what === 'settle') await turns(20)
        if (each.what === 'restart') current[each.who] = make()
        if (each.what === 'jump') clock.setNow(clock.now() + each.seconds * 1000)
        if (each.what === 'outage') server.isDown = each.isDown
        if (each.what === 'take over') store.takeOver()
        if (each.what === 'revoke') server.revoke()
        if (each.what === 'tell') store.tell()
      }
      server.isDown = false
      for (const operation of ['get', 'set', 'delete', 'lock', 'unlock'] as const) store.fail(operation, undefined)
      await inTime(clock, Promise.all(calls))
      await turns(20)
      // And all is well again as soon as somebody logs in; what was renewed after a refusal counts as refused by then.
      await advance(clock, 30)
      const [first, ...others] = current as [WatchedManager, ...WatchedManager[]]
      const latest = await inTime(clock, first.login())
      expect(latest).toMatch(/^token/)
      for (const other of others) {
        const has = await other.peek()
        expect(await inTime(clock, other.get({ rejected: has === latest ? undefined : has }))).toBe(latest)
      }
      expect(clock.sleeping).toBe(0)
      for (const { close } of made) close()
      expect(store.subscribers).toBe(0)
    }),
    { numRuns: 250, examples: [[false, restOfALogin]] },
  )
})

interface WatchedManager {
  /** The access token, or nothing where there was a reason not to get one. */
  get(options?: { signal?: AbortSignal; rejected?: string | undefined }): Promise<string | undefined>
  login(): Promise<string | undefined>
  logout(): Promise<void>
  peek(): Promise<string | undefined>
  close(): void
}

/** A manager that is watched: whether it asks one thing at a time, and no person whom nobody waits for. */
function watchedManager(given: { grant: Grant; store: TokenStore; clock: TestClock }): WatchedManager {
  const { grant, store, clock } = given
  const waiting = new Set<object>()
  let asking = 0
  const refused = new Set<string>()
  async function alone(ask: () => Promise<TokenSet> | undefined): Promise<TokenSet> {
    asking += 1
    expect(asking).toBe(1)
    try {
      return (await ask()) as TokenSet
    } finally {
      asking -= 1
    }
  }
  const watched: Grant = {
    ...grant,
    acquire(context) {
      if (grant.interactive) expect(waiting.size).toBeGreaterThan(0)
      return alone(() => grant.acquire(context))
    },
    refresh: (tokenSet, context) => alone(() => grant.refresh?.(tokenSet, context)),
    revoke: async () => true,
  }
  let told: FlyteEvent['type'] | undefined
  const { getToken, login, logout, peek, close } = createTokenManager({
    grant: watched,
    store,
    key: 'k',
    clock,
    random: () => 0.5,
    onEvent({ type }) {
      told = type
    },
  })
  async function follow(ask: () => Promise<TokenSet>, signal?: AbortSignal): Promise<string | undefined> {
    const call = {}
    waiting.add(call)
    signal?.addEventListener('abort', () => waiting.delete(call))
    try {
      const asked = ask()
      const before = [...refused]
      const { accessToken } = await asked
      expect(before).not.toContain(accessToken)
      return accessToken
    } catch (error) {
      expect(FlyteError.isInstance(error) ? error.code : String(error)).toMatch(reasons)
      return undefined
    } finally {
      waiting.delete(call)
    }
  }
  return {
    get: ({ signal, rejected } = {}) =>
      follow(() => {
        told = undefined
        const asked = getToken({ signal, rejected })
        // What was taken for refused goes to nobody who asks from now on.
        if (told === 'token.rejected' && rejected !== undefined) refused.add(rejected)
        return asked
      }, signal),
    login: () => follow(login),
    async logout() {
      refused.clear()
      await logout().catch((error: unknown) => expect(error).toBeInstanceOf(TokenStoreError))
    },
    peek: async () => (await peek())?.accessToken,
    close,
  }
}

/** Why a caller may get no token: no answer, the end of the login, a lock that was lost again and again, and its own will. */
const reasons =
  /^(FLYTE_AUTH_SERVER_UNREACHABLE|FLYTE_AUTH_LOGGED_OUT|FLYTE_STORE_LOCK_LOST|AbortError: .* logout|left)$/

/** Only a write hears that the lock was lost; see the tests of the lock for the rest. */
function failure({ operation, code }: { operation: string; code: FlyteErrorCode | undefined }): unknown {
  if (code === undefined) return undefined
  return new TokenStoreError(operation === 'set' ? code : 'FLYTE_STORE_READ_FAILED', 'broken', { store: 'shared' })
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await settled()
}

/** A caller that leaves at once, or nearly. */
async function leaving(call: (signal: AbortSignal) => unknown): Promise<void> {
  const controller = new AbortController()
  call(controller.signal)
  await Promise.resolve()
  controller.abort('left')
}

/** In small steps: no answer takes as long as the limit of a renewal. */
async function advance(clock: TestClock, seconds: number): Promise<void> {
  for (let rest = seconds; rest > 0; rest -= 10) {
    await clock.advance(Math.min(rest, 10) * 1000)
    await turns(3)
  }
}
