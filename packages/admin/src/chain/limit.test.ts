import { getEventListeners } from 'node:events'
import type { Clock } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCall, createEvents, pending, stateOf } from '../../test/chain-call.js'
import { type LimitOptions, limit } from './limit.js'
import type { Call, Handler } from './link.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))

describe('limits', () => {
  it('are 16 places and no rate, where nothing is said', async () => {
    const clock = createTestClock()
    const { handler, calls } = pending()
    const limited = limit({}, clock, undefined, handler)
    for (let count = 0; count < 100; count++) limited(createCall())
    await turns()
    expect(calls).toHaveLength(16)
  })

  it('hand a call on, and its answer or error back, as they are', async () => {
    const { handler, calls, settle } = pending()
    const limited = limit({}, createTestClock(), undefined, handler)
    const call = createCall()
    const answers = [limited(call), limited(call)]
    const error = new Error('no')
    const message = {}
    settle[0]?.resolve(message)
    settle[1]?.reject(error)
    expect(await answers[0]).toBe(message)
    await expect(answers[1]).rejects.toBe(error)
    expect(calls[0]).toBe(call)
  })

  it('hold no place that the rest of the chain has left, even by throwing at once', async () => {
    const limited = limit({ concurrency: 1 }, createTestClock(), undefined, () => {
      throw new Error('at once')
    })
    for (let count = 0; count < 3; count++) await expect(limited(createCall())).rejects.toThrow('at once')
  })

  it.each([
    { concurrency: 0 },
    { concurrency: -1 },
    { concurrency: Number.NaN },
    { concurrency: 0.5 },
    { requestsPerSecond: 0 },
    { requestsPerSecond: Number.NaN },
    { burst: 0.5 },
    { queue: -1 },
    { queue: Number.NaN },
  ])('that cannot be kept are refused, with what they may be: %j', (options) => {
    const make = () => limit(options, createTestClock(), undefined, pending().handler)
    expect(make).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
    for (const name of ['concurrency', 'burst', 'requestsPerSecond', 'queue']) expect(make).toThrow(name)
  })

  it.each([{ concurrency: Number.POSITIVE_INFINITY }, { requestsPerSecond: 0.5 }, { queue: 0 }])(
    'may be %j',
    (options) => {
      expect(() => limit(options, createTestClock(), undefined, pending().handler)).not.toThrow()
    },
  )
})

