import type { FlyteEvent } from '@flyte-js/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sample, samples } from './calls.js'
import { canaries, canariesIn } from './canaries.js'
import { failureOf } from './failure-of.js'
import { type FaultRow, faults } from './fault-table.js'
import { nothing, watch } from './open-resources.js'
import { createSkippingClock } from './skipping-clock.js'
import { type CreateTransport, createTestClient, type Stage, startStage } from './stage.js'

const limit = 2
/** Milliseconds for a try that fails by a timeout. */
const short = 100

/**
 * Each fault against each class of RPC, on one transport.
 *
 * @param createTransport - makes the transport
 * @param isInformed - whether it knows what was sent, and can be told whom to trust, as `fetch` does not and cannot
 */
export function describeFaults(createTransport: CreateTransport, isInformed: boolean): void {
  let stage: Stage
  beforeAll(async () => {
    stage = await startStage()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  // A busy machine may not even have sent a request when its time is over.
  for (const fault of faults)
    describe(fault.name, { retry: fault.isSlow ? 2 : 0 }, () => {
      for (const sample of samples) test(sample.name, () => check(fault, sample))
    })

  async function check(fault: FaultRow, sample: Sample): Promise<void> {
    const { code, status, grpcStatus, isRetryable, wait, isSlow } = fault
    const tries = triesOf(fault, sample)
    await using scene = await fault.setScene(stage)
    const { endpoint, transportOptions } = scene
    const { run, left } = watch()
    const { transport, close } = createTransport(transportOptions ?? {})
    const clock = createSkippingClock()
    const { client, events } = createTestClient({
      endpoint,
      transport,
      clock,
      retries: { limit },
      timeout: isSlow ? short : 10_000,
      maxBytes: 2 ** 20,
    })

    const error = await failureOf(run(() => sample.call(client)))
    expect(error).toMatchObject({ code, isRetryable, tries, rpc: sample.name.split('.')[0] })
    expect([error.status, error.grpcStatus]).toEqual([status, grpcStatus])

    expect(scene.seen()).toBe(scene.isSilent ? 0 : tries)
    for (const { headers } of scene.requests()) {
      expect(headers['x-request-id']).toBe(error.requestId)
      expect(headers.authorization).toBe(sample.class === 'open' ? undefined : `Bearer ${canaries.token}`)
    }
    // What is sent again is the same: an execution keeps its name.
    expect(new Set(scene.requests().map(({ url, body }) => url + body)).size).toBeLessThan(2)
    expect(stage.elsewhere.requests).toEqual([])

    expect(clock.waits).toEqual(new Array(tries - 1).fill(wait))
    expect(events.map(({ type }) => type)).toEqual([...told(tries), 'admin.call'])
    expect([canariesIn(error), canariesIn(events)]).toEqual([[], []])
    // Node's fetch goes on with a handshake that nobody waits for, for 10 seconds.
    if (isInformed || fault.name !== 'TLS handshake without an answer')
      expect(await left(isInformed ? 1 : 2)).toEqual(nothing)

    // The same client goes on as if nothing had been.
    if (isInformed || transportOptions === undefined) {
      await scene.heal()
      await sample.call(client, { timeout: 10_000 })
      expect(events.at(-1)).not.toHaveProperty('code')
    }
    close()
  }

  function triesOf({ repeated }: FaultRow, { class: callClass }: Sample): number {
    const isKnownUnsent = repeated === 'all' && isInformed
    return repeated !== 'none' && (callClass !== 'create' || isKnownUnsent) ? limit + 1 : 1
  }
}

const told = (tries: number): FlyteEvent['type'][] => [
  ...new Array(tries - 1).fill(['admin.try', 'admin.retry']).flat(),
  'admin.try',
]
