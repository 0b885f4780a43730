import { AuthError } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answers, createCall, createEvents, cut, refusal, stateOf } from '../../test/chain-call.js'
import { AdminError } from '../admin-error.js'
import type { Call } from './link.js'
import { createRetry, type RetryOptions } from './retry.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))
const unavailable = refusal({ status: 503, grpcCode: 14 })

/** A retry link before a list of answers. `random` is so close to 1 that it is, for all that is rounded. */
function start(list: unknown[], { random = () => 1, ...options }: RetryOptions & { random?: () => number } = {}) {
  const clock = createTestClock()
  const { events, onEvent, types } = createEvents()
  const rest = answers(...list)
  const times: number[] = []
  const retry = createRetry(options, { clock, random, onEvent })
  const ask = retry((call) => {
    times.push(clock.monotonic())
    return rest.handler(call)
  })
  /** Waits for all that is waited for. */
  const ended = async (call: Partial<Call> = {}) => {
    const answer = ask(createCall(call)).catch((error) => error)
    await turns()
    await clock.advance(10_000_000)
    return answer
  }
  return { clock, events, types, times, ask, ended, retry, calls: rest.calls }
}

describe('a failed try', () => {
  it('is repeated four times, ever later', async () => {
    const { ended, times } = start([unavailable])
    expect(await ended()).toBe(unavailable)
    expect(times).toEqual([0, 500, 1_500, 3_500, 7_500])
  })

  it('waits no longer than eight seconds, however often it is repeated', async () => {
    const { ended, times } = start([unavailable], { limit: 7 })
    await ended()
    expect(times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 23_500, 31_500])
  })

  it('is repeated as often as was said, and as late', async () => {
    const { ended, times } = start([unavailable], { limit: 6, maxDelay: 1_500 })
    await ended()
    expect(times).toEqual([0, 500, 1_500, 3_000, 4_500, 6_000, 7_500])
  })

  it('is not repeated where that was said', async () => {
    const { ended, times } = start([unavailable], { limit: 0 })
    expect(await ended()).toBe(unavailable)
    expect(times).toHaveLength(1)
  })

  it('is told of, and the answer of the next one is the answer', async () => {
    const { ended, events, calls } = start([unavailable, 'answer'], { random: () => 0.5 })
    expect(await ended()).toBe('answer')
    expect(events).toEqual([
      {
        type: 'admin.retry',
        rpc: 'getTask',
        requestId: 'r-1',
        attempt: 1,
        delay: 250,
        code: 'FLYTE_ADMIN_RPC_FAILED',
        status: 503,
      },
    ])
    expect(calls.map(({ tries }) => tries)).toEqual([1, 2])
  })

  it('waits at least as long as the server asks, and not with all others', async () => {
    const { ended, times } = start([refusal({ status: 429, retryAfter: '30' }), 'answer'])
    await ended()
    expect(times).toEqual([0, 30_500])
  })

  it('is not repeated when that would be too late', async () => {
    for (const [deadline, tries] of [
      [500, 1],
      [501, 2],
    ]) {
      const { ended, times } = start([unavailable], { limit: 1 })
      await ended({ deadline: deadline as number })
      expect(times).toHaveLength(tries as number)
    }
    const { ask, clock } = start([refusal({ status: 503, retryAfter: '120' })])
    await expect(ask(createCall({ deadline: 120_000 }))).rejects.toMatchObject({ status: 503 })
    expect(clock.sleeping).toBe(0)
  })

  it('has the time that logins took', async () => {
    const { ended, times } = start([unavailable], { limit: 1 })
    await ended({ deadline: 100, extension: 1_000 })
    expect(times).toHaveLength(2)
  })

  it('is not repeated once the call was aborted', async () => {
    const { ask, clock, times } = start([unavailable])
    const controller = new AbortController()
    const answer = ask(createCall({ signal: controller.signal }))
    expect(await stateOf(answer)).toBe('pending')
    controller.abort('enough')
    await expect(answer).rejects.toBe('enough')
    expect(clock.sleeping).toBe(0)
    expect(times).toHaveLength(1)
  })
})

const notSent = cut('no')
const maybeSent = cut('unknown')
const sent = cut('yes')
const serverDeadline = refusal({ status: 504, grpcCode: 4 })

