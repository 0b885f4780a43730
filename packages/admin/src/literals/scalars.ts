import type { JsonObject, JsonValue, Primitive, Scalar, SimpleType } from '@flyte-js/idl'
import { toBase64 } from './base64.js'
import { describeValue, isPlainObject, isUnicode } from './describe.js'
import { durationText, isDuration, readDuration } from './duration.js'
import { at, mismatch, type Place, within } from './place.js'
import { timestampOf } from './timestamp.js'

/**
 * Makes the scalar of a simple type, or `undefined` where the value is none of it.
 *
 * `exact`: only what is naturally of that type, so that a union finds the variant that is meant; else also what can be read as
 * it, such as an integer for a float or a text for a datetime.
 */
type ToScalar = (value: unknown, exact: boolean, place: Place) => Scalar | undefined

const primitive = (member: Primitive): Scalar => ({ primitive: member })

/** How each simple type is made (flyteidl/core/types.proto, `SimpleType`). */
export const toScalar: Readonly<Record<SimpleType, ToScalar>> = {
  NONE: (value) => (value === null || value === undefined ? { none_type: {} } : undefined),
  INTEGER: (value, exact) => {
    const isNumber = Number.isSafeInteger(value) || typeof value === 'bigint'
    if (!isNumber && (exact || typeof value !== 'string' || !/^-?\d{1,19}$/.test(value))) return undefined
    const integer = BigInt(value as number | bigint | string)
    return BigInt.asIntN(64, integer) === integer ? primitive({ integer: String(integer) }) : undefined
  },
  FLOAT: (value, exact) => {
    if (typeof value === 'bigint' && !exact && Number.isSafeInteger(Number(value)))
      return primitive({ float_value: Number(value) })
    if (typeof value !== 'number' || (exact && (Number.isSafeInteger(value) || !Number.isFinite(value))))
      return undefined
    // protobuf's JSON writes NaN and the infinities as texts, for which flyteidl's types have no word.
    return primitive({ float_value: Number.isFinite(value) ? value : (String(value) as unknown as number) })
  },
  STRING: (value) => (typeof value === 'string' && isUnicode(value) ? primitive({ string_value: value }) : undefined),
  BOOLEAN: (value) => (typeof value === 'boolean' ? primitive({ boolean: value }) : undefined),
  DATETIME: (value, exact) => {
    const datetime = exact && typeof value === 'string' ? undefined : timestampOf(value)
    return datetime === undefined ? undefined : primitive({ datetime })
  },
  DURATION: (value, exact) => {
    const isOne = typeof value === 'object' && value !== null && isDuration(value)
    const read = isOne ? value : exact ? undefined : readDuration(value)
    return read === undefined ? undefined : primitive({ duration: durationText(read) })
  },
  BINARY: (value) => (value instanceof Uint8Array ? { binary: { value: toBase64(value), tag: '' } } : undefined),
  ERROR: (value, exact) => {
    if (exact || !isPlainObject(value)) return undefined
    const { message, failed_node_id = '' } = value
    return typeof message === 'string' && typeof failed_node_id === 'string'
      ? { error: { failed_node_id, message } }
      : undefined
  },
  // What is wrong inside has been noted at its own place.
  STRUCT: (value, _exact, place) =>
    isPlainObject(value) && !isDuration(value) ? { generic: jsonOf(value, place) as JsonObject } : undefined,
}

/** A value of a `google.protobuf.Struct`, which knows what JSON does: numbers are doubles. */
export function jsonOf(value: unknown, place: Place): JsonValue | undefined {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value)
  if (typeof value === 'string' && isUnicode(value)) return value
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
  if (Array.isArray(value)) {
    return within(place, value, () =>
      Array.from(value, (item, index) => at(place, index, () => jsonOf(item ?? null, place) as JsonValue)),
    )
  }
  if (isPlainObject(value)) {
    return within(place, value, () => membersOf(value, place, (member) => jsonOf(member, place) as JsonValue))
  }
  return mismatch(place, 'null, boolean, finite number, bigint within 2^53, text, list or object', describeValue(value))
}

/** Converts the members of an object; those that are undefined are left out, as JSON does. */
export function membersOf<T>(
  value: { [key: string]: unknown },
  place: Place,
  convert: (member: unknown) => T,
): { [key: string]: T } {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  // `fromEntries` makes a member of `__proto__`, where an assignment would change the prototype.
  return Object.fromEntries(
    members.map(([key, member]) => [
      key,
      at(place, key, () => {
        if (!isUnicode(key)) mismatch(place, 'a key', describeValue(key))
        return convert(member)
      }),
    ]),
  )
}
