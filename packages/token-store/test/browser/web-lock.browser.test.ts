import { expect, test } from 'vitest'
import type { Liveness } from '../../src/browser/liveness.js'
import { takeWebLock } from '../../src/browser/web-lock.js'

/** A lock that another page holds and does not give back, and who that is to the browser. */
async function holdElsewhere(name: string): Promise<string> {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const { navigator } = frame.contentWindow as Window
  await new Promise((resolve) => {
    navigator.locks.request(name, () => {
      resolve(undefined)
      return new Promise(() => {})
    })
  })
  const { held = [] } = await navigator.locks.query()
  return held.find((lock) => lock.name === name)?.clientId as string
}

/** Takes one holder for dead, after so many milliseconds, and nobody after it. */
function silenceOf(frozen: string, delay = 0): Liveness {
  let isSaid = false
  return {
    answer: () => () => {},
    probe: async () => true,
    untilSilent: (_name, _holder, signal) => {
      if (!isSaid) {
        isSaid = true
        return new Promise((resolve) => setTimeout(resolve, delay, frozen))
      }
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  }
}

test('of many that wait for a frozen holder one robs it, and nobody robs that one', async () => {
  const frozen = await holdElsewhere('many')
  const takenOver: boolean[] = []
  let inside = 0
  // Some find out together, some when another has taken over already.
  const run = async (_: unknown, index: number) => {
    const turn = await takeWebLock(navigator.locks, 'many', silenceOf(frozen, 10 * (index % 3)), undefined)
    takenOver.push(turn.isTakenOver)
    inside += 1
    expect(inside).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(turn.isHeld()).toBe(true)
    inside -= 1
    turn.release()
  }
  await Promise.all(Array.from({ length: 10 }, run))
  expect(takenOver.filter(Boolean)).toHaveLength(1)
  expect(takenOver).toHaveLength(10)
})

test('who waits in vain and gives up leaves nothing behind', async () => {
  const frozen = await holdElsewhere('abort')
  const controller = new AbortController()
  const reason = new Error('enough')
  const waited = takeWebLock(navigator.locks, 'abort', silenceOf('somebody else'), controller.signal)
  controller.abort(reason)
  await expect(waited).rejects.toBe(reason)
  const { held = [], pending = [] } = await navigator.locks.query()
  expect([...held, ...pending].filter(({ name }) => name?.startsWith('abort'))).toMatchObject([{ clientId: frozen }])
})
