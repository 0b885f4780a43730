import type { Literal, LiteralType, Primitive, Scalar } from '@flyte-js/idl'
import { fromBase64 } from './base64.js'
import { checkLiteral } from './check-literal.js'
import { readDuration } from './duration.js'
import { literalKind, msgpackTag } from './literal-kind.js'
import { decodeMsgpack } from './msgpack.js'
import { at, atRoot, type Place, problem } from './place.js'
import { dateOf } from './timestamp.js'

/**
 * The value of a Literal, as JavaScript has it. `toLiteral` with the same type makes the Literal of it again.
 *
 * | the Literal holds | the value |
 * |---|---|
 * | integer | a number; a bigint beyond 2^53 |
 * | float, string, boolean | a number (also NaN and the infinities), a text, a boolean |
 * | datetime | a `Date`: what is finer than milliseconds is cut off, and stands in the Literal |
 * | duration | `{ seconds, nanos }`, as `duration()` makes it |
 * | none | `null` |
 * | collection, map | a list, an object |
 * | struct (`generic`, or MessagePack in `binary`, as flytekit writes it) | what JSON has for it, with bigints beyond 2^53 and bytes |
 * | binary | a `Uint8Array` |
 * | union | the value of its variant |
 * | blob, schema, structured dataset, error | the message of flyteidl: `{ uri, metadata }`, `{ uri, type }`, `{ message, failed_node_id }` |
 * | offloaded | flyteidl's `LiteralOffloadedMetadata`, `{ uri, size_bytes, inferred_type }`: a Literal that lies in the store at `uri` |
 *
 * @param literal - a Literal, as Flyte Admin answers it
 * @param type - the type that it must be of, as an interface's `variables.x.type`. Default: whatever it is of
 * @throws `FlyteError` `FLYTE_INVALID_ARGUMENT`, which names each place that is not of the type, holds nothing, or cannot be read
 *
 * Source: flyteidl/protos/flyteidl/core/literals.proto
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { fromLiteral } from '@flyte-js/admin/literals'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
 * const { full_outputs } = await admin.getExecutionData({ id })
 * for (const [name, literal] of Object.entries(full_outputs?.literals ?? {})) console.log(name, fromLiteral(literal))
 * ```
 */
export function fromLiteral(literal: Literal, type?: LiteralType | null): unknown {
  return atRoot('value', (place) => {
    if (type) checkLiteral(literal, type, place)
    return place.problems.length === 0 ? read(literal, place) : undefined
  })
}

function read(literal: Literal, place: Place): unknown {
  const kind = literalKind(literal)
  const { scalar, collection, map, offloaded_metadata } = literal
  if (kind === undefined) {
    return problem(place, 'is a Literal without a value, or with one of a kind that this version does not know')
  }
  if (scalar) return readScalar(scalar, place)
  if (collection) return collection.literals.map((item, index) => at(place, index, () => read(item, place)))
  if (!map) return offloaded_metadata
  // `fromEntries` makes a member of `__proto__`, where an assignment would change the prototype.
  const members = Object.entries(map.literals)
  return Object.fromEntries(members.map(([key, member]) => [key, at(place, key, () => read(member, place))]))
}

function readScalar(scalar: Scalar, place: Place): unknown {
  const { primitive, binary, union, none_type } = scalar
  if (none_type) return null
  if (primitive) return readPrimitive(primitive, place)
  if (union) return read(union.value as Literal, place)
  if (!binary) return scalar.generic ?? scalar.blob ?? scalar.schema ?? scalar.structured_dataset ?? scalar.error
  const bytes = fromBase64(binary.value)
  if (binary.tag === msgpackTag) return decodeMsgpack(bytes)
  return binary.tag ? problem(place, 'is binary with a tag that this version does not know') : bytes
}

function readPrimitive({ integer, float_value, datetime, duration, ...rest }: Primitive, place: Place): unknown {
  // A 64-bit integer is a text in protobuf's JSON, NaN and the infinities are texts as well.
  if (integer !== undefined) return Number.isSafeInteger(Number(integer)) ? Number(integer) : BigInt(integer)
  if (float_value !== undefined) return Number(float_value)
  if (datetime !== undefined) return dateOf(datetime) ?? problem(place, 'is no datetime')
  if (duration !== undefined) return readDuration(duration) ?? problem(place, 'is no duration')
  return rest.string_value ?? rest.boolean
}
