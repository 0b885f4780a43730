// Any message of a type, for property tests.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { enums } from '@flyte-js/idl/messages'
import fc from 'fast-check'
import { fieldsOf, type Message, type MessageValue, setField } from '../../src/flyte-admin/message.js'
import { formatDuration, formatTimestamp, wrappedKind } from '../../src/flyte-admin/well-known-types.js'

const nanos = fc.oneof(
  fc.constant(0),
  fc.nat({ max: 999_999_999 }),
  fc.nat({ max: 999 }).map((millis) => millis * 1_000_000),
)

/** Any message of that type: set fields only, at most so many messages deep. */
export function arbitraryMessage(type: string, depth = 4): fc.Arbitrary<Message> {
  const fields = fieldsOf(type).fields.filter(({ kind }) => depth > 0 || kind !== 'message')
  return fc
    .record(Object.fromEntries(fields.map((field) => [field.name, arbitraryField(field, depth)])), { requiredKeys: [] })
    .map((values) => {
      const message: Message = {}
      const oneofs = new Set<string>()
      for (const field of fields) {
        const value = values[field.name]
        if (value === undefined || (field.oneof !== undefined && oneofs.has(field.oneof))) continue
        setField(message, field, value)
        if (field.oneof !== undefined) oneofs.add(field.oneof)
      }
      return message
    })
}

function arbitraryField(field: FieldDescriptor, depth: number): fc.Arbitrary<MessageValue> {
  const single = arbitrarySingle(field, depth)
  if (field.map !== undefined) {
    const key = field.map === 'string' ? fc.string() : fc.nat().map(String)
    return fc.dictionary(key, single, { maxKeys: 3, noNullPrototype: true }) as fc.Arbitrary<Message>
  }
  return field.repeated ? fc.array(single, { maxLength: 3 }) : single
}

function arbitrarySingle(field: FieldDescriptor, depth: number): fc.Arbitrary<MessageValue> {
  if (field.kind === 'message') return arbitraryOfType(field.type as string, depth)
  if (field.kind === 'enum')
    return fc.oneof(fc.constantFrom(...Object.keys(enums[field.type as string] ?? {})), fc.constant(123_456))
  return arbitraryScalar(field.kind)
}

function arbitraryScalar(kind: string): fc.Arbitrary<MessageValue> {
  switch (kind) {
    case 'string':
      return fc.string({ unit: 'grapheme' })
    case 'bool':
      return fc.boolean()
    case 'bytes':
      return fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'))
    case 'int32':
      return fc.integer()
    case 'uint32':
      return fc.nat({ max: 2 ** 32 - 1 })
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
    case 'uint64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
    case 'float':
      return fc.float({ noNaN: true, noDefaultInfinity: true }).map(positiveZero)
    default:
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map(positiveZero)
  }
}

/** JSON has no -0. */
function positiveZero(number: number): number {
  return number === 0 ? 0 : number
}

function arbitraryOfType(type: string, depth: number): fc.Arbitrary<MessageValue> {
  const wrapped = wrappedKind(type)
  if (wrapped !== undefined) return arbitraryScalar(wrapped)
  if (type === 'google.protobuf.Timestamp') {
    const seconds = fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n })
    return fc.record({ seconds, nanos }).map(formatTimestamp)
  }
  if (type === 'google.protobuf.Duration') {
    return fc
      .record({ seconds: fc.bigInt({ min: 0n, max: 315_576_000_000n }), nanos, isNegative: fc.boolean() })
      .map(({ seconds, nanos, isNegative }) =>
        formatDuration(isNegative ? { seconds: -seconds, nanos: -nanos || 0 } : { seconds, nanos }),
      )
  }
  if (type === 'google.protobuf.Struct') {
    const value = fc.jsonValue({ maxDepth: 2 }).map(withoutNegativeZero) as fc.Arbitrary<MessageValue>
    return fc.dictionary(fc.string(), value, { maxKeys: 3, noNullPrototype: true }) as fc.Arbitrary<Message>
  }
  if (type === 'google.protobuf.Any')
    return fc.constant({ '@type': 'type.googleapis.com/flyteidl.core.Identifier', name: 'x' })
  return arbitraryMessage(type, depth - 1)
}

function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
