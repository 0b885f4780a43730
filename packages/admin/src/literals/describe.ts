import type { LiteralType } from '@flyte-js/idl'

/** A type in the words of messages: `list of integer`, `integer or none`. */
export function describeType(type: LiteralType): string {
  const { simple, collection_type, map_value_type, enum_type, union_type } = type
  if (simple !== undefined) return simple.toLowerCase()
  if (collection_type) return `list of ${describeType(collection_type)}`
  if (map_value_type) return `map of ${describeType(map_value_type)}`
  if (enum_type) return `one of ${enum_type.values.map((value) => JSON.stringify(value)).join(', ')}`
  if (union_type) return union_type.variants.map(describeType).join(' or ')
  if (type.blob) return `the URI of a blob${type.blob.format && ` of format ${JSON.stringify(type.blob.format)}`}`
  if (type.schema) return 'the URI of a schema'
  if (type.structured_dataset_type) return 'the URI of a structured dataset'
  return 'a type that this version does not know'
}

/** What kind of value came, never the value: inputs may be secrets. With what to do about it, where that is not plain. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `${value}`
    if (!Number.isInteger(value)) return 'a number with a fraction'
    return Number.isSafeInteger(value) ? 'an integer' : 'an integer beyond 2^53, which has lost digits: write a bigint'
  }
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) return 'an integer beyond 64 bits'
    return Number.isSafeInteger(Number(value)) ? 'an integer' : 'an integer beyond 2^53'
  }
  if (typeof value === 'string') return isUnicode(value) ? 'a text' : 'a text with half of a surrogate pair'
  if (typeof value !== 'object') return `a ${typeof value}`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date'
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return 'a list'
  return isPlainObject(value) ? 'an object' : 'an object of a class: make a plain one of it'
}

/** Whether UTF-8 can write a text: not so where half of a surrogate pair stands alone. */
export const isUnicode = (text: string): boolean => !/\p{Surrogate}/u.test(text)

/** An object that was written as one, also in another realm, and not made by a class. */
export function isPlainObject(value: unknown): value is { [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
