import type { TokenSet } from '@flyte-js/core'
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
