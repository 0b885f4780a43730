import { createTestClock } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { offerAnswer } from './answer-channel.js'
import { waitForAnswer } from './wait-for-answer.js'

const right = 'https://app.example.com/callback?code=c&state=right'
const isAnswer = (address: string) => address === right

/** A window whose address a test sets; without one it is at another origin. */
function otherWindow() {
  const state = { address: undefined as string | undefined, isClosed: false }
  const location = {
    get href() {
      if (state.address === undefined) throw new DOMException('Blocked a frame with origin', 'SecurityError')
      return state.address
    },
  }
  return { state, opened: { window: { location } as Window, isClosed: () => state.isClosed } }
}

function wait({ timeout = 120_000, signal }: { timeout?: number; signal?: AbortSignal } = {}) {
  const clock = createTestClock()
  const { state, opened } = otherWindow()
  const outcome = vi.fn()
  const answered = waitForAnswer(opened, isAnswer, { timeout, clock, ...(signal && { signal }) })
  answered.then(outcome, outcome)
  return { clock, state, answered, outcome }
}

const close = vi.fn()
beforeAll(() => void vi.stubGlobal('window', { close }))
afterAll(() => void vi.unstubAllGlobals())

describe('the answer of another window', () => {
  it('is read from its address, once that is one of this origin', async () => {
    const { clock, state, outcome } = wait()
    for (const address of ['about:blank', undefined, 'https://app.example.com/callback?code=c&state=wrong']) {
      state.address = address
      await clock.advance(100)
      expect(outcome).not.toHaveBeenCalled()
    }
    state.address = right
    await clock.advance(100)
    expect(outcome).toHaveBeenCalledExactlyOnceWith(right)
    expect(clock.sleeping).toBe(0)
  })

  it('is heard from its page, which is told so', async () => {
    const { answered, clock } = wait()
    offerAnswer(right, new Error('nobody waits'))
    expect(await answered).toBe(right)
    expect(clock.sleeping).toBe(0)
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce())
    // A second one is for nobody.
    const late = new Error('nobody waits')
    await expect(offerAnswer(right, late)).rejects.toBe(late)
  })

  it('is waited for until the timeout, to the millisecond of a look', async () => {
    const { clock, outcome } = wait()
    await clock.advance(119_900)
    expect(outcome).not.toHaveBeenCalled()
    await clock.advance(100)
    expect(outcome).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
        message: expect.stringContaining('120 s'),
      }),
    )
    expect(clock.sleeping).toBe(0)
  })

  it('may be on its way for 2 s when the window is closed', async () => {
    const { clock, state, outcome } = wait()
    await clock.advance(60_000)
    state.isClosed = true
    await clock.advance(2_000)
    expect(outcome).not.toHaveBeenCalled()
    await clock.advance(100)
    expect(outcome).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        code: 'FLYTE_AUTH_POPUP_CLOSED',
        message: expect.stringMatching(/Cross-Origin-Opener-Policy.*redirectLogin/),
      }),
    )
    expect(clock.sleeping).toBe(0)
  })

  it('counts also when it comes after the window was closed', async () => {
    const { clock, state, answered } = wait()
    state.isClosed = true
    await clock.advance(1_000)
    offerAnswer(right, new Error('nobody waits'))
    expect(await answered).toBe(right)
  })

  it('is not waited for any more when nobody wants it', async () => {
    const controller = new AbortController()
    const { clock, answered } = wait({ signal: controller.signal })
    await clock.advance(1_000)
    const reason = new Error('no longer wanted')
    controller.abort(reason)
    await expect(answered).rejects.toBe(reason)
    expect(clock.sleeping).toBe(0)
  })
})
