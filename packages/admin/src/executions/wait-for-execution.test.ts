import { createTestClock, type ExecutionTimes, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { drive } from '../../test/drive.js'
import { launch } from '../../test/launch.js'
import { createAdminClient } from '../create-admin-client.js'
import type { Stalled } from './execution-change.js'
import { type WaitOptions, waitForExecution } from './wait-for-execution.js'

/** The polls are counted here; what the client below tries again by itself is tested there. */
const once = { retries: { limit: 0 } }
const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
const path = '/api/v1/executions/flytesnacks/development/f2b1'

let server: FlyteAdmin | undefined
afterEach(() => server?.close())

/** An execution on a Flyte Admin that goes by a clock of the test's, and a wait for it. */
async function start(executionTimes: ExecutionTimes | 'never', options: WaitOptions = {}) {
  const clock = createTestClock()
  server = await startFlyteAdmin({ auth: 'none', clock, executionTimes })
  const client = createAdminClient({ endpoint: server.url, ...once })
  const { admin } = client
  await launch(client, id)
  server.clearRequests()
  const sleeps: number[] = []
  const phases: string[] = []
  const watched: WaitOptions['clock'] = {
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: (milliseconds, sleepOptions) => {
      sleeps.push(milliseconds)
      return clock.sleep(milliseconds, sleepOptions)
    },
  }
  const wait = waitForExecution(admin, id, {
    clock: watched,
    random: () => 0.5,
    onPhase: (phase) => phases.push(phase),
    ...options,
  })
  return { clock, server, wait: drive(clock, wait), sleeps, phases, admin }
}

const down = { status: 503, body: { code: 14, message: 'down', details: [] } }

describe('waiting for an execution', () => {
  it('hears of each phase once, and ends with the execution', async () => {
    const { wait, phases, server } = await start({ queued: 3000, running: 20_000 })
    expect((await wait).closure?.phase).toBe('SUCCEEDED')
    expect(phases).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED'])
    expect(server.requestsTo(path).every(({ method, status }) => method === 'GET' && status === 200)).toBe(true)
  })

  it.each(['FAILED', 'TIMED_OUT'] as const)('resolves for one that %s', async (outcome) => {
    const { wait } = await start({ queued: 0, running: 100, outcome })
    expect((await wait).closure?.phase).toBe(outcome)
  })

  it('resolves for one that is aborted, and goes on while it is being aborted', async () => {
    const { wait, phases, admin } = await start({ queued: 0, running: 1e9, aborting: 2000 })
    await admin.terminateExecution({ id, cause: 'a test' })
    expect((await wait).closure?.phase).toBe('ABORTED')
    expect(phases.slice(-2)).toEqual(['ABORTING', 'ABORTED'])
  })

  it('asks once for one that has ended already, and does not sleep', async () => {
    const { wait, sleeps, server } = await start({ queued: 0, running: 0 })
    await wait
    expect(sleeps).toEqual([])
    expect(server.requestsTo(path)).toHaveLength(1)
  })

  it('polls twice a second at first, every ten seconds in the end', async () => {
    const { wait, sleeps } = await start({ queued: 0, running: 120_000 })
    await wait
    expect(sleeps.slice(0, 3)).toEqual([500, 650, 845])
    expect(sleeps.at(-1)).toBe(10_000)
    expect(sleeps).toEqual([...sleeps].sort((a, b) => a - b))
    expect(sleeps.length).toBeLessThan(25)
  })

  it.each([
    [0, 0.8],
    [0.999999, 1.2],
  ])('spreads its polls: %s', async (random, factor) => {
    const { wait, sleeps } = await start({ queued: 0, running: 2000 }, { random: () => random })
    await wait
    expect(sleeps[0]).toBeCloseTo(500 * factor, 1)
  })
})

describe('a wait whose time is up', () => {
  it('says that the execution never started, and what to check', async () => {
    const { wait, clock } = await start('never', { timeout: 5000 })
    const begin = clock.monotonic()
    await expect(wait).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_WAIT_TIMEOUT',
      rpc: 'getExecution',
      isRetryable: false,
      message:
        'Execution flytesnacks/development/f2b1 did not end within 5000 ms: it never started. Check that FlytePropeller runs',
    })
    expect(clock.monotonic() - begin).toBe(5000)
  })

  it('says the last phase of one that started', async () => {
    const { wait } = await start({ queued: 0, running: 1e9 }, { timeout: 1000 })
    await expect(wait).rejects.toThrow('its last phase was RUNNING. Wait longer')
  })

  it('looks once more at the very end', async () => {
    const { wait } = await start({ queued: 0, running: 5000 }, { timeout: 5000 })
    expect((await wait).closure?.phase).toBe('SUCCEEDED')
  })

  it('looks once even when there is no time at all', async () => {
    const { wait, server } = await start('never', { timeout: 0 })
    await expect(wait).rejects.toMatchObject({ code: 'FLYTE_ADMIN_WAIT_TIMEOUT' })
    expect(server.requestsTo(path)).toHaveLength(1)
  })

  it('says so when there was no answer at all', async () => {
    const clock = createTestClock()
    const gone = await startFlyteAdmin({ auth: 'none' })
    await gone.close()
    const { admin } = createAdminClient({ endpoint: gone.url, ...once })
    const wait = drive(clock, waitForExecution(admin, id, { clock, timeout: 700 }))
    await expect(wait).rejects.toThrow('Flyte Admin gave no answer about it')
  })
})

