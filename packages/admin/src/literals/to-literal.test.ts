import type { LiteralType, SimpleType } from '@flyte-js/idl'
import { describe, expect, it } from 'vitest'
import { duration } from './duration.js'
import { type LiteralInput, toLiteral } from './to-literal.js'

const type = (member: Partial<LiteralType>): LiteralType => ({
  ...member,
  metadata: null,
  annotation: null,
  structure: null,
})
const simple = (name: SimpleType) => type({ simple: name })
const list = (item: LiteralType) => type({ collection_type: item })
const mapOf = (member: LiteralType) => type({ map_value_type: member })
const union = (...variants: LiteralType[]) => type({ union_type: { variants } })
const csv = type({ blob: { format: 'csv', dimensionality: 'SINGLE' } })
const dataset = { columns: [], format: 'parquet', external_schema_type: '', external_schema_bytes: '' }

const primitive = (member: object) => ({ scalar: { primitive: member }, hash: '', metadata: {} })
const refusal = (value: unknown, ofType?: LiteralType): string => {
  try {
    toLiteral(value as LiteralInput, ofType)
  } catch (error) {
    expect(error).toMatchObject({ name: 'FlyteError', code: 'FLYTE_INVALID_ARGUMENT' })
    return (error as Error).message
  }
  return 'accepted'
}

describe('without a type', () => {
  it.each<[LiteralInput, object]>([
    [5, { integer: '5' }],
    [-0, { integer: '0' }],
    [9_007_199_254_740_991, { integer: '9007199254740991' }],
    [2 ** 53, { float_value: 2 ** 53 }],
    [0.5, { float_value: 0.5 }],
    [9_223_372_036_854_775_807n, { integer: '9223372036854775807' }],
    ['5', { string_value: '5' }],
    ['2026-01-31T09:30:00Z', { string_value: '2026-01-31T09:30:00Z' }],
    ['😀', { string_value: '😀' }],
    [true, { boolean: true }],
    [new Date(0), { datetime: '1970-01-01T00:00:00.000Z' }],
    [duration(-1_500), { duration: '-1.500000000s' }],
  ])('%s is a primitive', (value, expected) => {
    expect(toLiteral(value)).toEqual(primitive(expected))
  })

  it('null is none, bytes are binary', () => {
    expect(toLiteral(null).scalar).toEqual({ none_type: {} })
    expect(toLiteral(undefined).scalar).toEqual({ none_type: {} })
    expect(toLiteral(new Uint8Array([0, 255, 128])).scalar).toEqual({ binary: { value: 'AP+A', tag: '' } })
  })

  it('lists are collections and objects are maps', () => {
    expect(toLiteral([1, 'a']).collection?.literals).toEqual([
      primitive({ integer: '1' }),
      primitive({ string_value: 'a' }),
    ])
    expect(toLiteral({ a: 1, b: undefined }).map?.literals).toEqual({ a: primitive({ integer: '1' }) })
    expect(toLiteral({ seconds: 1, nanos: 0 }).map?.literals).toHaveProperty('seconds')
  })

  it('a Literal is taken as it is, and a map of the same names is none', () => {
    expect(toLiteral(toLiteral([1]))).toEqual(toLiteral([1]))
    expect(toLiteral({ scalar: { primitive: { integer: '7' } } } as never)).toEqual(primitive({ integer: '7' }))
    expect(toLiteral({ scalar: 5 }).map).toBeDefined()
    expect(toLiteral({ scalar: { primitive: {} } }).map).toBeDefined()
    expect(toLiteral({ collection: [1] }).map).toBeDefined()
    expect(toLiteral({ ...toLiteral(1), more: 1 } as never).map).toBeDefined()
  })

  it.each<[unknown, RegExp]>([
    [Number.NaN, /^value: expected .*NaN and infinity need the type FLOAT.*, got NaN$/],
    [Number.NEGATIVE_INFINITY, /got -Infinity$/],
    [2n ** 63n, /got an integer beyond 64 bits$/],
    ['\ud800', /got a text with half of a surrogate pair$/],
    [{ 'a\udc00': 1 }, /^value\["a\\udc00"\]: expected a key, got a text with half/],
    [new Date(Number.NaN), /got an invalid date$/],
    [new Date(8.64e15), /got a date$/],
    [() => 1, /got a function$/],
    [Symbol('a'), /got a symbol$/],
    [new Map(), /got an object of a class: make a plain one of it$/],
    [[[{ 'a b': [1, Number.NaN] }]], /^value\[0\]\[0\]\["a b"\]\[1\]: /],
  ])('%s is refused', (value, message) => {
    expect(refusal(value)).toMatch(message)
  })
})

