import { getEventListeners } from 'node:events'
import { createTestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCall, createEvents, pending, refusal, stateOf } from '../../test/chain-call.js'
import { AdminError } from '../admin-error.js'
import { createCoalesce } from './coalesce.js'
import type { Call, Handler } from './link.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))

function start() {
  const clock = createTestClock()
  const { events, onEvent } = createEvents()
  const coalesce = createCoalesce(clock, onEvent)
  const rest = pending()
  return { clock, events, coalesce, ...rest, ask: coalesce.link(rest.handler) }
}

const timeout = (tries = 1) => new AdminError('FLYTE_ADMIN_TIMEOUT', 'late', { rpc: 'getTask', tries })

describe('the same question at the same time', () => {
  it('is one request, and its answer, which is frozen, is for all', async () => {
    const { ask, calls, settle, events } = start()
    const asked = [createCall(), createCall({ requestId: 'r-2' }), createCall({ requestId: 'r-3' })]
    const answers = asked.map(ask)
    expect(calls).toHaveLength(1)
    ;(calls[0] as Call).size = 7
    ;(calls[0] as Call).tries = 3
    const message = { id: { name: 'n' }, list: [{ a: 1 }] }
    settle[0]?.resolve(message)
    for (const answer of await Promise.all(answers)) expect(answer).toBe(message)
    expect(Object.isFrozen(message.list[0])).toBe(true)
    expect(asked.map(({ size }) => size)).toEqual([7, 7, 7])
    expect(asked[0]?.tries).toBe(3)
    expect(events).toEqual([
      { type: 'admin.coalesced', rpc: 'getTask', requestId: 'r-2' },
      { type: 'admin.coalesced', rpc: 'getTask', requestId: 'r-3' },
    ])
  })

  it('by one alone is left as it is', async () => {
    const { ask, settle, events } = start()
    const answer = ask(createCall())
    settle[0]?.resolve({ a: {} })
    expect(Object.isFrozen(await answer)).toBe(false)
    expect(events).toEqual([])
  })

  it('fails for all with the same error', async () => {
    const { ask, settle } = start()
    const answers = [ask(createCall()), ask(createCall()), ask(createCall({ signal: new AbortController().signal }))]
    const error = refusal({ status: 404, grpcCode: 5 })
    settle[0]?.reject(error)
    for (const answer of answers) await expect(answer).rejects.toBe(error)
  })

  it.each([
    { what: 'another URL', call: { url: 'http://localhost/other' } },
    { what: 'another timeout', call: { timeout: 1 } },
    { what: 'an earlier deadline', call: { deadline: 99 } },
  ])('is none with $what', ({ call }) => {
    const { ask, calls } = start()
    ask(createCall({ deadline: 100 }))
    ask(createCall({ deadline: 100, ...call }))
    expect(calls).toHaveLength(2)
  })

  it.each(['POST', 'PUT', 'DELETE'])('is none with %s, which does something', (method) => {
    const { ask, calls } = start()
    for (let count = 0; count < 2; count++) ask(createCall({ method }))
    expect(calls).toHaveLength(2)
  })

  it.each(['resolve', 'reject'] as const)('is asked anew after %s', async (outcome) => {
    const { ask, calls, settle } = start()
    const first = ask(createCall()).catch(() => undefined)
    settle[0]?.[outcome]({})
    await first
    ask(createCall())
    expect(calls).toHaveLength(2)
  })

  it('is still one request when hundreds of others have come and gone meanwhile', async () => {
    const { ask, calls, settle } = start()
    const first = ask(createCall())
    for (let count = 1; count <= 250; count++) {
      const other = ask(createCall({ url: `http://localhost/${count}` }))
      settle[count]?.resolve({})
      await other
    }
    const second = ask(createCall())
    expect(calls).toHaveLength(251)
    settle[0]?.resolve('answer')
    expect(await Promise.all([first, second])).toEqual(['answer', 'answer'])
  })

  it('is asked anew after clear(), and who asked before gets his own answer', async () => {
    const { ask, calls, settle, coalesce } = start()
    const before = ask(createCall())
    coalesce.clear()
    const after = [ask(createCall()), ask(createCall())]
    expect(calls).toHaveLength(2)
    settle[0]?.resolve('before')
    expect(await before).toBe('before')
    // The one before has not taken the one after out of the list.
    after.push(ask(createCall()))
    expect(calls).toHaveLength(2)
    settle[1]?.resolve('after')
    expect(await Promise.all(after)).toEqual(['after', 'after', 'after'])
  })
})

