import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { createBackoff } from './backoff.js'

describe('after failures', () => {
  it.each([
    { random: 0, waits: [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] },
    { random: 1, waits: [500, 1000, 2000, 4000, 8000, 15_000, 15_000] },
  ])('waits longer and longer, cut by up to half at random: $random', async ({ random, waits }) => {
    const clock = createTestClock()
    const backoff = createBackoff(clock, () => random)
    expect(backoff.wait()).toBe(0)
    for (const wait of waits) {
      backoff.fail('no')
      expect(backoff.wait()).toBe(wait)
      await clock.advance(wait - 1)
      expect(backoff.wait()).toBe(1)
      await clock.advance(1)
      expect(backoff.wait()).toBe(0)
    }
  })

  it('waits no longer than that after thousands, and begins anew after a success', () => {
    const backoff = createBackoff(createTestClock(), () => 0)
    for (let failures = 0; failures < 5000; failures += 1) backoff.fail(failures)
    expect(backoff.wait()).toBe(30_000)
    expect(backoff.failure).toBe(4999)
    backoff.succeed()
    expect(backoff.wait()).toBe(0)
    expect(backoff.failure).toBeUndefined()
    backoff.fail('again')
    expect(backoff.wait()).toBe(1000)
  })

  it('is not shortened by a wall clock that was set', () => {
    const clock = createTestClock()
    const backoff = createBackoff(clock, () => 0)
    backoff.fail('no')
    clock.setNow(clock.now() + 3600_000)
    expect(backoff.wait()).toBe(1000)
  })
})
