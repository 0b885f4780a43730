// One of the few places where the real clock counts: how long a caller waits in truth.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdminClientOptions } from '../../src/create-admin-client.js'
import { samples } from './calls.js'
import { failureOf } from './failure-of.js'
import { faults } from './fault-table.js'
import { answers, faulty, noHandshake, type SetScene } from './scenes.js'
import { createFetchTransport, createNodeTransport, createTestClient, type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

/** A tenth of it is more than what a machine that is not busy is late by. */
const deadline = 400
const task = (name: string) => ({ id: { project: 'p', domain: 'd', name, version: 'v' } })

/**
 * Not before the deadline, and at most a tenth after it.
 *
 * Timers count whole milliseconds, so they may ring up to two before; and whatever rings has to wait for its turn, which is more than
 * a tenth of what is short.
 */
function expectInTime(duration: number, latest = deadline): void {
  expect(duration).toBeGreaterThanOrEqual(latest - 2)
  expect(duration).toBeLessThanOrEqual(latest + Math.max(latest / 10, 25))
}

async function timed(call: Promise<unknown>) {
  const start = performance.now()
  const error = await failureOf(call)
  return { error, duration: performance.now() - start }
}

const blackHole = faulty({ kind: 'black-hole' })
const drip = faulty({ kind: 'drip', bytes: 1, every: 5 })

// What a busy machine makes late is not late the next time.
describe.each([
  ['nodeHttpTransport', createNodeTransport],
  ['fetchTransport', createFetchTransport],
])('%s', { retry: 2 }, (_, createTransport) => {
  async function clientIn(setScene: SetScene, options: Partial<AdminClientOptions>) {
    const scene = await setScene(stage)
    const { transport, close } = createTransport({})
    const { client, events } = createTestClient({ endpoint: scene.endpoint, transport, ...options })
    return {
      ...client,
      events,
      scene,
      async [Symbol.asyncDispose]() {
        await scene[Symbol.asyncDispose]()
        close()
      },
    }
  }

  const silences: [string, SetScene][] = [
    ['an answer that does not come', blackHole],
    ['an answer that never ends', drip],
    ['a handshake that does not end', noHandshake],
  ]

  test.each(silences)('a try ends in time: %s', async (_, silence) => {
    await using client = await clientIn(silence, { timeout: deadline, retries: { limit: 0 } })
    const { error, duration } = await timed(client.admin.getTask(task('a')))
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', tries: 1 })
    expectInTime(duration)
  })

  test.each(silences)('a call ends in time, however many tries it has left: %s', async (_, silence) => {
    await using client = await clientIn(silence, { timeout: 80, callTimeout: deadline, retries: { limit: 100 } })
    const { error, duration } = await timed(client.admin.getTask(task('a')))
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT' })
    // Five tries of 80 ms have room. On a busy machine a late one leaves none for the last; a timer that is a moment early, for one more.
    expect(error.tries).toBeGreaterThan(1)
    expect(error.tries).toBeLessThan(8)
    expectInTime(duration)
  })

  test('a try has no longer than the call', async () => {
    await using client = await clientIn(blackHole, { callTimeout: deadline })
    const { error, duration } = await timed(client.admin.createTask(task('a')))
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', tries: 1 })
    expectInTime(duration)
  })

  test('the server is told of it, and has its own word a moment before', async () => {
    await using client = await clientIn(blackHole, { timeout: deadline, retries: { limit: 0 } })
    await client.scene.heal()
    const undo = stage.server.answer(
      () => true,
      () => new Promise(() => {}),
    )
    const { error, duration } = await timed(client.admin.getTask(task('a')))
    undo()
    expect(stage.server.requests[0]?.headers['grpc-timeout']).toBe('380m')
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', grpcStatus: 'DEADLINE_EXCEEDED', status: 504 })
    expectInTime(duration, 380)
  })

  test('waits between tries count', async () => {
    const options = { callTimeout: deadline, retries: { limit: 100, maxDelay: 60 }, random: () => 1 }
    await using client = await clientIn(answers(503), options)
    const { error, duration } = await timed(client.admin.getTask(task('a')))
    // The next wait would end too late, so it is not begun.
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RPC_FAILED', status: 503 })
    expect(error.tries).toBeGreaterThan(1)
    expect(error.tries).toBeLessThan(8)
    expect(duration).toBeLessThan(deadline)
  })

  test('so does the time in the queue', async () => {
    await using client = await clientIn(blackHole, { limits: { concurrency: 1 } })
    const enough = new AbortController()
    const first = client.admin.getTask(task('a'), { signal: enough.signal }).catch((reason) => reason)
    const { error, duration } = await timed(client.admin.getTask(task('b'), { callTimeout: deadline }))
    enough.abort('enough')
    expect(await first).toBe('enough')
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_LIMIT_REACHED' })
    expectInTime(duration)
    expect(client.scene.seen()).toBe(1)
  })

  test('who asks what another has asked already has a deadline of his own, where most of it is left', async () => {
    await using client = await clientIn(blackHole, {})
    const first = timed(client.admin.getTask(task('a'), { callTimeout: deadline / 3 }))
    const second = await timed(client.admin.getTask(task('a'), { callTimeout: deadline }))
    expect((await first).error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT' })
    expectInTime((await first).duration, deadline / 3)
    expect(second.error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT' })
    expectInTime(second.duration)
  })

  test.each(faults)(
    'no call of any class goes on for longer, whatever happens: $name',
    async ({ setScene, isSlow, code }) => {
      await using scene = await setScene(stage)
      const { transport, close } = createTransport(scene.transportOptions ?? {})
      const { client } = createTestClient({
        endpoint: scene.endpoint,
        transport,
        callTimeout: deadline,
        maxBytes: 2 ** 20,
      })
      const ends = await Promise.all(samples.map(({ call }) => timed(call(client))))
      for (const { error, duration } of ends) {
        expect(error.code).toBe(code)
        if (isSlow) expectInTime(duration)
        else expect(duration).toBeLessThanOrEqual(deadline)
      }
      close()
    },
  )

  test('a page that does not come ends the list in time', async () => {
    await using client = await clientIn(blackHole, { timeout: deadline, retries: { limit: 0 } })
    const { error, duration } = await timed(client.admin.listProjects.paginate({}).next())
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', rpc: 'listProjects' })
    expectInTime(duration)
  })
})
