import type { Literal } from '@flyte-js/idl'
import { isPlainObject } from './describe.js'

/** The members of the oneofs of a Literal, and what each is called in messages. */
const kinds = {
  scalar: {
    blob: 'blob',
    binary: 'binary',
    schema: 'schema',
    none_type: 'none',
    error: 'error',
    generic: 'struct',
    structured_dataset: 'structured dataset',
    union: 'union',
  },
  primitive: {
    integer: 'integer',
    float_value: 'float',
    string_value: 'string',
    boolean: 'boolean',
    datetime: 'datetime',
    duration: 'duration',
  },
} as const

/** The tag of bytes that are a struct in MessagePack, as flytekit writes dataclasses and dicts since 1.14. */
export const msgpackTag = 'msgpack'

/**
 * What a Literal holds: which members of its oneofs are set (flyteidl/core/literals.proto). Simple types are called as `SimpleType`
 * calls them, in lower case. `undefined` where nothing is set, or something that this version does not know.
 */
export function literalKind({ scalar, collection, map, offloaded_metadata }: Partial<Literal>): string | undefined {
  if (scalar) {
    if (scalar.primitive) return memberOf(scalar.primitive, kinds.primitive)
    return scalar.binary?.tag === msgpackTag ? 'struct' : memberOf(scalar, kinds.scalar)
  }
  if (Array.isArray(collection?.literals)) return 'list'
  if (isPlainObject(map?.literals)) return 'map'
  return typeof offloaded_metadata?.uri === 'string' ? 'offloaded' : undefined
}

function memberOf(oneof: object, names: Readonly<Record<string, string>>): string | undefined {
  const member = Object.keys(names).find(
    (name) => ((oneof as Record<string, unknown>)[name] ?? undefined) !== undefined,
  )
  return member && names[member]
}

/** Tells a Literal from a map: it has a member of the oneof, of that member's own shape, and no other keys. */
export function isLiteral(value: unknown): value is Literal {
  return (
    isPlainObject(value) &&
    Object.keys(value).every((key) => /^(scalar|collection|map|offloaded_metadata|hash|metadata)$/.test(key)) &&
    literalKind(value) !== undefined
  )
}
