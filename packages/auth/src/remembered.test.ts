import { expect, it } from 'vitest'
import { remembered } from './remembered.js'

it('searches once, and again after forget()', async () => {
  let searches = 0
  const { get, forget } = remembered(async () => ++searches)
  expect([await get({}), await get({})]).toEqual([1, 1])
  forget()
  expect(await get({})).toBe(2)
})

it('remembers a finding that is nothing', async () => {
  let searches = 0
  const { get } = remembered(async () => {
    searches += 1
  })
  await get({})
  await get({})
  expect(searches).toBe(1)
})

it('remembers no failure, and ends no search of another by a signal', async () => {
  let searches = 0
  const { get } = remembered(async ({ signal }: { signal?: AbortSignal }) => {
    searches += 1
    await Promise.resolve()
    signal?.throwIfAborted()
    return 'found'
  })
  const ending = new AbortController()
  const one = get({ signal: ending.signal })
  const other = get({})
  ending.abort(new Error('left'))
  await expect(one).rejects.toThrow('left')
  expect(await other).toBe('found')
  expect(await get({ signal: ending.signal })).toBe('found')
  expect(searches).toBe(2)
})
