import { createTestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hold } from './token-lifetime.js'

const token = { accessToken: 'a', tokenType: 'bearer' }

function holdFor(seconds: number, { random = 0.5, refreshWindow }: { random?: number; refreshWindow?: number } = {}) {
  const clock = createTestClock()
  const tokenSet = { ...token, expiresAt: clock.now() + seconds * 1000 }
  return { clock, held: hold(tokenSet, { clock, random: () => random, refreshWindow }) }
}

describe("a token's life", () => {
  it.each([
    { lifetime: 3600, window: 300, margin: 60 },
    { lifetime: 1799, window: 300, margin: 60 },
    { lifetime: 1000, window: 200, margin: 60 },
    { lifetime: 300, window: 60, margin: 30 },
    { lifetime: 5, window: 1, margin: 0.5 },
  ])('of $lifetime s is due $window s and late $margin s before its end', async ({ lifetime, window, margin }) => {
    const { clock, held } = holdFor(lifetime)
    await clock.advance((lifetime - window) * 1000 - 1)
    expect(held.phase()).toBe('fresh')
    await clock.advance(1)
    expect(held.phase()).toBe('due')
    await clock.advance((window - margin) * 1000 - 1)
    expect(held.phase()).toBe('due')
    await clock.advance(1)
    expect(held.phase()).toBe('late')
    await clock.advance(margin * 1000 - 1)
    expect(held.phase()).toBe('late')
    await clock.advance(1)
    expect(held.phase()).toBe('ended')
  })

  it.each([
    { random: 0, window: 270 },
    { random: 0.999_999, window: 330 },
  ])('has a window of five minutes, give or take a tenth: $window s', async ({ random, window }) => {
    const { clock, held } = holdFor(3600, { random })
    await clock.advance((3600 - window) * 1000 - 1)
    expect(held.phase()).toBe('fresh')
    await clock.advance(2)
    expect(held.phase()).toBe('due')
  })

  it.each([
    { refreshWindow: 600_000, due: 3000 },
    { refreshWindow: 0, due: 3540 },
    // A window longer than the life would renew without end.
    { refreshWindow: 7_200_000, due: 1800 },
  ])('has the window that was asked for: $refreshWindow ms', async ({ refreshWindow, due }) => {
    const { clock, held } = holdFor(3600, { refreshWindow })
    await clock.advance(due * 1000 - 1)
    expect(held.phase()).toBe('fresh')
    await clock.advance(1)
    expect(held.phase()).not.toBe('fresh')
  })

  it.each([0, -1, -3600])('of %s s has ended', (lifetime) => {
    expect(holdFor(lifetime).held.phase()).toBe('ended')
  })

  it('that nobody told has no end', async () => {
    const clock = createTestClock()
    const held = hold(token, { clock, random: Math.random })
    await clock.advance(1e12)
    expect(held.phase()).toBe('fresh')
  })

  it('is not longer because the wall clock was set back', async () => {
    const { clock, held } = holdFor(1799)
    clock.setNow(clock.now() - 24 * 3600_000)
    expect(held.phase()).toBe('fresh')
    await clock.advance(1799_000)
    expect(held.phase()).toBe('ended')
  })

  it('ends when the wall clock says so, though the monotonic clock slept with the machine', () => {
    const { clock, held } = holdFor(1799)
    clock.setNow(clock.now() + 1498_999)
    expect(held.phase()).toBe('fresh')
    clock.setNow(clock.now() + 301_000)
    expect(held.phase()).toBe('ended')
  })

  it('goes one way only, whatever the wall clock does', async () => {
    const phases = ['fresh', 'due', 'late', 'ended']
    const step = fc.record({ advance: fc.nat(1000_000), jump: fc.integer({ min: -4_000_000, max: 1000_000 }) })
    await fc.assert(
      fc.asyncProperty(fc.nat(4000), fc.array(step), async (lifetime, steps) => {
        const { clock, held } = holdFor(lifetime)
        const start = clock.now()
        for (const { advance, jump } of steps) {
          await clock.advance(advance)
          clock.setNow(clock.now() + jump)
          const phase = held.phase()
          const age = Math.max(clock.monotonic(), clock.now() - start)
          expect(phase === 'ended').toBe(age >= lifetime * 1000)
          // Never later than the monotonic clock alone would say.
          const alone = holdFor(lifetime)
          await alone.clock.advance(clock.monotonic())
          expect(phases.indexOf(phase)).toBeGreaterThanOrEqual(phases.indexOf(alone.held.phase()))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('is shared by all who ask, so nobody can change it', () => {
    expect(Object.isFrozen(holdFor(60).held.tokenSet)).toBe(true)
  })
})
