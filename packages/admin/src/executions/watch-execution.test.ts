import type { NodeExecution_Phase, WorkflowExecution_Phase } from '@flyte-js/idl'
import { createTestClock, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { drive } from '../../test/drive.js'
import { createAdminClient } from '../create-admin-client.js'
import type { ExecutionChange } from './execution-change.js'
import { type WatchOptions, watchExecution } from './watch-execution.js'

const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
const executionPath = '/api/v1/executions/flytesnacks/development/f2b1'
const nodesPath = '/api/v1/node_executions/flytesnacks/development/f2b1'
const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()

/** What Flyte Admin answers at one poll: a phase and when it changed, or a failure. */
interface Scripted {
  phase: WorkflowExecution_Phase
  second: number
  nodes?: Record<string, [NodeExecution_Phase, second: number]>
}
type Step = Scripted | 'down'

let server: FlyteAdmin
beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
})
afterAll(() => server.close())

let forget: (() => void)[] = []
afterEach(reset)
function reset() {
  for (const one of forget) one()
  forget = []
  server.clearRequests()
}

/** Plays a script, one step a poll; the last step stays. */
function play(steps: readonly Step[], pageSize = 100) {
  let index = -1
  const step = () => steps[Math.min(index, steps.length - 1)] as Step
  const down = { status: 503, body: { code: 14, message: 'down', details: [] } }
  forget = [
    server.answer(executionPath, () => {
      index += 1
      const current = step()
      if (current === 'down') return down
      return { body: { id, spec: null, closure: { phase: current.phase, updated_at: at(current.second) } } }
    }),
    server.answer(nodesPath, ({ query }) => {
      const nodes = Object.entries((step() as Scripted).nodes ?? {}).map(([node_id, [phase, second]]) => ({
        id: { node_id, execution_id: id },
        closure: { phase, updated_at: at(second) },
      }))
      const begin = Number(query.get('token') ?? 0)
      const next = begin + pageSize
      return { body: { node_executions: nodes.slice(begin, next), token: next < nodes.length ? String(next) : '' } }
    }),
  ]
}

function start(options: WatchOptions = {}) {
  const clock = createTestClock()
  const { admin } = createAdminClient({ endpoint: server.url, ...{ retries: { limit: 0 } } })
  const sleeps: number[] = []
  const sleep: typeof clock.sleep = (milliseconds, sleepOptions) => {
    sleeps.push(milliseconds)
    return clock.sleep(milliseconds, sleepOptions)
  }
  const changes = watchExecution(admin, id, { clock: { ...clock, sleep }, random: () => 0.5, ...options })
  const all = async () => {
    const seen: ExecutionChange[] = []
    for await (const change of changes) seen.push(change)
    return seen
  }
  return {
    clock,
    changes,
    sleeps,
    all: () => drive(clock, all()),
    polls: () => server.requestsTo(executionPath).length,
  }
}

/** A change in short: `RUNNING`, `~RUNNING` for one that was heard of, `n0=QUEUED`, `?QUEUED` for a stall. */
const short = (change: ExecutionChange): string =>
  change.kind === 'node'
    ? `${change.node.id?.node_id}=${change.phase}`
    : `${{ phase: '', updated: '~', stalled: '?' }[change.kind]}${change.phase}`

describe('watching an execution', () => {
  it('tells its present phase first, then each change, and ends with it', async () => {
    play([
      { phase: 'QUEUED', second: 1 },
      { phase: 'QUEUED', second: 1 },
      { phase: 'RUNNING', second: 2 },
      { phase: 'RUNNING', second: 3 },
      { phase: 'SUCCEEDED', second: 4 },
    ])
    const { all, polls, clock } = start()
    const changes = await all()
    expect(changes.map(short)).toEqual(['QUEUED', 'RUNNING', '~RUNNING', 'SUCCEEDED'])
    expect(changes[0]).not.toHaveProperty('previous')
    expect(changes[1]).toMatchObject({ previous: 'QUEUED', execution: { closure: { phase: 'RUNNING' } } })
    expect(polls()).toBe(5)
    expect(clock.sleeping).toBe(0)
  })

  it('is fast again after a change of phase, and not after any other', async () => {
    const still = (phase: WorkflowExecution_Phase, count: number) =>
      Array.from({ length: count }, (_, index): Step => ({ phase, second: index }))
    play([...still('QUEUED', 6), ...still('RUNNING', 3), { phase: 'SUCCEEDED', second: 9 }])
    const { all, sleeps } = start()
    await all()
    expect(sleeps.map(Math.round)).toEqual([500, 650, 845, 1099, 1428, 1856, 500, 650, 845])
  })

  it('stops asking when nobody reads on', async () => {
    play([{ phase: 'RUNNING', second: 1 }])
    const { changes, clock, polls } = start()
    for await (const _ of changes) break
    await clock.advance(1e6)
    expect(clock.sleeping).toBe(0)
    expect(polls()).toBe(1)
  })

  it('does not ask before somebody reads', async () => {
    play([{ phase: 'RUNNING', second: 1 }])
    const { clock, polls } = start()
    await clock.advance(1e6)
    expect(polls()).toBe(0)
  })

  it('ends by the signal while it sleeps, and leaves no timer', async () => {
    play([{ phase: 'RUNNING', second: 1 }])
    const controller = new AbortController()
    const { changes, clock, polls } = start({ signal: controller.signal })
    await changes.next()
    const next = changes.next()
    const refused = expect(next).rejects.toBe('enough')
    while (clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort('enough')
    await refused
    expect(clock.sleeping).toBe(0)
    expect(polls()).toBe(1)
    expect(await changes.next()).toEqual({ done: true, value: undefined })
  })

  it("keeps an error that its reader throws into it, even one of Flyte Admin's", async () => {
    play([{ phase: 'RUNNING', second: 1 }])
    const { changes } = start()
    await changes.next()
    const error = Object.assign(new Error('mine'), { isRetryable: true })
    await expect(changes.throw(error)).rejects.toBe(error)
  })

  it.each(['timeout', 'stalledAfter', 'patience'])('refuses a %s that is no time', async (name) => {
    const { changes } = start({ [name]: Number.NaN })
    await expect(changes.next()).rejects.toMatchObject({
      code: 'FLYTE_INVALID_ARGUMENT',
      message: `${name} must be milliseconds, 0 or more`,
    })
  })

  it('is patient no longer because the server says to come back in a day', async () => {
    const body = { code: 14, message: 'down', details: [] }
    forget.push(server.answer(executionPath, { status: 503, headers: { 'Retry-After': '86400' }, body }))
    const { all, sleeps } = start({ patience: 60_000 })
    await expect(all()).rejects.toMatchObject({ status: 503, retryAfter: 86_400_000 })
    expect(sleeps).toEqual([60_000, 60_000])
  })

  it('says the last failure as the cause when the time is up in an outage', async () => {
    play([{ phase: 'RUNNING', second: 1 }, 'down'])
    const { all } = start({ timeout: 5000 })
    await expect(all()).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_WAIT_TIMEOUT',
      message: expect.stringContaining('its last phase was RUNNING'),
      cause: { grpcStatus: 'UNAVAILABLE' },
    })
  })
})

