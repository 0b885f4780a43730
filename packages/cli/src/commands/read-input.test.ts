import { duration, fromLiteral, toLiteral } from '@flyte-js/admin/literals'
import type { LiteralType, SimpleType } from '@flyte-js/idl'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readInput } from './read-input.js'

const base = { metadata: null, annotation: null, structure: null }
const simple = (name: SimpleType): LiteralType => ({ simple: name, ...base })
const list = (type: LiteralType): LiteralType => ({ collection_type: type, ...base })
const map = (type: LiteralType): LiteralType => ({ map_value_type: type, ...base })
const union = (...variants: LiteralType[]): LiteralType => ({ union_type: { variants }, ...base })
const choice: LiteralType = { enum_type: { values: ['5', 'b'] }, ...base }

/** What the task gets. */
const arrives = (text: string, type: LiteralType) => fromLiteral(toLiteral(readInput(text, type), type))

describe('a text is read by its type', () => {
  it.each<[string, LiteralType, unknown]>([
    ['5', simple('INTEGER'), 5],
    ['9007199254740993', simple('INTEGER'), 9007199254740993n],
    ['5', simple('STRING'), '5'],
    ['5', simple('FLOAT'), 5],
    ['-1.5e3', simple('FLOAT'), -1500],
    ['-inf', simple('FLOAT'), Number.NEGATIVE_INFINITY],
    ['true', simple('BOOLEAN'), true],
    ['False', simple('BOOLEAN'), false],
    ['true', simple('STRING'), 'true'],
    ['', simple('STRING'), ''],
    ['a=b', simple('STRING'), 'a=b'],
    ['2026-02-03', simple('DATETIME'), new Date('2026-02-03T00:00:00Z')],
    ['2026-02-03T04:05:06+01:00', simple('DATETIME'), new Date('2026-02-03T03:05:06Z')],
    ['1h30m', simple('DURATION'), duration(5_400_000)],
    ['0.000000001s', simple('DURATION'), { seconds: 0, nanos: 1 }],
    ['-250ms', simple('DURATION'), duration(-250)],
    ['AQI=', simple('BINARY'), new Uint8Array([1, 2])],
    ['none', simple('NONE'), null],
    ['{a: 1, b: [x]}', simple('STRUCT'), { a: 1, b: ['x'] }],
    ['[1, 2]', list(simple('INTEGER')), [1, 2]],
    ['[9007199254740993]', list(simple('INTEGER')), [9007199254740993n]],
    ['[1, 2.5]', list(simple('FLOAT')), [1, 2.5]],
    ['["a", b]', list(simple('STRING')), ['a', 'b']],
    ['{"a": 1}', map(simple('INTEGER')), { a: 1 }],
    ['5', choice, '5'],
    ['5', union(simple('STRING'), simple('INTEGER')), 5],
    ['x5', union(simple('STRING'), simple('INTEGER')), 'x5'],
    ['null', union(simple('STRING'), simple('NONE')), null],
    ['[1]', union(list(simple('INTEGER')), simple('NONE')), [1]],
  ])('%j', (text, type, expected) => {
    expect(arrives(text, type)).toEqual(expected)
  })
})

it.each<[string, LiteralType]>([
  ['five', simple('INTEGER')],
  ['five', simple('FLOAT')],
  ['0x10', simple('FLOAT')],
  ['', simple('FLOAT')],
  ['yes', simple('BOOLEAN')],
  ['yesterday', simple('DATETIME')],
  ['1 hour', simple('DURATION')],
  ['[1', list(simple('INTEGER'))],
  ['c', choice],
])('%j is left for the launch to refuse', (text, type) => {
  expect(readInput(text, type)).toBe(text)
  expect(() => toLiteral(readInput(text, type), type)).toThrow(/expected/)
})

it('what JSON writes of numbers and texts comes back', () => {
  const type = list(union(simple('FLOAT'), simple('STRING')))
  const items = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()))
  fc.assert(
    fc.property(items, (values) => {
      // JSON has no -0.
      const plain = JSON.parse(JSON.stringify(values)) as unknown[]
      const kept = plain.every(
        (value) => typeof value === 'string' || Number.isSafeInteger(value) || !Number.isInteger(value),
      )
      fc.pre(kept)
      expect(arrives(JSON.stringify(values), type)).toEqual(plain)
    }),
  )
})
