// Flyte's types, in words.
import type { LiteralType } from '@flyte-js/idl'

const words: Partial<Record<NonNullable<LiteralType['simple']>, string>> = {
  INTEGER: 'whole number',
  FLOAT: 'number',
  STRING: 'text',
  BOOLEAN: 'yes or no',
  DATETIME: 'date and time',
  DURATION: 'length of time',
  STRUCT: 'JSON object',
}

/** A type in short: `whole number`, `list (number)`, `text or none`. */
export function typeText(type: LiteralType | undefined): string {
  if (type === undefined) return 'anything'
  const { simple, collection_type, map_value_type, enum_type, union_type } = type
  if (simple !== undefined) return words[simple] ?? simple.toLowerCase()
  if (collection_type) return `list (${typeText(collection_type)})`
  if (map_value_type) return `map (${typeText(map_value_type)})`
  if (union_type) return union_type.variants.map(typeText).join(' or ')
  if (enum_type) return 'one of these'
  return type.blob || type.structured_dataset_type ? 'URI' : 'JSON'
}

/** The type itself where it is optional: Flyte writes that as a union with none. */
export function withoutNone(type: LiteralType | null | undefined): LiteralType | undefined {
  const variants = type?.union_type?.variants.filter(({ simple }) => simple !== 'NONE')
  return variants?.length === 1 ? variants[0] : (type ?? undefined)
}
