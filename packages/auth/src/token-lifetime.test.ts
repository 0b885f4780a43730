import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { hold } from './token-lifetime.js'

const holdFor = (seconds: number) => {
  const clock = createTestClock()
  return {
    clock,
    held: hold({ accessToken: 'a', tokenType: 'bearer', expiresAt: clock.now() + seconds * 1000 }, clock),
  }
}

describe("a token's life", () => {
  it.each([
    { lifetime: 1799, margin: 60 },
    { lifetime: 300, margin: 60 },
    { lifetime: 200, margin: 40 },
    { lifetime: 5, margin: 1 },
  ])('of $lifetime s ends $margin s early', async ({ lifetime, margin }) => {
    const { clock, held } = holdFor(lifetime)
    await clock.advance((lifetime - margin) * 1000 - 1)
    expect(held.isValid()).toBe(true)
    await clock.advance(1)
    expect(held.isValid()).toBe(false)
  })

  it.each([0, -1, -3600])('of %s s has ended', (lifetime) => {
    expect(holdFor(lifetime).held.isValid()).toBe(false)
  })

  it('that nobody told has no end', async () => {
    const clock = createTestClock()
    const held = hold({ accessToken: 'a', tokenType: 'bearer' }, clock)
    await clock.advance(1e12)
    expect(held.isValid()).toBe(true)
  })

  it('is not longer because the wall clock was set back', async () => {
    const { clock, held } = holdFor(1799)
    clock.setNow(clock.now() - 24 * 3600_000)
    expect(held.isValid()).toBe(true)
    await clock.advance(1739_000)
    expect(held.isValid()).toBe(false)
  })

  it('ends when the wall clock says so, though the monotonic clock slept with the machine', () => {
    const { clock, held } = holdFor(1799)
    clock.setNow(clock.now() + 1738_000)
    expect(held.isValid()).toBe(true)
    clock.setNow(clock.now() + 1000)
    expect(held.isValid()).toBe(false)
  })
})