describe.each<[string, Error, { safe: boolean; unsent: boolean; named: boolean }]>([
  ['no connection', notSent, { safe: true, unsent: true, named: true }],
  ['a cut connection', maybeSent, { safe: true, unsent: false, named: true }],
  ['a lost answer', sent, { safe: true, unsent: false, named: true }],
  ['UNAVAILABLE', unavailable, { safe: true, unsent: false, named: true }],
  ['RESOURCE_EXHAUSTED', refusal({ status: 429, grpcCode: 8 }), { safe: true, unsent: false, named: true }],
  ['502 of a proxy', refusal({ status: 502 }), { safe: true, unsent: false, named: true }],
  ['504 of a proxy', refusal({ status: 504 }), { safe: true, unsent: false, named: true }],
  ['429 with Retry-After', refusal({ status: 429, retryAfter: '1' }), { safe: true, unsent: false, named: true }],
  ['429 of a proxy, without a word', refusal({ status: 429 }), { safe: false, unsent: false, named: false }],
  ['our own deadline, as the server keeps it', serverDeadline, { safe: false, unsent: false, named: false }],
  [
    'a message that is too large',
    refusal({ status: 429, grpcCode: 8, isRetryable: false }),
    { safe: false, unsent: false, named: false },
  ],
  ['NOT_FOUND', refusal({ status: 404, grpcCode: 5 }), { safe: false, unsent: false, named: false }],
  ['a conflict at the first try', refusal({ status: 409, grpcCode: 6 }), { safe: false, unsent: false, named: false }],
  ['INTERNAL', refusal({ status: 500, grpcCode: 13 }), { safe: false, unsent: false, named: false }],
  ['401', refusal({ status: 401, grpcCode: 16 }), { safe: false, unsent: false, named: false }],
  [
    'its turn did not come',
    new AdminError('FLYTE_ADMIN_LIMIT_REACHED', 'late', { rpc: 'getTask', isRetryable: true }),
    { safe: false, unsent: false, named: false },
  ],
  [
    'a login that failed',
    new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no'),
    { safe: false, unsent: false, named: false },
  ],
])('%s', (_, error, isRepeated) => {
  it.each(['safe', 'unsent', 'named'] as const)('of a call that is %s', async (kind) => {
    const { ended, times } = start([error, 'answer'])
    const answer = await ended({ repeat: kind === 'named' ? { id: {} } : kind })
    expect(answer).toBe(isRepeated[kind] ? 'answer' : error)
    expect(times).toHaveLength(isRepeated[kind] ? 2 : 1)
  })
})

describe('what has a name', () => {
  const there = refusal({ status: 409, grpcCode: 6 })
  const repeat = { id: { name: 'n' } }

  it.each([maybeSent, sent, unavailable])(
    'is done when a try before can have come through and it is there: %s',
    async (error) => {
      expect(await start([error, there]).ended({ repeat })).toBe(repeat)
      expect(await start([error, notSent, there]).ended({ repeat })).toBe(repeat)
    },
  )

  it('is not done when no try before can have made it', async () => {
    expect(await start([notSent, there]).ended({ repeat })).toBe(there)
    expect(await start([there]).ended({ repeat })).toBe(there)
  })

  it('of our own making is done at once when it is there: a browser has sent it twice by itself', async () => {
    expect(await start([there]).ended({ repeat, isNameOwn: true })).toBe(repeat)
  })

  it('is not done by a conflict of another kind', async () => {
    const aborted = refusal({ status: 409, grpcCode: 10 })
    expect(await start([sent, aborted]).ended({ repeat })).toBe(aborted)
    const ofAProxy = refusal({ status: 409 })
    expect(await start([sent, ofAProxy]).ended({ repeat })).toBe(ofAProxy)
  })

  it('is no matter of others: what may be repeated fails with a conflict', async () => {
    expect(await start([sent, there]).ended()).toBe(there)
  })
})

describe('all calls together', () => {
  it('retry at most ten times and once for each ten calls, and tell when they would more', async () => {
    const { clock, ask, times, types } = start([unavailable], { random: () => 0 })
    for (let call = 0; call < 100; call++) {
      const answer = ask(createCall()).catch(() => undefined)
      await clock.advance(1)
      await answer
    }
    expect(times.length - 100).toBe(19)
    expect(types().filter((type) => type === 'admin.retries-spent')).toHaveLength(100 - 2)
  })

  it('have one budget, whatever link they go through', async () => {
    const { clock, retry } = start([])
    let tries = 0
    const rest = async () => {
      tries += 1
      throw unavailable
    }
    for (let call = 0; call < 20; call++) retry(rest)(createCall()).catch(() => undefined)
    await clock.advance(100_000)
    expect(tries).toBe(20 + 10)
  })

  it('stay within their bounds, whatever fails', async () => {
    const failing = fc.array(
      fc.record({ random: fc.double({ min: 0, max: 0.999, noNaN: true }), after: fc.option(fc.nat(9)) }),
      {
        maxLength: 7,
      },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.nat(6),
        fc.integer({ min: 1, max: 9_000 }),
        fc.nat(60_000),
        failing,
        async (limit, maxDelay, deadline, list) => {
          const randoms = list.map(({ random }) => random)
          const errors = list.map(({ after }) =>
            refusal({ status: 503, ...(after !== null && { retryAfter: `${after}` }) }),
          )
          const { ended, times, events } = start([...errors, 'answer'], {
            limit,
            maxDelay,
            random: () => randoms.shift() ?? 0,
          })
          const answer = await ended({ deadline })
          expect(times.length).toBeLessThanOrEqual(limit + 1)
          expect(answer).toBe(times.length === errors.length + 1 ? 'answer' : errors[times.length - 1])
          for (const [index, time] of times.slice(1).entries()) {
            const delay = time - (times[index] as number)
            const least = (list[index]?.after ?? 0) * 1_000
            expect(delay).toBeGreaterThanOrEqual(least - 1e-6)
            expect(delay).toBeLessThanOrEqual(least + Math.min(maxDelay, 500 * 2 ** index))
            expect(time).toBeLessThan(deadline)
            expect((events[index] as { delay: number }).delay).toBeCloseTo(delay, 6)
          }
        },
      ),
    )
  })
})
