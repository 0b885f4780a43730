import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdminClientOptions } from '../../src/create-admin-client.js'
import { failureOf } from './failure-of.js'
import { answers } from './scenes.js'
import { createSkippingClock } from './skipping-clock.js'
import { createFetchTransport, createNodeTransport, createTestClient, type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

describe.each([
  ['nodeHttpTransport', createNodeTransport],
  ['fetchTransport', createFetchTransport],
])('%s', (_, createTransport) => {
  /** Makes a call that is always answered so, and tells how long its client waited before each further try. */
  async function ask(status: number, retryAfter: string | undefined, options: Partial<AdminClientOptions> = {}) {
    const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
    await using scene = await answers(status, undefined, headers)(stage)
    const { transport, close } = createTransport({})
    const clock = createSkippingClock()
    const { client } = createTestClient({
      endpoint: scene.endpoint,
      transport,
      clock,
      retries: { limit: 2 },
      ...options,
    })
    const error = await failureOf(client.admin.getProject({ id: 'p' }))
    close()
    expect(scene.seen()).toBe(error.tries)
    return { waits: clock.waits, error }
  }

  describe.each([429, 503])('with %i', (status) => {
    test('seconds are waited', async () => {
      const { waits, error } = await ask(status, '7')
      expect(waits).toEqual([7_000, 7_000])
      expect(error).toMatchObject({ status, retryAfter: 7_000, tries: 3 })
    })

    test('until a date is waited, which is told in whole seconds', async () => {
      const { waits } = await ask(status, new Date(Date.now() + 30_000).toUTCString())
      expect(waits).toHaveLength(2)
      for (const wait of waits) {
        expect(wait).toBeGreaterThan(20_000)
        expect(wait).toBeLessThanOrEqual(30_000)
      }
    })

    test.each(['0', 'Wed, 21 Oct 2015 07:28:00 GMT'])('"%s" is now', async (retryAfter) => {
      expect((await ask(status, retryAfter)).waits).toEqual([0, 0])
    })

    test('it is longer than any wait of our own', async () => {
      expect((await ask(status, '20', { retries: { limit: 1, maxDelay: 100 } })).waits).toEqual([20_000])
    })

    test('it is no reason to be there with all others: each waits a random time beyond it', async () => {
      expect((await ask(status, '1', { random: () => 0.999, retries: { limit: 3 } })).waits).toEqual([
        1_000 + 0.999 * 500,
        1_000 + 0.999 * 1_000,
        1_000 + 0.999 * 2_000,
      ])
    })

    test('longer than the deadline, the call fails at once and says how long', async () => {
      const { waits, error } = await ask(status, '60', { callTimeout: 30_000 })
      expect(waits).toEqual([])
      expect(error).toMatchObject({ status, retryAfter: 60_000, tries: 1, isRetryable: true })
    })

    test('longer than what is left of the deadline, too', async () => {
      expect((await ask(status, '20', { callTimeout: 30_000 })).waits).toEqual([20_000])
    })
  })

  test.each(['soon', '-1', '1.5', '', '7, 8'])('"%s" is none, and a proxy is left in peace', async (retryAfter) => {
    const { error } = await ask(429, retryAfter)
    expect(error).toMatchObject({ tries: 1, isRetryable: true })
    expect(error).not.toHaveProperty('retryAfter')
    expect((await ask(503, retryAfter)).waits).toEqual([0, 0])
  })
})
