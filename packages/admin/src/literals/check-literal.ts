import type { BlobType, Literal, LiteralType } from '@flyte-js/idl'
import { describeType } from './describe.js'
import { literalKind } from './literal-kind.js'
import { at, mismatch, type Place, placeOf } from './place.js'

/**
 * Notes where a Literal is not of a type, by the rules that Flyte Admin goes by: formats of blobs are equal or left open, a schema
 * may stand for a structured dataset and the other way round.
 *
 * Source: flytepropeller/pkg/compiler/validators/typing.go, `AreTypesCastable`
 */
export function checkLiteral(literal: Literal, type: LiteralType, place: Place): undefined {
  const { collection_type, map_value_type } = type
  const { scalar, collection, map } = literal
  if (scalar?.union) return checkLiteral(scalar.union.value as Literal, type, place)
  if (collection_type && collection) {
    for (const [index, item] of collection.literals.entries())
      at(place, index, () => checkLiteral(item, collection_type, place))
  } else if (map_value_type && map) {
    for (const [key, member] of Object.entries(map.literals))
      at(place, key, () => checkLiteral(member, map_value_type, place))
  } else {
    const kind = literalKind(literal)
    if (isOf(type, literal, kind)) return
    mismatch(place, describeType(type), kind === undefined ? 'a Literal without a value' : `a Literal of ${kind}`)
  }
}

/** Whether a Literal is of a type that has no parts of its own, or of one of a union's. */
function isOf(type: LiteralType, literal: Literal, kind: string | undefined): boolean {
  // What it holds is known only to whoever reads it.
  if (kind === 'offloaded') return true
  const { simple, enum_type, union_type, blob, schema, structured_dataset_type } = type
  const { primitive, blob: came } = literal.scalar ?? {}
  if (simple) return kind === simple.toLowerCase()
  if (enum_type) return enum_type.values.some((value) => value === primitive?.string_value)
  if (blob) return came !== undefined && isSameFormat(came.metadata?.type, blob)
  if (schema || structured_dataset_type) return kind === 'schema' || kind === 'structured dataset'
  return (union_type?.variants ?? []).some((variant) => {
    const trial = placeOf('')
    checkLiteral(literal, variant, trial)
    return trial.problems.length === 0
  })
}

function isSameFormat(came: BlobType | null | undefined, { format }: BlobType): boolean {
  return !came?.format || !format || came.format === format
}
