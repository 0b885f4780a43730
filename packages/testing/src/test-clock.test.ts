import { expect, test } from 'vitest'
import { createTestClock } from './test-clock.js'

test('stands still until it is moved', async () => {
  const clock = createTestClock(1000)
  expect([clock.now(), clock.monotonic()]).toEqual([1000, 0])
  const advanced = clock.advance(50)
  expect([clock.now(), clock.monotonic()]).toEqual([1050, 50])
  await advanced
  clock.setNow(0)
  expect([clock.now(), clock.monotonic()]).toEqual([0, 50])
})

test('wakes sleeps in the order of their ends, each at its own time', async () => {
  const clock = createTestClock(0)
  const woken: [string, number][] = []
  const sleep = async (name: string, milliseconds: number) => {
    await clock.sleep(milliseconds)
    woken.push([name, clock.now()])
  }
  void sleep('late', 300)
  void sleep('early', 100).then(() => sleep('chained', 50))
  await clock.advance(299)
  expect(woken).toEqual([
    ['early', 100],
    ['chained', 150],
  ])
  expect(clock.sleeping).toBe(1)
  await clock.advance(1)
  expect(woken.at(-1)).toEqual(['late', 300])
})

test('a sleep that begins while the caller already advances is woken too', async () => {
  const clock = createTestClock(0)
  let isAwake = false
  void Promise.resolve()
    .then(() => clock.sleep(100))
    .then(() => {
      isAwake = true
    })
  await clock.advance(100)
  expect(isAwake).toBe(true)
})

test('an aborted sleep rejects with the reason and is forgotten', async () => {
  const clock = createTestClock()
  const controller = new AbortController()
  const slept = clock.sleep(100, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(slept).rejects.toThrow('enough')
  expect(clock.sleeping).toBe(0)
  await expect(clock.sleep(1, { signal: controller.signal })).rejects.toThrow('enough')
  await expect(clock.sleep(0)).resolves.toBeUndefined()
})
