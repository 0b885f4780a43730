import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { singleFlight } from './single-flight.js'

/** Runs that a test ends by hand. */
function createRuns() {
  const runs: { signal: AbortSignal; land(value: string): void; crash(error: unknown): void }[] = []
  const run = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      runs.push({ signal, land: resolve, crash: reject })
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  return { runs, run }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('single flight', () => {
  it('runs once for all who call meanwhile, and anew for the next', async () => {
    const { runs, run } = createRuns()
    const fly = singleFlight(run)
    const calls = Array.from({ length: 100 }, () => fly())
    expect(runs).toHaveLength(1)
    runs[0]?.land('first')
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['first']))
    const next = fly()
    expect(runs).toHaveLength(2)
    runs[1]?.land('second')
    expect(await next).toBe('second')
  })

  it('lets no caller join a flight that has ended, not even one that calls at once', async () => {
    const { runs, run } = createRuns()
    const fly = singleFlight(run)
    const chained = fly().then(
      () => expect.unreachable(),
      () => fly(),
    )
    runs[0]?.crash(new Error('down'))
    await settled()
    runs[1]?.land('up')
    expect(await chained).toBe('up')
  })

  it('hands a failure to all who wait', async () => {
    const { runs, run } = createRuns()
    const fly = singleFlight(run)
    const error = new Error('down')
    const calls = [fly(), fly({ signal: new AbortController().signal })]
    runs[0]?.crash(error)
    expect(await Promise.allSettled(calls)).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ])
  })

  it('starts nothing for a caller that has been aborted already', async () => {
    const { runs, run } = createRuns()
    const reason = new Error('never mind')
    await expect(singleFlight(run)({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(runs).toHaveLength(0)
  })

  it('lets nobody join a flight that everybody has left, whenever that lands', async () => {
    const landings: ((value: string) => void)[] = []
    const fly = singleFlight(() => new Promise<string>((resolve) => landings.push(resolve)))
    const controller = new AbortController()
    const leaving = fly({ signal: controller.signal })
    controller.abort('enough')
    await expect(leaving).rejects.toBe('enough')
    const next = fly()
    expect(landings).toHaveLength(2)
    landings[0]?.('too late')
    await settled()
    const joined = fly()
    expect(landings).toHaveLength(2)
    landings[1]?.('in time')
    expect(await Promise.all([next, joined])).toEqual(['in time', 'in time'])
  })

  it('rejects when the run throws at once, and can start again', async () => {
    let times = 0
    const fly = singleFlight(() => {
      times += 1
      throw new Error(`thrown ${times}`)
    })
    await expect(fly()).rejects.toThrow('thrown 1')
    await expect(fly()).rejects.toThrow('thrown 2')
  })

  it('leaves no listener on a signal that outlives it', async () => {
    const { runs, run } = createRuns()
    const fly = singleFlight(run)
    let listeners = 0
    const { signal } = new AbortController()
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...parameters: Parameters<typeof addEventListener>) => {
      listeners += 1
      addEventListener.apply(signal, parameters)
    }
    signal.removeEventListener = (...parameters: Parameters<typeof removeEventListener>) => {
      listeners -= 1
      removeEventListener.apply(signal, parameters)
    }
    for (const end of ['land', 'crash'] as const) {
      const call = fly({ signal }).catch(() => undefined)
      expect(listeners).toBe(1)
      runs.at(-1)?.[end](end)
      await call
      await settled()
      expect(listeners).toBe(0)
    }
  })

  // A model: who waits for which run, and what must become of each caller and each run.
  type Step = { do: 'call'; abortable: boolean } | { do: 'abort'; caller: number } | { do: 'land' } | { do: 'crash' }
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('call' as const), abortable: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), caller: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'land' }, { do: 'crash' }) },
  )

  it('never has two runs in the air, ends one only when its last caller leaves, and answers everybody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { runs, run } = createRuns()
        const fly = singleFlight(run)
        const callers: { controller?: AbortController; run: number; outcome?: string; left: boolean }[] = []
        let inAir: number | undefined

        for (const step of steps) {
          if (step.do === 'call') {
            const controller = step.abortable ? new AbortController() : undefined
            const before = runs.length
            const promise = fly(controller && { signal: controller.signal })
            expect(runs.length).toBe(inAir === undefined ? before + 1 : before)
            inAir ??= before
            const caller: (typeof callers)[number] = { run: inAir, left: false, ...(controller && { controller }) }
            callers.push(caller)
            promise.then(
              (value) => {
                caller.outcome = value
              },
              (error) => {
                caller.outcome = String(error)
              },
            )
          } else if (step.do === 'abort') {
            const index = step.caller % Math.max(1, callers.length)
            const caller = callers[index]
            if (caller?.controller === undefined || caller.left) continue
            caller.left = true
            caller.controller.abort(`caller ${index} left`)
            const waiting = callers.filter(
              ({ run, left, outcome }) => run === caller.run && !left && outcome === undefined,
            )
            const wasWaiting = caller.run === inAir
            if (wasWaiting && waiting.length === 0) {
              expect(runs[caller.run]?.signal.aborted).toBe(true)
              inAir = undefined
            } else if (wasWaiting) {
              expect(runs[caller.run]?.signal.aborted).toBe(false)
            }
          } else if (inAir !== undefined) {
            const flown = inAir
            if (step.do === 'land') runs[flown]?.land(`run ${flown}`)
            else runs[flown]?.crash(`run ${flown} crashed`)
            inAir = undefined
            await settled()
            for (const caller of callers.filter(({ run, left }) => run === flown && !left)) {
              expect(caller.outcome).toBe(step.do === 'land' ? `run ${flown}` : `run ${flown} crashed`)
              caller.left = true
            }
          }
          await settled()
        }
        if (inAir !== undefined) runs[inAir]?.land('the end')
        await settled()
        for (const [index, { controller, outcome }] of callers.entries()) {
          expect(outcome).toBeDefined()
          // Whoever was aborted while it waited got its own reason, not another's.
          if (outcome?.startsWith('caller'))
            expect([controller !== undefined, outcome]).toEqual([true, `caller ${index} left`])
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('one signal for many callers', () => {
  it('is listened to once, and let go of when the flight has landed', async () => {
    const { signal } = new AbortController()
    const fly = singleFlight(async () => 'landed')
    const all = Array.from({ length: 50 }, () => fly({ signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await Promise.all(all)
    await Promise.resolve()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})
