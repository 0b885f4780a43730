import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runModule } from '../test/process.js'
import { systemClock } from './clock.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('now is the wall clock, monotonic never goes back', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
  const first = systemClock.monotonic()
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first)
})

test('sleep resolves after the time, not before, and leaves neither timer nor listener', async () => {
  const { signal } = new AbortController()
  const woken = vi.fn()
  const slept = systemClock.sleep(1000, { signal }).then(woken)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(999)
  expect(woken).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await slept
  expect(woken).toHaveBeenCalledTimes(1)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  expect(vi.getTimerCount()).toBe(0)
})

test('an abort ends the sleep with its own reason and its timer', async () => {
  const controller = new AbortController()
  const reason = { not: 'even an Error' }
  const slept = systemClock.sleep(1000, { signal: controller.signal })
  controller.abort(reason)
  await expect(slept).rejects.toBe(reason)
  expect(vi.getTimerCount()).toBe(0)
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

test('a signal that is aborted already starts no timer', async () => {
  const reason = new Error('enough')
  await expect(systemClock.sleep(1000, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(vi.getTimerCount()).toBe(0)
})

test('a process that only sleeps stays alive until it wakes', async () => {
  const source = `import { systemClock } from '@flyte-js/core'; await systemClock.sleep(50); console.log('woken')`
  expect(await runModule(source)).toEqual({ code: 0, stdout: 'woken\n', stderr: '' })
})

test.each([2 ** 31, Number.POSITIVE_INFINITY])('a sleep of %d is none that ends at once', async (milliseconds) => {
  const { signal } = new AbortController()
  const woken = vi.fn()
  systemClock.sleep(milliseconds, { signal }).then(woken)
  await vi.advanceTimersByTimeAsync(1_000_000)
  expect(woken).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(1)
})
