import type { Literal, LiteralType, SimpleType } from '@flyte-js/idl'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duration } from './duration.js'
import { fromLiteral } from './from-literal.js'
import { type LiteralInput, toLiteral } from './to-literal.js'

const type = (member: Partial<LiteralType>): LiteralType => ({
  ...member,
  metadata: null,
  annotation: null,
  structure: null,
})
const simple = (name: SimpleType) => type({ simple: name })
const literal = (member: Partial<Literal>): Literal => ({ ...member, hash: '', metadata: {} })
const primitive = (member: object) => literal({ scalar: { primitive: member } })
const refusal = (value: unknown, ofType?: LiteralType): string => {
  try {
    fromLiteral(value as Literal, ofType)
  } catch (error) {
    expect(error).toMatchObject({ name: 'FlyteError', code: 'FLYTE_INVALID_ARGUMENT' })
    return (error as Error).message
  }
  return 'accepted'
}

it.each<[object, unknown]>([
  [{ integer: '9007199254740991' }, 9_007_199_254_740_991],
  [{ integer: '9007199254740993' }, 9_007_199_254_740_993n],
  [{ float_value: 'NaN' }, Number.NaN],
  [{ float_value: '-Infinity' }, Number.NEGATIVE_INFINITY],
  [{ float_value: 0 }, 0],
  [{ string_value: '' }, ''],
  [{ boolean: false }, false],
  [{ datetime: '2026-01-31T09:30:00.123999999Z' }, new Date('2026-01-31T09:30:00.123Z')],
  [{ datetime: '1969-12-31T23:59:59.5Z' }, new Date(-500)],
  [{ datetime: '2026-01-31T09:30:00+02:00' }, new Date('2026-01-31T07:30:00Z')],
  [{ duration: '90s' }, duration(90_000)],
  [{ duration: '-0.000000001s' }, { seconds: 0, nanos: -1 }],
])('%j is %s', (member, value) => {
  expect(fromLiteral(primitive(member))).toEqual(value)
})

it('collections, maps and unions are their values', () => {
  const union = literal({ scalar: { union: { value: primitive({ integer: '1' }), type: simple('INTEGER') } } })
  expect(fromLiteral(literal({ collection: { literals: [union] } }))).toEqual([1])
  expect(fromLiteral(literal({ map: { literals: { a: union } } }))).toEqual({ a: 1 })
  expect(fromLiteral(literal({ scalar: { none_type: {} } }))).toBeNull()
})

it('structs are JSON, also as flytekit packs them', () => {
  expect(fromLiteral(literal({ scalar: { generic: { a: [1, null] } } }))).toEqual({ a: [1, null] })
  // msgpack.dumps({'a': 2**63 - 1})
  const packed = literal({ scalar: { binary: { value: 'gaFhz3//////////', tag: 'msgpack' } } })
  expect(fromLiteral(packed, simple('STRUCT'))).toEqual({ a: 2n ** 63n - 1n })
  expect(fromLiteral(literal({ scalar: { binary: { value: 'AP+A', tag: '' } } }))).toEqual(
    new Uint8Array([0, 255, 128]),
  )
  expect(refusal(literal({ scalar: { binary: { value: 'AA==', tag: 'cbor' } } }))).toMatch('a tag that this version')
  expect(refusal(literal({ scalar: { binary: { value: 'wQ==', tag: 'msgpack' } } }))).toMatch('cannot be read')
})

it('what lies elsewhere is the message that says where', () => {
  const blob = { uri: 's3://b/k', metadata: { type: { format: 'csv', dimensionality: 'SINGLE' as const } } }
  const offloaded = { uri: 's3://b/big', size_bytes: '10000000', inferred_type: simple('INTEGER') }
  expect(fromLiteral(literal({ scalar: { blob } }))).toBe(blob)
  expect(fromLiteral(literal({ offloaded_metadata: offloaded }), type({ collection_type: simple('INTEGER') }))).toBe(
    offloaded,
  )
  expect(toLiteral({ ...blob }, type({ blob: { format: '', dimensionality: 'SINGLE' } })).scalar?.blob).toEqual(blob)
})

