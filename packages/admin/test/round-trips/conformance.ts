// Whether an answer is what its type says: every field there, `null` for a message that is absent, 64-bit integers and enums as
// texts, no field that the proto does not have.
import { enums, type FieldDescriptor, messages } from '@flyte-js/idl/messages'

/** What is wrong with a message, by the path of the field. Empty when nothing is. */
export function violations(type: string, message: unknown, path = ''): string[] {
  if (type.startsWith('google.protobuf.')) return isWellKnown(type, message) ? [] : [`${path}: no ${type}`]
  if (typeof message !== 'object' || message === null) return [`${path}: no message`]
  const fields = messages[type] as readonly FieldDescriptor[]
  const names = fields.map(({ name }) => name)
  const unknown = Object.keys(message).filter((name) => !names.includes(name))
  return [
    ...unknown.map((name) => `${path}.${name}: not in ${type}`),
    ...fields.flatMap((field) => fieldViolations(field, (message as Record<string, unknown>)[field.name], path)),
  ]
}

function fieldViolations(field: FieldDescriptor, value: unknown, parent: string): string[] {
  const path = `${parent}.${field.name}`
  if (value === undefined) return field.oneof === undefined ? [`${path}: missing`] : []
  if (field.map !== undefined) {
    if (typeof value !== 'object' || value === null) return [`${path}: no map`]
    return Object.entries(value).flatMap(([key, item]) => itemViolations(field, item, `${path}[${key}]`))
  }
  if (field.repeated) {
    if (!Array.isArray(value)) return [`${path}: no list`]
    return value.flatMap((item, index) => itemViolations(field, item, `${path}[${index}]`))
  }
  const isAbsent = value === null && field.kind === 'message' && field.oneof === undefined
  return isAbsent ? [] : itemViolations(field, value, path)
}

function itemViolations({ kind, type = '' }: FieldDescriptor, value: unknown, path: string): string[] {
  if (kind === 'message') return violations(type, value, path)
  return isScalar(kind, type, value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${kind}`]
}

function isScalar(kind: FieldDescriptor['kind'], type: string, value: unknown): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'bytes':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(text(value))
    case 'int64':
      return /^-?\d+$/.test(text(value))
    case 'uint64':
      return /^\d+$/.test(text(value))
    case 'enum':
      return Object.hasOwn(enums[type] ?? {}, text(value))
    default:
      return typeof value === 'number'
  }
}

function isWellKnown(type: string, value: unknown): boolean {
  switch (type) {
    case 'google.protobuf.Timestamp':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text(value))
    case 'google.protobuf.Duration':
      return /^-?\d+(\.\d{1,9})?s$/.test(text(value))
    case 'google.protobuf.BoolValue':
      return typeof value === 'boolean'
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value)
  }
}

/** A value that must be a text; anything else matches nothing. */
const text = (value: unknown) => (typeof value === 'string' ? value : '\0')
