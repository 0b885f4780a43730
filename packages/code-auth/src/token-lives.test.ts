import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { createTokenLives } from './token-lives.js'

const clock = createTestClock()
const ending = (seconds: number) => ({
  accessToken: 'a',
  tokenType: 'bearer',
  expiresAt: clock.now() + seconds * 1000,
})

describe('an access token', () => {
  it('is late for a tenth of its life, and at most a minute', () => {
    const lives = createTokenLives(clock)
    lives.learn(ending(300))
    expect([31, 30, 1, 0, -1].map((each) => lives.phase(ending(each)))).toEqual([
      'fresh',
      'late',
      'late',
      'ended',
      'ended',
    ])
    lives.learn(ending(36_000))
    expect([61, 60].map((each) => lives.phase(ending(each)))).toEqual(['fresh', 'late'])
    lives.learn(ending(10))
    expect([1.1, 1].map((each) => lives.phase(ending(each)))).toEqual(['fresh', 'late'])
  })

  it('is late for its last two seconds where nobody knows how long tokens live', () => {
    const lives = createTokenLives(clock)
    expect([3, 2].map((each) => lives.phase(ending(each)))).toEqual(['fresh', 'late'])
    lives.learn(ending(-1))
    expect(lives.phase(ending(2))).toBe('late')
  })

  it('without a lifetime is fresh', () => {
    expect(createTokenLives(clock).phase({ accessToken: 'a', tokenType: 'bearer' })).toBe('fresh')
  })
})