describe('refused is', () => {
  it('what is not of the type, with every place', () => {
    const value = toLiteral({ xs: [1, 'a', 2.5] })
    const ofType = type({ map_value_type: type({ collection_type: simple('INTEGER') }) })
    expect(refusal(value, ofType).split('\n')).toEqual([
      'value.xs[1]: expected integer, got a Literal of string',
      'value.xs[2]: expected integer, got a Literal of float',
    ])
  })

  it.each<[string, LiteralType, LiteralInput]>([
    ['list', type({ collection_type: simple('INTEGER') }), { a: 1 }],
    ['map', type({ map_value_type: simple('INTEGER') }), [1]],
    ['enum', type({ enum_type: { values: ['RED'] } }), 'BLUE'],
    ['union', type({ union_type: { variants: [simple('INTEGER'), simple('NONE')] } }), 'a'],
    ['blob', type({ blob: { format: '', dimensionality: 'SINGLE' } }), 's3://b/k'],
    ['schema', type({ schema: { columns: [] } }), 's3://b/k'],
    ['nothing known', type({}), 1],
  ])('another than a %s', (_name, ofType, value) => {
    expect(refusal(toLiteral(value), ofType)).toMatch(/^value: expected /)
  })

  it.each<[unknown]>([
    [literal({})],
    [literal({ scalar: {} })],
    [literal({ scalar: { primitive: {} } })],
    [literal({ scalar: { union: { value: null, type: null } } })],
    [literal({ collection: {} as never })],
    [literal({ map: { literals: { a: literal({}) } } })],
    [primitive({ integer: 'a' })],
    [primitive({ duration: '1h' })],
    [primitive({ datetime: 'yesterday' })],
    [literal({ scalar: { binary: { value: '*', tag: '' } } })],
    [null],
    [5],
  ])('%j', (value) => {
    expect(refusal(value)).toMatch(/^value/)
    expect(refusal(value, simple('STRING'))).toMatch(/^value/)
  })

  it('one that is nested too deep to be read', () => {
    let deep = primitive({ integer: '1' })
    for (let level = 0; level < 50_000; level++) deep = literal({ collection: { literals: [deep] } })
    expect(refusal(deep)).toMatch('cannot be read')
  })
})

it('takes a schema for a structured dataset and a single variant for its value, as Flyte Admin does', () => {
  const schema = toLiteral('s3://b/k', type({ schema: { columns: [] } }))
  const dataset = { columns: [], format: '', external_schema_type: '', external_schema_bytes: '' }
  expect(fromLiteral(schema, type({ structured_dataset_type: dataset }))).toMatchObject({ uri: 's3://b/k' })
  const union = toLiteral(5, type({ union_type: { variants: [simple('INTEGER')] } }))
  expect(fromLiteral(union, simple('INTEGER'))).toBe(5)
  expect(fromLiteral(toLiteral(5), type({ union_type: { variants: [simple('NONE'), simple('INTEGER')] } }))).toBe(5)
})

describe('a value that becomes a Literal, JSON, and a value again', () => {
  const wire = (made: Literal): Literal => JSON.parse(JSON.stringify(made))
  const text = fc.string({ unit: 'binary' })
  const date = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  const span = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map(duration)
  const unbig = (integer: bigint) => (Number.isSafeInteger(Number(integer)) ? Number(integer) : integer)

  /** A type, and values of it. */
  const typed: fc.Arbitrary<[LiteralType, LiteralInput]> = fc.letrec<{ any: [LiteralType, LiteralInput] }>((tie) => {
    const leaf = (name: SimpleType, values: fc.Arbitrary<LiteralInput>) =>
      values.map((value): [LiteralType, LiteralInput] => [simple(name), value])
    const json = fc.dictionary(text, fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' })) as fc.Arbitrary<LiteralInput>
    const any = tie('any')
    return {
      any: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf('STRING', text),
        leaf('INTEGER', int64.map(unbig)),
        leaf('FLOAT', fc.oneof(float, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY))),
        leaf('BOOLEAN', fc.boolean()),
        leaf('NONE', fc.constant(null)),
        leaf('DATETIME', date),
        leaf('DURATION', span),
        leaf('BINARY', fc.uint8Array()),
        leaf('STRUCT', json),
        any.map(([ofType, value]): [LiteralType, LiteralInput] => [type({ collection_type: ofType }), [value, value]]),
        fc
          .tuple(text, any)
          .map(([key, [ofType, value]]): [LiteralType, LiteralInput] => [
            type({ map_value_type: ofType }),
            Object.fromEntries([[key, value]]),
          ]),
        any.map(([ofType, value]): [LiteralType, LiteralInput] => [
          type({ union_type: { variants: [simple('NONE'), ofType] } }),
          value,
        ]),
      ),
    }
  }).any
  /** A text that tells all values apart but -0 from 0, which JSON does not either, and objects with another prototype. */
  const canonical = (value: unknown): string =>
    JSON.stringify(value, (_, each: unknown) => {
      if (typeof each === 'bigint' || (typeof each === 'number' && !Number.isFinite(each))) return `number ${each}`
      return each instanceof Uint8Array ? ['bytes', ...each] : each
    })

  it('is the same, of its type', () => {
    fc.assert(
      fc.property(typed, ([ofType, value]) => {
        expect(canonical(fromLiteral(wire(toLiteral(value, ofType)), ofType))).toBe(canonical(value))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same, without a type', () => {
    const values: fc.Arbitrary<LiteralInput> = fc.letrec<{ any: LiteralInput }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(text, float, fc.boolean(), fc.constant(null), date, span, fc.uint8Array(), int64.map(unbig)),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'scalar')), tie('any'), {
          maxKeys: 4,
        }),
      ),
    })).any
    fc.assert(
      fc.property(values, (value) => {
        expect(canonical(fromLiteral(wire(toLiteral(value))))).toBe(canonical(value))
      }),
      { numRuns: 500 },
    )
  })
})

