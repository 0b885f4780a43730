import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hearAnswers, offerAnswer } from './answer-channel.js'

const refusal = new Error('nobody waits')
const close = vi.fn()
let deafen = () => {}

beforeEach(() => {
  vi.stubGlobal('window', { close })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  deafen()
  close.mockClear()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('an answer that is offered', () => {
  it('is taken by who waits for it, and its window closed', async () => {
    const heard: string[] = []
    deafen = hearAnswers((answer) => {
      heard.push(answer)
      return answer === 'right'
    })
    const offered = vi.fn()
    offerAnswer('right', refusal).then(offered, offered)
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce())
    expect(heard).toEqual(['right'])
    expect(offered).not.toHaveBeenCalled()
  })

  it('is refused after 2 s where whoever listens waits for another', async () => {
    const refused = vi.fn()
    await new Promise<void>((resolve) => {
      deafen = hearAnswers(() => {
        resolve()
        return false
      })
      offerAnswer('wrong', refusal).catch(refused)
    })
    await vi.advanceTimersByTimeAsync(1_999)
    expect(refused).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(refused).toHaveBeenCalledExactlyOnceWith(refusal)
    expect(close).not.toHaveBeenCalled()
  })

  it('is not taken because another was', async () => {
    deafen = hearAnswers((answer) => answer === 'right')
    const wrong = offerAnswer('wrong', refusal)
    wrong.catch(() => {})
    offerAnswer('right', refusal)
    await vi.waitUntil(() => close.mock.calls.length > 0)
    await vi.advanceTimersByTimeAsync(2_000)
    await expect(wrong).rejects.toBe(refusal)
    expect(close).toHaveBeenCalledOnce()
  })
})

it('whoever speaks otherwise is heard without harm', async () => {
  const heard: unknown[] = []
  deafen = hearAnswers((answer) => {
    heard.push(answer)
    return false
  })
  const channel = new BroadcastChannel('flyte-js:pkce')
  for (const message of [null, 7, 'x', {}, { taken: 'x' }, { answer: { toString: 1 } }]) channel.postMessage(message)
  channel.postMessage({ answer: 'last' })
  await vi.waitFor(() => expect(heard.at(-1)).toBe('last'))
  expect(heard).toHaveLength(7)
  channel.close()
})

it('nobody is heard any more after the end', async () => {
  const take = vi.fn(() => true)
  hearAnswers(take)()
  const outcome = offerAnswer('right', refusal)
  outcome.catch(() => {})
  await vi.advanceTimersByTimeAsync(2_000)
  await expect(outcome).rejects.toBe(refusal)
  expect(take).not.toHaveBeenCalled()
})