describe('a call that waits for a place', () => {
  const start = (options: LimitOptions = {}) => {
    const clock = createTestClock()
    const { events, onEvent } = createEvents()
    const rest = pending()
    return { clock, events, ...rest, limited: limit({ concurrency: 1, ...options }, clock, onEvent, rest.handler) }
  }

  it('is let in when one has ended, and tells how long it waited; others tell nothing', async () => {
    const { clock, events, limited, calls, settle } = start()
    limited(createCall())
    limited(createCall({ requestId: 'r-2' }))
    await clock.advance(30)
    settle[0]?.resolve({})
    await turns()
    expect(calls.map(({ requestId }) => requestId)).toEqual(['r-1', 'r-2'])
    expect(events).toEqual([{ type: 'admin.waited', rpc: 'getTask', requestId: 'r-2', duration: 30 }])
    expect(clock.sleeping).toBe(0)
  })

  it('is refused when the queue is full, with what to do about it', async () => {
    const { clock, limited } = start({ queue: 1 })
    limited(createCall())
    limited(createCall({ deadline: 50 }))
    await expect(limited(createCall({ deadline: 40 }))).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_LIMIT_REACHED',
      rpc: 'getTask',
      isRetryable: true,
      message: expect.stringMatching(/^getTask: not sent, since 1 calls wait already\. .*limits.*callTimeout/),
    })
    expect(clock.sleeping).toBe(1)
  })

  it('waits with ten thousand others, where nothing is said, and with no more', async () => {
    const { limited } = start()
    for (let count = 0; count < 10_001; count += 1) limited(createCall()).catch(() => {})
    await expect(limited(createCall())).rejects.toThrow('10000 calls wait already')
  })

  it('is refused when its turn does not come in time, and nobody hears of it after that', async () => {
    const { clock, limited, calls, settle } = start()
    limited(createCall())
    const late = limited(createCall({ deadline: 50 }))
    const last = limited(createCall({ requestId: 'r-3' }))
    late.catch(() => undefined)
    await clock.advance(49)
    expect(await stateOf(late)).toBe('pending')
    await clock.advance(1)
    await expect(late).rejects.toMatchObject({ code: 'FLYTE_ADMIN_LIMIT_REACHED' })
    settle[0]?.resolve({})
    await turns()
    expect(calls.map(({ requestId }) => requestId)).toEqual(['r-1', 'r-3'])
    settle[1]?.resolve({})
    await last
    expect(clock.sleeping).toBe(0)
  })

  it('is refused in its own time, whoever came before; one timer is for all', async () => {
    const { clock, limited } = start()
    limited(createCall())
    const deadlines = [30, 10, 40, 10, 20, Number.POSITIVE_INFINITY]
    const waiting = deadlines.map((deadline) => limited(createCall({ deadline })))
    for (const each of waiting) each.catch(() => undefined)
    expect(clock.sleeping).toBe(1)
    const refusedBy: Record<number, string[]> = {}
    for (const time of [9, 10, 19, 20, 29, 30, 39, 40]) {
      await clock.advance(time - clock.monotonic())
      refusedBy[time] = await Promise.all(waiting.map(stateOf))
    }
    for (const [time, states] of Object.entries(refusedBy))
      expect(states).toEqual(deadlines.map((deadline) => (deadline <= Number(time) ? 'rejected' : 'pending')))
    // Who has for ever needs no timer.
    expect(clock.sleeping).toBe(0)
  })

  it('leaves no timer behind when all have ended', async () => {
    const { clock, limited, settle } = start()
    limited(createCall())
    const last = limited(createCall({ deadline: 50 }))
    expect(clock.sleeping).toBe(1)
    settle[0]?.resolve({})
    await turns()
    settle[1]?.resolve({})
    await last
    expect(clock.sleeping).toBe(0)
  })

  it('has the time that logins took, too', async () => {
    const { clock, limited } = start()
    limited(createCall())
    const late = limited(createCall({ deadline: 50, extension: 100 }))
    late.catch(() => undefined)
    await clock.advance(149)
    expect(await stateOf(late)).toBe('pending')
    await clock.advance(1)
    expect(await stateOf(late)).toBe('rejected')
  })

  it('leaves when it is aborted, without a trace', async () => {
    const { clock, limited, calls, settle } = start()
    const controller = new AbortController()
    limited(createCall())
    const aborted = limited(createCall({ signal: controller.signal }))
    const last = limited(createCall({ requestId: 'r-3' }))
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    settle[0]?.resolve({})
    await turns()
    expect(calls.map(({ requestId }) => requestId)).toEqual(['r-1', 'r-3'])
    settle[1]?.resolve({})
    await last
    expect(clock.sleeping).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('listens to its signal no longer than it waits', async () => {
    const { limited, settle } = start()
    const { signal } = new AbortController()
    limited(createCall())
    limited(createCall({ signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    settle[0]?.resolve({})
    await turns()
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('gives its place back when it is aborted in the moment in which it is let in', async () => {
    const { limited, calls, settle } = start()
    const controller = new AbortController()
    const first = limited(createCall())
    first.then(() => controller.abort('enough'))
    limited(createCall({ signal: controller.signal, requestId: 'r-2' })).catch(() => undefined)
    limited(createCall({ requestId: 'r-3' }))
    settle[0]?.resolve({})
    await turns()
    // The rest of the chain hears of the abort by the signal.
    if (calls[1]?.requestId === 'r-2') settle[1]?.reject(calls[1].signal?.reason)
    await turns()
    expect(calls.at(-1)?.requestId).toBe('r-3')
  })
})

describe('a rate', () => {
  const start = (options: LimitOptions) => {
    const clock = createTestClock()
    const { events, onEvent } = createEvents()
    const begun: number[] = []
    const limited = limit(options, clock, onEvent, async () => begun.push(clock.monotonic()))
    return { clock, events, begun, limited }
  }

  it('lets a burst out at once, by default what goes out in a second, and the others at a steady pace', async () => {
    const { clock, begun, limited } = start({ requestsPerSecond: 4 })
    for (let count = 0; count < 8; count++) limited(createCall())
    await clock.advance(2_000)
    expect(begun).toEqual([0, 0, 0, 0, 250, 500, 750, 1000])
    await clock.advance(10_000)
    for (let count = 0; count < 5; count++) limited(createCall())
    await clock.advance(500)
    expect(begun.slice(8)).toEqual([12_000, 12_000, 12_000, 12_000, 12_250])
  })

  it('tells of those that waited only', async () => {
    const { clock, events, limited } = start({ requestsPerSecond: 10, burst: 1 })
    limited(createCall())
    limited(createCall({ requestId: 'r-2' }))
    await clock.advance(100)
    expect(events).toEqual([{ type: 'admin.waited', rpc: 'getTask', requestId: 'r-2', duration: 100 }])
  })

  it('below one in a second has a burst of one', async () => {
    const { clock, begun, limited } = start({ requestsPerSecond: 0.5 })
    limited(createCall())
    limited(createCall())
    await clock.advance(2_000)
    expect(begun).toEqual([0, 2_000])
  })

  it('refuses at once whose turn would come too late, and only them', async () => {
    const { clock, begun, limited } = start({ requestsPerSecond: 10, burst: 2, concurrency: 1 })
    // Two at once, the third at 100, the fourth at 200.
    for (let count = 0; count < 3; count++) limited(createCall())
    await expect(limited(createCall({ deadline: 199 }))).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_LIMIT_REACHED',
      message: expect.stringContaining('too late'),
    })
    const inTime = limited(createCall({ deadline: 200 }))
    await clock.advance(200)
    await inTime
    expect(begun).toEqual([0, 0, 100, 200])
  })

  it('foresees that from all who have a place, or wait for one', async () => {
    const { begun, limited, clock } = start({ requestsPerSecond: 10, burst: 1, concurrency: 3 })
    const tooLate = { code: 'FLYTE_ADMIN_LIMIT_REACHED' }
    // One at once, the second at 100.
    for (let count = 0; count < 2; count++) limited(createCall())
    await turns()
    await expect(limited(createCall({ deadline: 199 }))).rejects.toMatchObject(tooLate)
    // The third at 200, then all places are taken.
    limited(createCall())
    await turns()
    limited(createCall({ requestId: 'queued' }))
    await clock.advance(0)
    expect(begun).toEqual([0])
    await clock.advance(300)
    expect(begun).toEqual([0, 100, 200, 300])
  })

  it('refuses at once, too, whose turn behind those that have a place would come too late', async () => {
    const clock = createTestClock()
    const { handler } = pending()
    const limited = limit({ requestsPerSecond: 10, burst: 1, concurrency: 2 }, clock, undefined, handler)
    // One goes at once and stays; one has a place, and goes at 100. The next would go at 200.
    for (let count = 0; count < 2; count++) limited(createCall())
    await turns()
    await expect(limited(createCall({ deadline: 199 }))).rejects.toMatchObject({
      message: expect.stringContaining('too late'),
    })
  })

  it('takes a burst that is left into account, when it foresees when a turn will come', async () => {
    const clock = createTestClock()
    const { handler, settle } = pending()
    const limited = limit({ requestsPerSecond: 1, burst: 100, concurrency: 1 }, clock, undefined, handler)
    const calls = Array.from({ length: 50 }, () => limited(createCall({ deadline: 10_000 })))
    for (let count = 0; count < 50; count++) {
      await turns()
      settle[count]?.resolve({})
    }
    await Promise.all(calls)
  })

  it('is kept without a needless sleep by a process that has run for long, whose clock is less exact', async () => {
    const clock = createTestClock()
    const begun: number[] = []
    const slept: number[] = []
    const counting: Clock = {
      ...clock,
      sleep(milliseconds, options) {
        slept.push(milliseconds)
        return clock.sleep(milliseconds, options)
      },
    }
    const limited = limit({ requestsPerSecond: 7.3, burst: 1 }, counting, undefined, async () =>
      begun.push(clock.monotonic()),
    )
    await clock.advance(2 ** 30 + 0.3)
    for (let count = 0; count < 15; count++) limited(createCall())
    await clock.advance(6_000)
    expect((begun[14] as number) - (begun[0] as number)).toBeCloseTo((14 * 1000) / 7.3, 3)
    expect(slept).toHaveLength(14)
  })

  it('is not used up by calls that were aborted before they went out', async () => {
    const { clock, begun, limited } = start({ requestsPerSecond: 1, burst: 1 })
    await limited(createCall())
    for (let count = 0; count < 50; count++) {
      const controller = new AbortController()
      const aborted = limited(createCall({ signal: controller.signal }))
      controller.abort('enough')
      await expect(aborted).rejects.toBe('enough')
    }
    limited(createCall())
    await clock.advance(1_000)
    expect(begun).toEqual([0, 1_000])
  })
})

interface Plan {
  /** Milliseconds after the one before. */
  gap: number
  /** How long the rest of the chain takes. */
  duration: number
  /** Milliseconds after its start. */
  abortAfter: number | undefined
  callTimeout: number | undefined
  fails: boolean
}

interface Outcome extends Plan {
  at: number
  begun?: number
  ended?: number
  result?: unknown
}

/** Runs calls as they were planned, until nothing sleeps. */
async function run(options: LimitOptions, plans: readonly Plan[]) {
  const clock: TestClock = createTestClock()
  const order: number[] = []
  let active = 0
  let mostActive = 0
  let at = 1
  const outcomes = plans.map((plan): Outcome => {
    at += plan.gap
    return { ...plan, at }
  })
  const rest: Handler = async ({ requestId, signal }: Call) => {
    const outcome = outcomes[Number(requestId)] ?? { ...(outcomes[0] as Outcome), duration: 0, fails: false }
    outcome.begun = clock.monotonic()
    order.push(Number(requestId))
    active += 1
    mostActive = Math.max(mostActive, active)
    try {
      await clock.sleep(outcome.duration, signal ? { signal } : {})
      if (outcome.fails) throw new Error('failed')
      return 'answer'
    } finally {
      active -= 1
    }
  }
  const limited = limit(options, clock, undefined, rest)
  const controllers = outcomes.map(() => new AbortController())
  const settled = outcomes.map(async (outcome, index) => {
    const { at, abortAfter, callTimeout = Number.POSITIVE_INFINITY } = outcome
    await clock.sleep(at)
    const { signal } = controllers[index] as AbortController
    const deadline = at + callTimeout
    const result = limited(
      createCall({ requestId: String(index), deadline, ...(abortAfter !== undefined && { signal }) }),
    )
    if (abortAfter !== undefined) clock.sleep(abortAfter).then(() => controllers[index]?.abort(`abort ${index}`))
    outcome.result = await result.catch((error) => error)
    outcome.ended = clock.monotonic()
  })
  // All that is planned ends before that.
  await clock.advance(1_000_000)
  const isOver = await Promise.race([Promise.all(settled).then(() => true), turns().then(() => false)])
  return { outcomes, order, mostActive, isOver, clock, limited, controllers }
}

const planOf = (more: {
  abortAfter: fc.Arbitrary<number | undefined>
  callTimeout: fc.Arbitrary<number | undefined>
}) =>
  fc.array(fc.record({ gap: fc.nat(40), duration: fc.nat(120), fails: fc.boolean(), ...more }), {
    minLength: 1,
    maxLength: 25,
    size: 'max',
  })
const limits = fc.record({
  concurrency: fc.integer({ min: 1, max: 4 }),
  requestsPerSecond: fc.constantFrom(Number.POSITIVE_INFINITY, 1, 5, 7.3, 40),
  burst: fc.constantFrom(1, 2, 3.5, 10),
})

/** When each would begin if all waited: first come, first served; so many places; a bucket that fills at the rate. */
function model(options: Required<Omit<LimitOptions, 'queue'>>, plans: readonly Outcome[]): number[] {
  const free = Array.from({ length: options.concurrency }, () => 0)
  const perMs = options.requestsPerSecond / 1000
  let level = options.burst
  let filledAt = 0
  return plans.map(({ at, duration }) => {
    free.sort((left, right) => left - right)
    let time = Math.max(at, free[0] as number)
    if (Number.isFinite(perMs)) {
      level = Math.min(options.burst, level + (time - filledAt) * perMs)
      const wait = Math.max(0, (1 - level) / perMs)
      time += wait
      level = level + wait * perMs - 1
      filledAt = time
    }
    free[0] = time + duration
    return time
  })
}

describe('whatever comes', () => {
  it('is let out as the model says, where everybody waits', async () => {
    const never = { abortAfter: fc.constant(undefined), callTimeout: fc.constant(undefined) }
    await fc.assert(
      fc.asyncProperty(limits, planOf(never), async (options, plans) => {
        const { outcomes, order } = await run(options, plans)
        const times = model(options, outcomes)
        for (const [index, { begun }] of outcomes.entries()) expect(begun).toBeCloseTo(times[index] as number, 5)
        expect(order).toEqual(outcomes.map((_, index) => index))
      }),
      { numRuns: 40 },
    )
  })

  it('keeps the limits, ends for everybody, and leaves nothing behind', async () => {
    const some = {
      abortAfter: fc.option(fc.nat(300), { nil: undefined }),
      callTimeout: fc.option(fc.nat(400), { nil: undefined }),
    }
    await fc.assert(
      fc.asyncProperty(limits, planOf(some), async (options, plans) => {
        const { outcomes, order, mostActive, isOver, clock, limited, controllers } = await run(options, plans)
        expect(isOver).toBe(true)
        expect(mostActive).toBeLessThanOrEqual(options.concurrency)
        // Where others have left, one behind them may go a little before its turn, but nobody comes later for that.
        if (options.requestsPerSecond === Number.POSITIVE_INFINITY)
          expect(order).toEqual([...order].sort((left, right) => left - right))
        const latest = model(options, outcomes)
        for (const index of order) expect(outcomes[index]?.begun).toBeLessThanOrEqual((latest[index] as number) + 1e-6)

        const begun = order.map((index) => outcomes[index]?.begun as number)
        for (const [first, from] of begun.entries())
          for (const [last, to] of begun.entries())
            if (last >= first && Number.isFinite(options.requestsPerSecond))
              expect(last - first + 1).toBeLessThanOrEqual(
                options.burst + (options.requestsPerSecond * (to - from)) / 1000 + 1e-6,
              )

        for (const [index, { at, abortAfter, callTimeout = Infinity, begun, ended, result }] of outcomes.entries()) {
          if (result === `abort ${index}`) expect(ended).toBe(at + (abortAfter as number))
          else if (begun === undefined) {
            expect(result).toMatchObject({ code: 'FLYTE_ADMIN_LIMIT_REACHED' })
            expect(ended).toBeLessThanOrEqual(at + callTimeout)
          }
          if (begun !== undefined) expect(begun).toBeLessThanOrEqual(at + callTimeout)
          expect(getEventListeners(controllers[index]?.signal as AbortSignal, 'abort')).toEqual([])
        }

        expect(clock.sleeping).toBe(0)
        // Every place is free again.
        const more = Math.min(options.concurrency, Math.floor(options.burst))
        for (let count = 0; count < more; count++) limited(createCall({ requestId: 'more' }))
        await turns()
        expect(order).toHaveLength(begun.length + more)
      }),
      { numRuns: 100 },
    )
  })
})
