import { expect, test } from 'vitest'
import { defined } from './defined.js'

test('what is undefined is left out, everything else stays', () => {
  const given = { a: undefined, b: null, c: 0, d: '', e: false, f: 'x' }
  expect(Object.entries(defined(given))).toEqual([
    ['b', null],
    ['c', 0],
    ['d', ''],
    ['e', false],
    ['f', 'x'],
  ])
})

test('it is a copy', () => {
  const given = { a: 1 }
  expect(defined(given)).not.toBe(given)
})

test('the type has what may be undefined as optional', () => {
  const { a, b }: { a: string; b?: number } = defined({ a: 'x', b: undefined as number | undefined })
  expect([a, b]).toEqual(['x', undefined])
})
