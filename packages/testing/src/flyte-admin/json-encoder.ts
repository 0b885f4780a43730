// Messages into protobuf's JSON, as protojson of Go writes it.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { enumValueName, fieldsOf, type Message, type MessageValue } from './message.js'

/** How fields are named: as in the proto (`created_at`) or in lowerCamel (`createdAt`). */
export type FieldCasing = 'proto' | 'camel'

/** Writes a message with every field: unset ones as `null`, `""`, `[]`, `0`, `false`; unset members of a oneof are left out. */
export function messageToJson(type: string, message: Message, casing: FieldCasing): unknown {
  if (type === 'google.protobuf.Any') return anyToJson(message, casing)
  if (type.startsWith('google.protobuf.')) return message
  const json: Record<string, unknown> = {}
  for (const field of fieldsOf(type).fields) {
    const value = message[field.name]
    if (value === undefined && field.oneof !== undefined) continue
    const name = casing === 'proto' ? field.name : field.jsonName
    Object.defineProperty(json, name, { value: fieldToJson(field, value, casing), enumerable: true })
  }
  return json
}

function fieldToJson(field: FieldDescriptor, value: MessageValue | undefined, casing: FieldCasing): unknown {
  const single = (item: MessageValue) =>
    field.kind === 'message' && typeof item === 'object' && item !== null
      ? messageToJson(field.type as string, item as Message, casing)
      : item
  if (field.map !== undefined) {
    const entries = Object.entries((value ?? {}) as Message).sort(([left], [right]) => (left < right ? -1 : 1))
    return Object.fromEntries(entries.map(([key, item]) => [key, single(item)]))
  }
  if (field.repeated) return ((value ?? []) as MessageValue[]).map(single)
  if (value !== undefined) return single(value)
  if (field.kind === 'message') return null
  if (field.kind === 'enum') return enumValueName(field.type as string, 0)
  if (field.kind === 'string' || field.kind === 'bytes') return ''
  if (field.kind === 'bool') return false
  return field.kind.endsWith('64') ? '0' : 0
}

function anyToJson(message: Message, casing: FieldCasing): unknown {
  const url = String(message['@type'] ?? '')
  const { '@type': _, ...rest } = message
  return { '@type': url, ...(messageToJson(url.slice(url.lastIndexOf('/') + 1), rest, casing) as object) }
}
