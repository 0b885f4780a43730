import { expect, it } from 'vitest'
import { freeze } from './freeze.js'

it('freezes a message in all its depth, and hands the same back', () => {
  const message = { id: { name: 'n' }, list: [{ a: [1] }, 'text', null], nothing: null }
  expect(freeze(message)).toBe(message)
  const { list } = message as { list: { a: number[] }[] }
  for (const each of [message, message.id, list, list[0], list[0]?.a]) expect(Object.isFrozen(each)).toBe(true)
})

it.each([null, undefined, 7, 'text'])('leaves %j as it is', (value) => {
  expect(freeze(value)).toBe(value)
})
