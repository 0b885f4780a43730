import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseValue } from './parse-value.js'

describe('a boolean', () => {
  test.each(['false', 'False', 'FALSE', '0', 'off', 'OFF', 'no', 'No', ''])('is false for %j', (text) => {
    expect(parseValue('boolean', text)).toEqual({ value: false })
  })

  test.each(['true', 'TRUE', '1', 'on', 'On', 'yes'])('is true for %j', (text) => {
    expect(parseValue('boolean', text)).toEqual({ value: true })
  })

  test.each(['n', ' false', 'false ', 'maybe', 'f', '00', '2', 'none', 'constructor'])(
    'is true for %j, as in flytekit, which is worth a report',
    (text) => {
      expect(parseValue('boolean', text)).toEqual({
        value: true,
        problem: expect.stringContaining('write true or false'),
      })
    },
  )
})

test.each([
  ['', []],
  ['a', ['a']],
  ['a, b,', ['a', ' b', '']],
  [',', ['', '']],
  ['a b', ['a b']],
])('the list %j is %j: split on commas, not trimmed', (text, list) => {
  expect(parseValue('list', text)).toEqual({ value: list })
})

test('a string is what it is, and a problem never repeats the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseValue('string', text)).toEqual({ value: text })
      const { problem = '' } = parseValue('boolean', text)
      expect(problem).toBe(problem === '' ? '' : parseValue('boolean', 'maybe').problem)
    }),
  )
})