describe('failures on the way', () => {
  it('that may pass are waited out, five in a row', async () => {
    const { wait, server, phases } = await start({ queued: 0, running: 60_000 })
    server.answer(path, down, 5)
    expect((await wait).closure?.phase).toBe('SUCCEEDED')
    expect(phases).toEqual(['RUNNING', 'SUCCEEDED'])
  })

  it('that may pass are counted anew after each answer', async () => {
    const { wait, server } = await start({ queued: 0, running: 300_000 })
    let polls = 0
    server.answer(path, () => {
      polls += 1
      return polls % 6 === 0 ? undefined : down
    })
    expect((await wait).closure?.phase).toBe('SUCCEEDED')
    expect(server.requestsTo(path).filter(({ status }) => status === 503).length).toBeGreaterThan(10)
  })

  it('that do not pass come through after the patience, not after the next one', async () => {
    const { wait, server, clock } = await start({ queued: 0, running: 1e9 }, { patience: 60_000 })
    const begin = clock.monotonic()
    server.answer(path, down)
    await expect(wait).rejects.toMatchObject({ grpcStatus: 'UNAVAILABLE' })
    expect(clock.monotonic() - begin).toBeGreaterThan(60_000)
    expect(clock.monotonic() - begin).toBeLessThan(60_000 + 10_000 + 500)
  })

  it('of a database that is away are waited out as well: Flyte Admin says 500 then', async () => {
    const { wait, server } = await start({ queued: 0, running: 20_000 })
    server.answer(path, { status: 500, body: { code: 13, message: 'no database', details: [] } }, 7)
    expect((await wait).closure?.phase).toBe('SUCCEEDED')
  })

  it('keep the time that the server asks for', async () => {
    const { wait, server, sleeps } = await start({ queued: 0, running: 5000 })
    server.answer(path, { ...down, headers: { 'retry-after': '7' } }, 1)
    await wait
    expect(sleeps).toContain(7000)
  })

  it.each([
    [404, 5, 'NOT_FOUND'],
    [401, 16, 'UNAUTHENTICATED'],
    [400, 3, 'INVALID_ARGUMENT'],
  ])('that cannot pass come through at once: %d', async (status, code, grpcStatus) => {
    const { wait, server } = await start({ queued: 0, running: 1e9 })
    server.answer(path, { status, body: { code, message: 'no', details: [] } })
    await expect(wait).rejects.toMatchObject({ grpcStatus })
    expect(server.requestsTo(path).filter((request) => request.status === status)).toHaveLength(1)
  })

  it("of the listener's own come through", async () => {
    const broken = new Error('a broken listener')
    const { wait } = await start('never', {
      onPhase: () => {
        throw broken
      },
    })
    await expect(wait).rejects.toBe(broken)
  })
})

describe('an execution that does not move', () => {
  it('is told of once for each phase, with what to look at', async () => {
    const told: Stalled[] = []
    const { wait } = await start(
      { queued: 400_000, running: 400_000 },
      { stalledAfter: 60_000, onStalled: (stalled) => told.push(stalled) },
    )
    await wait
    expect(told).toMatchObject([{ kind: 'stalled', phase: 'QUEUED', hint: expect.stringContaining('pending pods') }])
    expect(told[0]?.duration).toBeGreaterThanOrEqual(60_000)
    expect(told[0]?.duration).toBeLessThan(60_000 + 12_000)
  })

  it('is told of after two minutes, where nothing is said', async () => {
    const told: number[] = []
    const { wait } = await start({ queued: 400_000, running: 0 }, { onStalled: ({ duration }) => told.push(duration) })
    await wait
    expect(told).toHaveLength(1)
    expect(told[0]).toBeGreaterThanOrEqual(120_000)
    expect(told[0]).toBeLessThan(120_000 + 12_000)
  })

  it('is none while it runs, however long', async () => {
    const told: Stalled[] = []
    const { wait } = await start({ queued: 0, running: 1e6 }, { onStalled: (stalled) => told.push(stalled) })
    await wait
    expect(told).toEqual([])
  })

  it('stands in the error when the time is up', async () => {
    const { wait } = await start({ queued: 1e9, running: 0 }, { timeout: 10_000 })
    await expect(wait).rejects.toThrow('its last phase was QUEUED. FlytePropeller has seen it, but nothing of it runs')
  })
})

describe("the caller's abort", () => {
  it('ends the wait while it sleeps', async () => {
    const controller = new AbortController()
    const { wait, clock } = await start('never', {
      signal: controller.signal,
      onPhase: () => queueMicrotask(() => setImmediate(() => controller.abort('enough'))),
    })
    await expect(wait).rejects.toBe('enough')
    expect(clock.sleeping).toBe(0)
  })

  it('ends the wait before it begins', async () => {
    const { wait, server } = await start('never', { signal: AbortSignal.abort('early') })
    await expect(wait).rejects.toBe('early')
    expect(server.requestsTo(path)).toHaveLength(0)
  })
})

describe('a server that hangs', () => {
  it('does not hold the wait beyond its own timeout', async () => {
    await using server = await startFlyteAdmin({ auth: 'none' })
    server.answer(
      () => true,
      () => new Promise(() => {}),
    )
    const { admin } = createAdminClient({ endpoint: server.url, ...once })
    const id = { project: 'flytesnacks', domain: 'development', name: 'f' }
    const error = await waitForExecution(admin, id, { timeout: 50 }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'FLYTE_ADMIN_WAIT_TIMEOUT',
      message: expect.stringContaining('gave no answer'),
    })
    expect(server.requests).toHaveLength(1)
  })

  it.each([Number.NaN, -1])('is not asked at all with a timeout of %d', async (timeout) => {
    const { admin } = createAdminClient({ endpoint: 'http://localhost:1' })
    const wait = waitForExecution(admin, { project: 'p', domain: 'd', name: 'n' }, { timeout })
    await expect(wait).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
  })
})
