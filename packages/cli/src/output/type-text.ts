import type { LiteralType, ParameterMap, VariableMap } from '@flyte-js/idl'

/** A type in short: `integer`, `list of float`, `string or none`, `"a" or "b"`. */
function typeText(type: LiteralType | null | undefined): string {
  if (!type) return 'unknown'
  const { simple, collection_type, map_value_type, enum_type, union_type } = type
  if (simple !== undefined) return simple.toLowerCase()
  if (collection_type) return `list of ${typeText(collection_type)}`
  if (map_value_type) return `map of ${typeText(map_value_type)}`
  if (enum_type) return enum_type.values.map((value) => JSON.stringify(value)).join(' or ')
  if (union_type) return union_type.variants.map(typeText).join(' or ')
  if (type.blob) return type.blob.format ? `blob (${type.blob.format})` : 'blob'
  if (type.schema) return 'schema'
  return type.structured_dataset_type ? 'structured dataset' : 'unknown'
}

/** The variables of an interface in one line, by name: `n: integer, xs: list of float`. */
export function variablesText(map: VariableMap | null | undefined): string {
  return joined(map?.variables ?? {}, ({ type }) => typeText(type))
}

/** The parameters of a launch plan in one line; a question mark is behind those that may be left out: `n: integer, since?: datetime`. */
export function parametersText(map: ParameterMap | null | undefined): string {
  const parameters = Object.entries(map?.parameters ?? {}).map(([name, parameter]) => [
    parameter.required ? name : `${name}?`,
    parameter,
  ])
  return joined(Object.fromEntries(parameters) as ParameterMap['parameters'], ({ var: variable }) =>
    typeText(variable?.type),
  )
}

function joined<Item>(items: { readonly [name: string]: Item }, textOf: (item: Item) => string): string {
  return Object.entries(items)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, item]) => `${name}: ${textOf(item)}`)
    .join(', ')
}