describe('who leaves', () => {
  it('leaves alone: the others get their answer', async () => {
    const { ask, calls, settle } = start()
    const controllers = [new AbortController(), new AbortController(), new AbortController()]
    const answers = controllers.map(({ signal }) => ask(createCall({ signal })))
    controllers[0]?.abort('a')
    controllers[1]?.abort('b')
    await expect(answers[0]).rejects.toBe('a')
    await expect(answers[1]).rejects.toBe('b')
    expect(calls[0]?.signal?.aborted).toBe(false)
    settle[0]?.resolve('answer')
    expect(await answers[2]).toBe('answer')
    for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('last ends the request, and the next asks anew', async () => {
    const { ask, calls, settle } = start()
    const controllers = [new AbortController(), new AbortController()]
    const answers = controllers.map(({ signal }) => ask(createCall({ signal })))
    for (const controller of controllers) controller.abort('enough')
    expect(calls[0]?.signal?.aborted).toBe(true)
    expect(calls[0]?.signal?.reason).toBe('enough')
    for (const answer of answers) await expect(answer).rejects.toBe('enough')
    const next = ask(createCall())
    expect(calls).toHaveLength(2)
    // What comes of the request that was ended is nobody's, and takes nothing with it.
    settle[0]?.reject(calls[0]?.signal?.reason)
    await turns()
    ask(createCall())
    expect(calls).toHaveLength(2)
    settle[1]?.resolve('answer')
    expect(await next).toBe('answer')
  })

  it('last cannot end it while one without a signal waits', async () => {
    const { ask, calls, settle } = start()
    const controller = new AbortController()
    const aborted = ask(createCall({ signal: controller.signal }))
    const stays = ask(createCall())
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    expect(calls[0]?.signal?.aborted).toBe(false)
    settle[0]?.resolve('answer')
    expect(await stays).toBe('answer')
  })

  it('may leave a request that was taken off without a signal', async () => {
    const { ask, settle } = start()
    const controller = new AbortController()
    const first = ask(createCall())
    const aborted = ask(createCall({ signal: controller.signal }))
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    settle[0]?.resolve('answer')
    expect(await first).toBe('answer')
  })

  it('too late, with his answer on its way, ends nobody else', async () => {
    const { ask, calls, settle } = start()
    const controller = new AbortController()
    const first = ask(createCall({ signal: controller.signal }))
    settle[0]?.resolve('first')
    await first
    const second = ask(createCall({ url: 'http://localhost/other', signal: new AbortController().signal }))
    // What could have ended the first is there for the second.
    expect(calls[1]?.signal).toBe(calls[0]?.signal)
    controller.abort('too late')
    expect(calls[1]?.signal?.aborted).toBe(false)
    settle[1]?.resolve('second')
    expect(await second).toBe('second')
  })

  it.each([0, 1, 2, 3, 4])('while his answer comes (turn %i) ends nobody else', async (turn) => {
    const { ask, calls, settle } = start()
    const controller = new AbortController()
    const first = ask(createCall({ signal: controller.signal }))
    first.catch(() => undefined)
    settle[0]?.resolve('first')
    for (let turns = 0; turns < turn; turns++) await Promise.resolve()
    const second = ask(createCall({ url: 'http://localhost/other', signal: new AbortController().signal }))
    controller.abort('enough')
    expect(calls[1]?.signal?.aborted).toBe(false)
    settle[1]?.resolve('second')
    expect(await second).toBe('second')
  })

  it('by ending the request has used up what ends it', async () => {
    const { ask, calls, settle } = start()
    const controller = new AbortController()
    const first = ask(createCall({ signal: controller.signal }))
    controller.abort('enough')
    await expect(first).rejects.toBe('enough')
    settle[0]?.reject('enough')
    await turns()
    ask(createCall({ signal: new AbortController().signal }))
    expect(calls[1]?.signal?.aborted).toBe(false)
  })

  it('by a signal that several share leaves with all of them', async () => {
    const { ask, calls } = start()
    const controller = new AbortController()
    const answers = [1, 2, 3].map(() => ask(createCall({ signal: controller.signal })))
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    controller.abort('enough')
    for (const answer of answers) await expect(answer).rejects.toBe('enough')
    expect(calls[0]?.signal?.aborted).toBe(true)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })
})

describe('who joined later', () => {
  it.each(['FLYTE_ADMIN_TIMEOUT', 'FLYTE_ADMIN_LIMIT_REACHED'] as const)(
    'asks again when the time of the first is over (%s), and most of his own is left',
    async (code) => {
      const { ask, calls, settle, clock } = start()
      const first = ask(createCall({ deadline: 1_000 }))
      await clock.advance(900)
      const later = [ask(createCall({ deadline: 1_900 })), ask(createCall({ deadline: 1_900 }))]
      expect(calls).toHaveLength(1)
      await clock.advance(50)
      // The server hears of an earlier deadline, and so its word comes before the time is over.
      settle[0]?.reject(new AdminError(code, 'late', { rpc: 'getTask' }))
      await expect(first).rejects.toMatchObject({ code })
      await turns()
      expect(calls).toHaveLength(2)
      settle[1]?.resolve('answer')
      expect(await Promise.all(later)).toEqual(['answer', 'answer'])
    },
  )

  it('does not ask again with less time left than he has waited: many such would come one after the other', async () => {
    const { ask, calls, settle, clock } = start()
    const answers: Promise<unknown>[] = []
    for (let time = 0; time < 100; time++) {
      answers.push(ask(createCall({ deadline: time + 500 })))
      await clock.advance(1)
    }
    await clock.advance(400)
    settle[0]?.reject(timeout())
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT' })
    expect(calls).toHaveLength(1)
  })

  it.each(['FLYTE_ADMIN_TIMEOUT', 'FLYTE_ADMIN_LIMIT_REACHED'] as const)(
    'asks again once: a server that says so at once (%s) is not asked by each of many in turn',
    async (code) => {
      const { coalesce } = start()
      let requests = 0
      const ask = coalesce.link(async () => {
        requests += 1
        throw new AdminError(code, 'at once', { rpc: 'getTask' })
      })
      const answers = Array.from({ length: 500 }, () => ask(createCall({ deadline: 120_000 })))
      for (const answer of answers) await expect(answer).rejects.toMatchObject({ code })
      expect(requests).toBeLessThanOrEqual(2)
    },
  )

  it('does not ask again what was answered, if only with an error', async () => {
    const { ask, calls, settle } = start()
    const answers = [ask(createCall({ deadline: 1_000 })), ask(createCall({ deadline: 9_000 }))]
    settle[0]?.reject(refusal({ status: 404, grpcCode: 5 }))
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ grpcCode: 5 })
    expect(calls).toHaveLength(1)
  })

  it('does not ask again when he has left, in whatever moment', async () => {
    for (let moments = 0; moments < 12; moments++) {
      const { ask, calls, settle, clock } = start()
      const controller = new AbortController()
      ask(createCall({ deadline: 1_000 })).catch(() => undefined)
      const left = ask(createCall({ deadline: 9_000, signal: controller.signal }))
      await clock.advance(1_000)
      settle[0]?.reject(timeout())
      for (let moment = 0; moment < moments; moment++) await Promise.resolve()
      controller.abort('enough')
      const error = await left.catch((reason) => reason)
      if (error !== 'enough') expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT' })
      await turns()
      // What was asked before he left ended with him.
      for (const { signal } of calls.slice(1)) expect(signal?.aborted).toBe(true)
    }
  })

  it('has the time that a login of the first took, too', async () => {
    const { ask, calls, settle, clock } = start()
    ask(createCall({ deadline: 1_000 })).catch(() => undefined)
    const later = ask(createCall({ deadline: 1_000 }))
    ;(calls[0] as Call).extension = Number.POSITIVE_INFINITY
    await clock.advance(60_000)
    ;(calls[0] as Call).extension = 120_000
    settle[0]?.reject(timeout())
    await turns()
    expect(calls[1]).toMatchObject({ deadline: 1_000, extension: 120_000 })
    settle[1]?.resolve('answer')
    expect(await later).toBe('answer')
  })
})

