import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { settled } from '../test/numbered-grant.js'
import { withTimeLimit } from './time-limit.js'

let clock: TestClock
beforeEach(() => {
  clock = createTestClock()
})
const limit = (signal?: AbortSignal) => ({
  what: 'the question',
  milliseconds: 30_000,
  clock,
  ...(signal && { signal }),
})

describe('a time limit', () => {
  it('hands on what comes in time, and leaves no timer', async () => {
    expect(await withTimeLimit(async () => 'an answer', limit())).toBe('an answer')
    await expect(withTimeLimit(() => Promise.reject(new Error('mine')), limit())).rejects.toThrow('mine')
    const throwing = () => {
      throw new Error('at once')
    }
    await expect(withTimeLimit(throwing, limit())).rejects.toThrow('at once')
    await settled()
    expect(clock.sleeping).toBe(0)
  })

  it('ends what takes longer, by its signal and without it, with an error that says of what', async () => {
    let ending: AbortSignal | undefined
    const waiting = withTimeLimit((signal) => {
      ending = signal
      return new Promise(() => {})
    }, limit()).catch((error: unknown) => error)
    await clock.advance(29_999)
    expect(ending?.aborted).toBe(false)
    await clock.advance(1)
    expect(ending?.aborted).toBe(true)
    expect(await waiting).toMatchObject({
      code: 'FLYTE_AUTH_SERVER_UNREACHABLE',
      message: expect.stringMatching(/the question within 30 s/),
    })
    expect(ending?.reason).toBe(await waiting)
  })

  it('may have an error of its own, made when the time is over', async () => {
    let made = 0
    const what = () => new Error(`late ${++made}`)
    expect(await withTimeLimit(async () => 'an answer', { ...limit(), what })).toBe('an answer')
    const waiting = withTimeLimit(() => new Promise(() => {}), { ...limit(), what }).catch((error: unknown) => error)
    await clock.advance(30_000)
    expect(await waiting).toMatchObject({ message: 'late 1' })
    expect(made).toBe(1)
  })

  it('ends at an abort before, and does not begin after one', async () => {
    const controller = new AbortController()
    let ending: AbortSignal | undefined
    const waiting = withTimeLimit((signal) => {
      ending = signal
      return new Promise(() => {})
    }, limit(controller.signal))
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(ending?.reason).toBe('enough')
    expect(clock.sleeping).toBe(0)
    const never = () => expect.unreachable()
    await expect(withTimeLimit(never, limit(controller.signal))).rejects.toBe('enough')
  })
})
