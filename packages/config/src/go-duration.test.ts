import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseGoDuration } from './go-duration.js'

test.each([
  ['15s', 15_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['.5s', 500],
  ['1.s', 1000],
  ['+2m', 120_000],
  ['100ms', 100],
  ['1us', 0.001],
  ['1µs', 0.001],
  ['1μs', 0.001],
  ['1ns', 0.000001],
  ['0s', 0],
  ['1m0.1s', 60_100],
  ['1s1h', 3_601_000],
  ['4.35s', 4350],
  ['2562047h', 2_562_047 * 3_600_000],
])('%s are %f ms', (text, milliseconds) => {
  expect(parseGoDuration(text)).toBe(milliseconds)
})

test.each([
  '',
  '0',
  '15',
  '+',
  's',
  '.s',
  '-15s',
  '15 s',
  ' 15s',
  '15S',
  '15sec',
  '1d',
  '1h30',
  '1e3s',
  '1..5s',
  '2562048h',
])('%j are none', (text) => {
  expect(parseGoDuration(text)).toBeUndefined()
})

test('hours, minutes and seconds add up, in any order', () => {
  const amount = fc.nat({ max: 10_000 })
  fc.assert(
    fc.property(amount, amount, amount, (hours, minutes, seconds) => {
      const parts = [`${hours}h`, `${minutes}m`, `${seconds}s`]
      const expected = ((hours * 60 + minutes) * 60 + seconds) * 1000
      expect([parts, parts.toReversed()].map((each) => parseGoDuration(each.join('')))).toEqual([expected, expected])
    }),
  )
})

test('a long text that is none is found out at once', () => {
  expect(parseGoDuration(`${'1'.repeat(100_000)}x`)).toBeUndefined()
  expect(parseGoDuration(`${'1h'.repeat(50_000)}x`)).toBeUndefined()
})