interface Plan {
  gap: number
  url: number
  abortAfter: number | undefined
  clears: boolean
}

describe('whatever comes', () => {
  const plans = fc.array(
    fc.record<Plan>({
      gap: fc.nat(30),
      url: fc.nat(2),
      abortAfter: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }),
      clears: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25, size: 'max' },
  )

  it('everybody gets his answer or his abort, one request asks for each, and nothing is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean()), { minLength: 1 }),
        async (plans, durations) => {
          const clock = createTestClock()
          const coalesce = createCoalesce(clock, undefined)
          const flights: {
            url: string
            from: number
            to?: number
            epoch: number
            isEnded: boolean
            waiting: number
          }[] = []
          let epoch = 0
          const rest: Handler = async ({ url, signal }) => {
            const [duration, fails] = durations[flights.length % durations.length] as [number, boolean]
            const flight = { url, from: clock.monotonic(), epoch, isEnded: false, waiting: 0 }
            const index = flights.push(flight) - 1
            // One request at a time for each question, but for those before a clear().
            for (const other of flights.slice(0, -1))
              if (other.url === url && other.epoch === epoch)
                expect(other.to ?? Number.NaN).toBeLessThanOrEqual(flight.from)
            try {
              await clock.sleep(duration, signal ? { signal } : {})
            } catch (error) {
              flight.isEnded = true
              throw error
            } finally {
              Object.assign(flight, { to: clock.monotonic() })
            }
            if (fails) throw index
            return index
          }
          const ask = coalesce.link(rest)
          let at = 1
          const callers = plans.map((plan) => {
            at += plan.gap
            return {
              ...plan,
              at,
              controller: new AbortController(),
              result: undefined as unknown,
              ended: -1,
              epoch: -1,
            }
          })
          const settled = callers.map(async (caller, index) => {
            await clock.sleep(caller.at)
            if (caller.clears) {
              coalesce.clear()
              epoch += 1
            }
            caller.epoch = epoch
            const { signal } = caller.controller
            const hasSignal = caller.abortAfter !== undefined
            const answer = ask(createCall({ url: `http://localhost/${caller.url}`, ...(hasSignal && { signal }) }))
            if (hasSignal)
              clock.sleep(caller.abortAfter as number).then(() => caller.controller.abort(`abort ${index}`))
            caller.result = await answer.catch((error) => error)
            caller.ended = clock.monotonic()
          })
          await clock.advance(10_000)
          const isOver = await Promise.race([Promise.all(settled).then(() => true), turns().then(() => false)])
          expect(isOver).toBe(true)
          for (const [index, { at, url, abortAfter, result, ended, epoch, controller }] of callers.entries()) {
            if (result === `abort ${index}`) expect(ended).toBe(at + (abortAfter as number))
            else {
              const flight = flights[result as number]
              expect(flight).toMatchObject({ url: `http://localhost/${url}`, epoch, to: ended, isEnded: false })
              expect(flight?.from).toBeLessThanOrEqual(at)
            }
            expect(getEventListeners(controller.signal, 'abort')).toEqual([])
          }
          // A request was ended only when everybody who waited for it had left.
          for (const [index, { isEnded }] of flights.entries())
            expect(isEnded).toBe(!callers.some(({ result }) => result === index))
          expect(clock.sleeping).toBe(0)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('an answer that nobody waits for any more is no unhandled rejection', async () => {
    const { ask, settle } = start()
    const controller = new AbortController()
    const answer = ask(createCall({ signal: controller.signal }))
    controller.abort('enough')
    await expect(answer).rejects.toBe('enough')
    settle[0]?.reject(new Error('late'))
    expect(await stateOf(answer)).toBe('rejected')
  })
})
