// @ts-check
// Writes messages.ts: the messages as data, for servers and test doubles that read and write Flyte Admin's JSON.
import { ScalarType } from '@bufbuild/protobuf'

/**
 * @param {import('./services.mjs').Service[]} services
 * @param {import('./reachable.mjs').Reachable} reachable
 */
export function messagesFile(services, { messages, enums }) {
  const rpcs = services.flatMap((service) =>
    service.rpcs.map(({ name, descriptor, items, bindings }) => ({
      service: service.name,
      rpc: descriptor.name,
      method: name,
      request: descriptor.input.typeName,
      response: descriptor.output.typeName,
      items,
      bindings,
    })),
  )
  return `import type { FieldDescriptor, RpcDescriptor } from '../descriptors'

/** The fields of every message, by the message's full proto name; protobuf's well-known messages are left out. */
export const messages: Readonly<Record<string, readonly FieldDescriptor[]>> = {
${messages.map(({ typeName, fields }) => `  '${typeName}': ${list(fields.map(fieldDescriptor), '  ')},\n`).join('')}}

/** The numbers of every enum's values, by the enum's full proto name. */
export const enums: Readonly<Record<string, Readonly<Record<string, number>>>> = {
${enums.map(({ typeName, values }) => `  '${typeName}': ${literal(Object.fromEntries(values.map(({ name, number }) => [name, number])))},\n`).join('')}}

/** Every RPC that has an HTTP route. */
export const rpcs: readonly RpcDescriptor[] = ${list(rpcs, '')}
`
}

/** @param {import('@bufbuild/protobuf').DescField} field */
function fieldDescriptor(field) {
  const { name, jsonName, number, oneof, proto } = field
  return {
    name,
    jsonName,
    number,
    kind: field.message ? 'message' : field.enum ? 'enum' : scalarName(field.scalar),
    type: (field.message ?? field.enum)?.typeName,
    repeated: field.fieldKind === 'list' ? true : undefined,
    map: field.fieldKind === 'map' ? scalarName(field.mapKey) : undefined,
    // protobuf itself gives an `optional` scalar a oneof of its own, named so.
    oneof: oneof?.name ?? (proto.proto3Optional ? `_${name}` : undefined),
  }
}

/** @param {ScalarType | undefined} scalar */
const scalarName = (scalar) => ScalarType[/** @type {ScalarType} */ (scalar)].toLowerCase()

/** @param {object[]} items @param {string} indent */
const list = (items, indent) =>
  items.length === 0 ? '[]' : `[\n${items.map((item) => `${indent}  ${literal(item)},\n`).join('')}${indent}]`

/** @param {unknown} value @returns {string} */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{ ${entries.map(([key, each]) => `${key}: ${literal(each)}`).join(', ')} }`
}