describe('of a type', () => {
  it.each<[SimpleType, LiteralInput, object]>([
    ['INTEGER', '-9223372036854775808', { integer: '-9223372036854775808' }],
    ['INTEGER', 7n, { integer: '7' }],
    ['FLOAT', 5, { float_value: 5 }],
    ['FLOAT', 5n, { float_value: 5 }],
    ['FLOAT', Number.NaN, { float_value: 'NaN' }],
    ['FLOAT', Number.NEGATIVE_INFINITY, { float_value: '-Infinity' }],
    ['DATETIME', '2026-01-31t09:30:00.123456789+02:00', { datetime: '2026-01-31T09:30:00.123456789+02:00' }],
    ['DURATION', '90s', { duration: '90s' }],
    ['DURATION', '-0.5s', { duration: '-0.500000000s' }],
    ['DURATION', { seconds: 1, nanos: 5 }, { duration: '1.000000005s' }],
    ['DURATION', { seconds: 2 }, { duration: '2s' }],
  ])('%s takes %s', (name, value, expected) => {
    expect(toLiteral(value, simple(name))).toEqual(primitive(expected))
  })

  it.each<[SimpleType, unknown, string]>([
    ['INTEGER', 1.5, 'expected integer, got a number with a fraction'],
    ['INTEGER', 2 ** 53, 'expected integer, got an integer beyond 2^53, which has lost digits: write a bigint'],
    ['INTEGER', '1.5', 'expected integer, got a text'],
    ['INTEGER', '9223372036854775808', 'expected integer, got a text'],
    ['INTEGER', Number.NaN, 'expected integer, got NaN'],
    ['INTEGER', true, 'expected integer, got a boolean'],
    ['INTEGER', null, 'expected integer, got nothing'],
    ['FLOAT', '5', 'expected float, got a text'],
    ['FLOAT', 2n ** 60n, 'expected float, got an integer beyond 2^53'],
    ['STRING', 5, 'expected string, got an integer'],
    ['BOOLEAN', 1, 'expected boolean, got an integer'],
    ['DATETIME', '2026-02-30T00:00:00Z', 'expected datetime, got a text'],
    ['DATETIME', '2026-01-31', 'expected datetime, got a text'],
    ['DATETIME', '2026-01-31T09:30:00', 'expected datetime, got a text'],
    ['DATETIME', '2026-01-31T25:30:00Z', 'expected datetime, got a text'],
    ['DATETIME', '0001-01-01T00:00:00+01:00', 'expected datetime, got a text'],
    ['DATETIME', 0, 'expected datetime, got an integer'],
    ['DURATION', 90, 'expected duration, got an integer'],
    ['DURATION', '1h', 'expected duration, got a text'],
    ['DURATION', '1.1234567890s', 'expected duration, got a text'],
    ['DURATION', { seconds: 1, nanos: -1 }, 'expected duration, got an object'],
    ['DURATION', { seconds: 1e12 }, 'expected duration, got an object'],
    ['DURATION', {}, 'expected duration, got an object'],
    ['STRUCT', [1], 'expected struct, got a list'],
    ['NONE', 0, 'expected none, got an integer'],
    ['BINARY', 'AP+A', 'expected binary, got a text'],
    ['ERROR', 'failed', 'expected error, got a text'],
  ])('%s refuses %s', (name, value, message) => {
    expect(refusal(value, simple(name))).toBe(`value: ${message}`)
  })

  it('struct is JSON, with its own paths', () => {
    const value = { a: [1, 2n, null, undefined], at: new Date(0), none: undefined, b: { c: true } }
    expect(toLiteral(value as never, simple('STRUCT')).scalar).toEqual({
      generic: { a: [1, 2, null, null], at: '1970-01-01T00:00:00.000Z', b: { c: true } },
    })
    expect(refusal({ a: [{ b: Number.NaN }, 2n ** 60n] }, simple('STRUCT')).split('\n')).toEqual([
      'value.a[0].b: expected null, boolean, finite number, bigint within 2^53, text, list or object, got NaN',
      'value.a[1]: expected null, boolean, finite number, bigint within 2^53, text, list or object, got an integer beyond 2^53',
    ])
  })

  it('error has a message', () => {
    expect(toLiteral({ message: 'it failed' }, simple('ERROR')).scalar).toEqual({
      error: { failed_node_id: '', message: 'it failed' },
    })
  })

  it('collections and maps say where they do not fit, each place on a line, the first twenty', () => {
    const people = list(mapOf(simple('STRING')))
    expect(refusal([{ name: 'a' }, { name: 1 }, 'b'], people).split('\n')).toEqual([
      'value[1].name: expected string, got an integer',
      'value[2]: expected map of string, got a text',
    ])
    const many = refusal(Array(30).fill(1), list(simple('STRING'))).split('\n')
    expect(many).toHaveLength(21)
    expect(many.at(-1)).toBe('… and 10 more')
    expect(refusal({}, list(simple('STRING')))).toBe('value: expected list of string, got an object')
    expect(refusal([], mapOf(simple('STRING')))).toBe('value: expected map of string, got a list')
    expect(refusal(duration(1), mapOf(simple('INTEGER')))).toMatch('expected map of integer')
  })

  it('enum takes one of its texts', () => {
    const color = type({ enum_type: { values: ['RED', 'GREEN'] } })
    expect(toLiteral('RED', color)).toEqual(primitive({ string_value: 'RED' }))
    expect(refusal('canary', color)).toBe('value: expected one of "RED", "GREEN", got a text')
    expect(refusal('toString', type({ enum_type: { values: [] } }))).toMatch('expected one of')
  })

  it('blobs, schemas and structured datasets are named by their URI', () => {
    expect(toLiteral('s3://b/k', csv).scalar?.blob).toEqual({
      uri: 's3://b/k',
      metadata: { type: { format: 'csv', dimensionality: 'SINGLE' } },
    })
    expect(toLiteral({ uri: 's3://b/k' }, type({ schema: { columns: [] } })).scalar?.schema).toEqual({
      uri: 's3://b/k',
      type: { columns: [] },
    })
    expect(toLiteral('s3://b/k', type({ structured_dataset_type: dataset })).scalar?.structured_dataset).toEqual({
      uri: 's3://b/k',
      metadata: { structured_dataset_type: dataset },
    })
    const parquet = { uri: 's3://b/k', metadata: { type: { format: 'parquet', dimensionality: 'SINGLE' } } }
    expect(refusal(parquet, csv)).toBe('value: expected the URI of a blob of format "csv", got a Literal of blob')
    expect(refusal('', csv)).toMatch('got a text')
    expect(refusal({ uri: 's3://b/k', path: 'x' }, csv)).toMatch('got an object')
    expect(refusal('x', type({}))).toBe('value: expected a type that this version does not know, got a text')
  })

  it('a Literal must be of it', () => {
    expect(toLiteral(toLiteral(5), simple('INTEGER'))).toEqual(toLiteral(5))
    expect(toLiteral([toLiteral(5), 6], list(simple('INTEGER'))).collection?.literals).toHaveLength(2)
    expect(refusal([toLiteral(5)], list(simple('STRING')))).toBe('value[0]: expected string, got a Literal of integer')
  })
})

