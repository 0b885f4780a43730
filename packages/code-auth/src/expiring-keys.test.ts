import { createTestClock } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { expect, it } from 'vitest'
import { createExpiringKeys } from './expiring-keys.js'

function setUp() {
  const clock = createTestClock()
  const deleted: string[] = []
  const store = {
    ...memoryStore(),
    async delete(key: string) {
      deleted.push(key)
      throw new Error('down')
    },
  }
  const keys = createExpiringKeys(store, clock)
  return { clock, deleted, add: (key: string) => keys.add(key, clock.now() + 1000), keys }
}

it('what is over goes at the next one, some at a time, but more than come', async () => {
  const { clock, deleted, add } = setUp()
  for (let index = 0; index < 50; index++) add(`old-${index}`)
  await clock.advance(1000)
  expect(deleted).toEqual([])
  add('a')
  expect(deleted).toHaveLength(20)
  add('b')
  add('c')
  add('d')
  expect(deleted).toHaveLength(50)
  expect(new Set(deleted).size).toBe(50)
  expect(deleted).not.toContain('a')
})

it('what was deleted already is not deleted again', async () => {
  const { clock, deleted, add, keys } = setUp()
  add('a')
  add('b')
  keys.remove('a')
  await clock.advance(1000)
  add('c')
  expect(deleted).toEqual(['b'])
})

it('who comes does not wait for all the others to be looked at', () => {
  const { add } = setUp()
  const began = performance.now()
  for (let index = 0; index < 50_000; index++) add(String(index))
  // Looking at all of them each time would take minutes.
  expect(performance.now() - began).toBeLessThan(5_000)
})