describe('any value at all', () => {
  const loop: unknown[] = []
  loop.push(loop)
  const knot: { [key: string]: unknown } = {}
  knot.a = [{ b: knot }]
  let deep: unknown = 1
  for (let level = 0; level < 50_000; level++) deep = level % 2 === 0 ? [deep] : { deep }
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const trap = {
    get a() {
      throw new Error('canary')
    },
  }

  it.each<[string, unknown, RegExp]>([
    ['a list that holds itself', loop, /^value\[0\]: holds itself, which no Literal can$/],
    ['an object that holds itself', knot, /^value\.a\[0\]\.b: holds itself/],
    ['one that is deep', deep, /is nested deeper than 100 levels$/],
    ['a proxy that is revoked', revoked.proxy, /^value: cannot be read/],
    ['a getter that throws', trap, /^value.*: cannot be read/],
    ['a class', new (class Canary {})(), /^value: expected .*, got an object of a class/],
  ])('%s is refused', (_name, value, message) => {
    for (const ofType of [undefined, type({ union_type: { variants: [simple('NONE')] } })]) {
      try {
        toLiteral(value as LiteralInput, ofType)
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
        if (ofType === undefined) expect((error as Error).message).toMatch(message)
        expect((error as Error).message).not.toContain('anary')
      }
    }
    expect(() => toLiteral(value as LiteralInput, simple('STRUCT'))).toThrow(
      expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }),
    )
  })

  it('the same list twice is no loop', () => {
    const shared = [1]
    expect(fromLiteral(toLiteral([shared, shared]))).toEqual([[1], [1]])
    expect(toLiteral({ a: shared, b: shared }, simple('STRUCT')).scalar?.generic).toEqual({ a: [1], b: [1] })
  })

  it('becomes a Literal that can be sent, or a FlyteError', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      stringUnit: 'binary',
      key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'scalar', 'uri', 'seconds', 'literals', 'map')),
    })
    const types = fc.constantFrom<LiteralType | undefined>(
      undefined,
      ...(['INTEGER', 'FLOAT', 'STRING', 'DATETIME', 'DURATION', 'BINARY', 'ERROR', 'STRUCT', 'NONE'] as const).map(
        simple,
      ),
      type({ collection_type: type({ union_type: { variants: [simple('STRING'), simple('STRUCT')] } }) }),
      type({ map_value_type: type({ blob: { format: 'csv', dimensionality: 'SINGLE' } }) }),
      type({
        structured_dataset_type: { columns: [], format: '', external_schema_type: '', external_schema_bytes: '' },
      }),
      type({}),
    )
    fc.assert(
      fc.property(anything, types, (value, ofType) => {
        try {
          const made = toLiteral(value as LiteralInput, ofType)
          expect(() =>
            new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(JSON.stringify(made))),
          ).not.toThrow()
        } catch (error) {
          expect(error).toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  it('read as a Literal is a value, or a FlyteError', () => {
    const anything = fc.anything({
      key: fc.constantFrom(
        'scalar',
        'primitive',
        'collection',
        'literals',
        'map',
        'union',
        'value',
        'integer',
        'datetime',
        'binary',
        'tag',
        '__proto__',
      ),
      maxDepth: 6,
    })
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom(undefined, simple('INTEGER'), type({ collection_type: simple('STRING') })),
        (value, ofType) => {
          try {
            fromLiteral(value as Literal, ofType)
          } catch (error) {
            expect(error).toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