describe('of a union', () => {
  const variantOf = (value: LiteralInput, ofType: LiteralType) => toLiteral(value, ofType).scalar?.union?.type

  it.each<[string, LiteralInput, LiteralType[], number]>([
    ['an integer is an integer first', 5, [simple('FLOAT'), simple('INTEGER')], 1],
    ['an integer can be a float', 5, [simple('NONE'), simple('FLOAT')], 1],
    ['NaN can be a float', Number.NaN, [simple('NONE'), simple('FLOAT')], 1],
    ['null is none', null, [simple('FLOAT'), simple('NONE')], 1],
    ['a text is a text first', '2026-01-31T09:30:00Z', [simple('DATETIME'), simple('STRING')], 1],
    ['a text can be a datetime', '2026-01-31T09:30:00Z', [simple('NONE'), simple('DATETIME')], 1],
    ['digits are a text first', '5', [simple('INTEGER'), simple('STRING')], 1],
    ['a text is no enum first', 'RED', [type({ enum_type: { values: ['RED'] } }), simple('STRING')], 1],
    ['a text can be a URI', 's3://b/k', [simple('NONE'), csv], 1],
    ['digits in a list are texts first', ['5'], [list(simple('INTEGER')), list(simple('STRING'))], 1],
    ['digits in a map are texts first', { a: '5' }, [mapOf(simple('INTEGER')), mapOf(simple('STRING'))], 1],
    [
      'digits are a text first, also beside a union',
      '5',
      [union(simple('INTEGER'), simple('NONE')), simple('STRING')],
      1,
    ],
    ['an object is no duration first', { seconds: 1 }, [simple('DURATION'), simple('STRUCT')], 1],
    ['an object that is no map is a struct', { a: 'x' }, [mapOf(simple('INTEGER')), simple('STRUCT')], 1],
    ['of two that fit it is the first', { a: 1 }, [simple('STRUCT'), simple('STRUCT')], 0],
  ])('%s', (_name, value, variants, index) => {
    expect(variantOf(value, union(...variants))).toBe(variants[index])
  })

  it('what fromLiteral gives of a blob is a blob, or a struct where the type has that first', () => {
    const blob = { uri: 's3://b/k', metadata: { type: { format: 'csv', dimensionality: 'SINGLE' } } }
    expect(variantOf(blob, union(simple('STRUCT'), csv))).toMatchObject({ simple: 'STRUCT' })
    expect(variantOf(blob, union(csv, simple('STRUCT')))).toBe(csv)
  })

  it('a Literal of a variant becomes one of the union, once, and what is offloaded stays as it is', () => {
    const optional = union(simple('NONE'), simple('INTEGER'))
    const wrapped = toLiteral(toLiteral(5), optional)
    expect(wrapped).toEqual(toLiteral(5, optional))
    expect(toLiteral(wrapped, optional)).toEqual(wrapped)
    const offloaded = {
      offloaded_metadata: { uri: 's3://b/k', size_bytes: '1', inferred_type: null },
      hash: '',
      metadata: {},
    }
    expect(toLiteral(offloaded, optional)).toEqual(offloaded)
    expect(refusal(toLiteral('a'), optional)).toMatch(/^value: expected none or integer, got /)
  })

  it('of unions goes down to the variant', () => {
    const inner = union(simple('INTEGER'), simple('NONE'))
    const outer = list(union(inner, simple('STRING')))
    expect(toLiteral([5, 'a'], outer).collection?.literals.map(({ scalar }) => scalar?.union?.type)).toEqual([
      inner,
      simple('STRING'),
    ])
  })

  it('says which variants were tried, or what is wrong in the one that was meant', () => {
    const optional = union(list(simple('INTEGER')), simple('NONE'))
    expect(refusal('x', optional)).toBe('value: expected list of integer or none, got a text')
    expect(refusal([1, 'x', true], optional).split('\n')).toEqual([
      'value[1]: expected integer, got a text',
      'value[2]: expected integer, got a boolean',
    ])
    expect(refusal([true], union(list(simple('INTEGER')), list(simple('STRING'))))).toBe(
      'value: expected list of integer or list of string, got a list',
    )
  })
})

it('repeats no value in a message: inputs may be secrets', () => {
  for (const name of ['INTEGER', 'FLOAT', 'BOOLEAN', 'DATETIME', 'DURATION', 'BINARY', 'ERROR', 'STRUCT'] as const)
    expect(refusal('canary', simple(name))).not.toContain('canary')
})
