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
        problem: expect.stringContaining('Write true or false'),
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
      for (const type of ['boolean', 'integer', 'duration'] as const) {
        const said = [parseValue(type, text)].map((reading) => ('fault' in reading ? reading.fault : reading.problem))
        const others = ['maybe', '7', '-'].flatMap((each) => [parseValue(type, each)])
        const sayable = others.map((reading) => ('fault' in reading ? reading.fault : reading.problem))
        expect([...sayable, undefined]).toContain(said[0])
      }
    }),
  )
})

describe('an integer', () => {
  test.each([
    ['0', 0],
    ['4', 4],
    ['007', 7],
    ['999999999999999', 999_999_999_999_999],
  ])('%s is %i', (text, value) => {
    expect(parseValue('integer', text)).toEqual({ value })
  })

  test.each(['', ' 4', '4 ', '+4', '-1', '4.0', '1e3', '1_000', '0x4', '٤', '9999999999999999', 'four'])(
    'is not %j',
    (text) => {
      expect(parseValue('integer', text)).toEqual({ fault: expect.stringContaining('decimal digits') })
    },
  )
})

describe('a duration', () => {
  test('stays as it was written', () => {
    expect(parseValue('duration', '1h30m')).toEqual({ value: '1h30m' })
  })

  test.each(['0', '15', '1.5', '15 s', '', '-15s', 'soon'])('is not %j', (text) => {
    expect(parseValue('duration', text)).toEqual({ fault: expect.stringContaining('15s') })
  })

  test.each(['0', '15', '1.5'])('%s lacks its unit, which is said', (text) => {
    expect(parseValue('duration', text)).toEqual({ fault: expect.stringContaining('unit, which is missing') })
  })
})