describe('the nodes of an execution', () => {
  it('are told as they come and change, the last ones before the end', async () => {
    play([
      { phase: 'UNDEFINED', second: 0 },
      { phase: 'RUNNING', second: 1, nodes: { n0: ['QUEUED', 1] } },
      { phase: 'RUNNING', second: 1, nodes: { n0: ['RUNNING', 2], n1: ['QUEUED', 2] } },
      { phase: 'RUNNING', second: 1, nodes: { n0: ['RUNNING', 2], n1: ['QUEUED', 3] } },
      { phase: 'SUCCEEDED', second: 4, nodes: { n0: ['SUCCEEDED', 4], n1: ['SUCCEEDED', 4] } },
    ])
    const { all } = start({ nodes: true })
    expect((await all()).map(short)).toEqual([
      'UNDEFINED',
      'RUNNING',
      'n0=QUEUED',
      'n0=RUNNING',
      'n1=QUEUED',
      'n1=QUEUED',
      'n0=SUCCEEDED',
      'n1=SUCCEEDED',
      'SUCCEEDED',
    ])
    // There are none before FlytePropeller has seen the execution, so they are not asked for.
    expect(server.requestsTo(nodesPath)).toHaveLength(4)
  })

  it('are not asked for unless they are wanted', async () => {
    play([{ phase: 'SUCCEEDED', second: 1, nodes: { n0: ['SUCCEEDED', 1] } }])
    const { all } = start()
    expect((await all()).map(short)).toEqual(['SUCCEEDED'])
    expect(server.requestsTo(nodesPath)).toHaveLength(0)
  })

  it('of many pages are asked for less often', async () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`n${index}`, ['RUNNING', 1]] as [string, [NodeExecution_Phase, number]]),
    )
    const running: Step = { phase: 'RUNNING', second: 1, nodes }
    play([running, running, { ...running, phase: 'SUCCEEDED' }], 1)
    const { all, sleeps } = start({ nodes: true })
    expect(await all()).toHaveLength(9)
    expect(sleeps).toEqual([3000, 3000])
  })

  it('are not lost when a page of them fails', async () => {
    play(
      [
        { phase: 'RUNNING', second: 1, nodes: { n0: ['QUEUED', 1], n1: ['QUEUED', 1] } },
        { phase: 'SUCCEEDED', second: 2, nodes: { n0: ['SUCCEEDED', 2], n1: ['SUCCEEDED', 2] } },
      ],
      1,
    )
    forget.push(
      server.answer(
        ({ path, query }) => path === nodesPath && query.get('token') === '1',
        { status: 503, body: { code: 14, message: 'down', details: [] } },
        1,
      ),
    )
    const { all } = start({ nodes: true })
    expect((await all()).map(short)).toEqual(['n0=SUCCEEDED', 'n1=SUCCEEDED', 'SUCCEEDED'])
  })
})

describe('whatever Flyte Admin answers', () => {
  const phases: WorkflowExecution_Phase[] = ['UNDEFINED', 'QUEUED', 'RUNNING', 'SUCCEEDING', 'FAILING', 'ABORTING']
  const ends: WorkflowExecution_Phase[] = ['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ phase: fc.constantFrom(...phases), second: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.constant('down' as const) },
  )

  it('each change is told once, in order, and the end is asked for once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.constantFrom(...ends), async (steps, end) => {
        reset()
        play([...steps, { phase: end, second: 9 }])
        const { all, polls, clock, sleeps } = start({ stalledAfter: Number.POSITIVE_INFINITY })
        const told = (await all()).map((change) => `${short(change)}`)

        const answers = [...steps.filter((one) => one !== 'down'), { phase: end, second: 9 }]
        const expected = answers.flatMap(({ phase, second }, index) => {
          const before = answers[index - 1]
          if (before?.phase !== phase) return [phase]
          return before.second === second ? [] : [`~${phase}`]
        })
        expect(told).toEqual(expected)
        expect(polls()).toBe(steps.length + 1)
        expect(clock.sleeping).toBe(0)
        expect(Math.min(...sleeps, 500)).toBe(500)
        expect(Math.max(...sleeps, 0)).toBeLessThanOrEqual(10_000)
      }),
      { numRuns: 100 },
    )
  })
})
