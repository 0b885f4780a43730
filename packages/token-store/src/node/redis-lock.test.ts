import type { FlyteEvent } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { acquireRedisLock } from './redis-lock.js'
import { acquire, release, renew } from './redis-scripts.js'

/** A server that answers as it is told, and remembers what it was asked. */
function fakeServer(answers: (script: string) => unknown) {
  const asked: [script: string, values: string[]][] = []
  return {
    asked,
    count: (script: string) => asked.filter(([each]) => each === script).length,
    async run(script: string, values: string[]) {
      asked.push([script, values])
      return answers(script)
    },
  }
}

const down = () => {
  throw new Error('down')
}

describe('the lock', () => {
  it('is had at the first free moment, with a proof of its own', async () => {
    const clock = createTestClock()
    let free = false
    const server = fakeServer(() => (free ? ['7', 0] : 0))
    const waiting = acquireRedisLock({ run: server.run, patience: 1000, clock })
    await clock.advance(3_600_000)
    free = true
    await clock.advance(400)
    const lock = await waiting
    expect(lock.proof[1]).toBe('7')
    const owners = new Set(server.asked.map(([, [owner]]) => owner))
    expect(owners).toEqual(new Set([lock.proof[0]]))
    await lock.end()
    expect(server.asked.at(-1)).toEqual([release, [lock.proof[0]]])
  })

  it('is asked for often at first, and about four times a second by who waits for a person', async () => {
    const clock = createTestClock()
    const server = fakeServer(() => 0)
    const controller = new AbortController()
    const waiting = acquireRedisLock({ run: server.run, patience: 1000, clock, signal: controller.signal })
    await clock.advance(500)
    expect(server.count(acquire)).toBeGreaterThan(7)
    await clock.advance(59_500)
    const before = server.count(acquire)
    await clock.advance(60_000)
    expect(server.count(acquire) - before).toBeGreaterThan(160)
    expect(server.count(acquire) - before).toBeLessThan(400)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('is given up when the server has not answered for as long as the patience lasts', async () => {
    const clock = createTestClock()
    let answer: () => unknown = () => 0
    const server = fakeServer(() => answer())
    const waiting = acquireRedisLock({ run: server.run, patience: 5000, clock })
    const failed = expect(waiting).rejects.toMatchObject({ code: 'FLYTE_STORE_LOCK_UNAVAILABLE' })
    await clock.advance(60_000)
    answer = down
    await clock.advance(4000)
    answer = () => 0
    await clock.advance(1000)
    answer = down
    await clock.advance(4000)
    const asked = server.asked.length
    await clock.advance(1500)
    expect(server.asked.length).toBeGreaterThan(asked)
    await failed
  })

  it('is given back when it comes after its waiter has left', async () => {
    let answer = (_value: unknown) => {}
    const server = fakeServer((script) => (script === acquire ? new Promise((resolve) => (answer = resolve)) : 1))
    const controller = new AbortController()
    const { signal } = controller
    const waiting = acquireRedisLock({ run: server.run, patience: 1000, clock: createTestClock(), signal })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    answer(['1', 0])
    await expect.poll(() => server.count(release)).toBe(1)
  })

  it('says when its last holder never gave it back', async () => {
    const events: FlyteEvent[] = []
    const { run } = fakeServer(() => ['8', 1])
    const onEvent = (event: FlyteEvent) => void events.push(event)
    const lock = await acquireRedisLock({ run, patience: 1000, clock: createTestClock(), onEvent })
    expect(events).toEqual([{ type: 'store.lock-taken-over', store: 'redis' }])
    await lock.end()
  })
})

describe('a lock that is held', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const held = async (answers: (script: string) => unknown) => {
    const server = fakeServer((script) => (script === acquire ? ['1', 0] : answers(script)))
    const lock = await acquireRedisLock({ run: server.run, patience: 1000, clock: createTestClock() })
    return { server, lock }
  }

  it('is renewed thrice in its life, also after a renewal that failed, and no more after its end', async () => {
    let answer: () => unknown = () => 1
    const { server, lock } = await held((script) => (script === renew ? answer() : 1))
    await vi.advanceTimersByTimeAsync(4000)
    expect(server.count(renew)).toBe(3)
    answer = down
    await vi.advanceTimersByTimeAsync(4000)
    expect(server.count(renew)).toBe(6)
    await lock.end()
    await vi.advanceTimersByTimeAsync(40_000)
    expect(server.count(renew)).toBe(6)
  })

  it('is renewed no more when it has gone to another', async () => {
    const { server } = await held(() => 0)
    await vi.advanceTimersByTimeAsync(40_000)
    expect(server.count(renew)).toBe(1)
  })

  it('ends quietly where it cannot be given back', async () => {
    const { lock } = await held(down)
    await lock.end()
  })
})
