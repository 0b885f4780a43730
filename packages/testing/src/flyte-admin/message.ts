// A message as the embedded Flyte Admin holds it: protobuf's JSON with the proto's own names, and set fields only.
// Enums are names (numbers where they have none), 64-bit integers are decimal digits, bytes are base64.
import { enums, type FieldDescriptor, messages } from '@flyte-js/idl/messages'
import { statusDetails } from './status-details.js'

/** A message: its set fields by their proto names. */
export interface Message {
  [field: string]: MessageValue
}

/** What a field of a message holds. `null` occurs only within `google.protobuf.Value`. */
export type MessageValue = string | number | boolean | null | Message | MessageValue[]

interface FieldIndex {
  fields: readonly FieldDescriptor[]
  byName: Map<string, FieldDescriptor>
  byNumber: Map<number, FieldDescriptor>
}

const indexes = new Map<string, FieldIndex>()

/** The fields of a message by its full proto name, in the order of their declaration. */
export function fieldsOf(type: string): FieldIndex {
  const known = indexes.get(type)
  if (known !== undefined) return known
  const fields = messages[type] ?? statusDetails[type]
  if (fields === undefined) throw new Error(`There is no message ${type} in @flyte-js/idl.`)
  const index: FieldIndex = {
    fields,
    byName: new Map(fields.flatMap((field) => [[field.jsonName, field] as const, [field.name, field] as const])),
    byNumber: new Map(fields.map((field) => [field.number, field])),
  }
  indexes.set(type, index)
  return index
}

/** True for a message whose fields are known. */
export function isKnownMessage(type: string): boolean {
  return Object.hasOwn(messages, type) || Object.hasOwn(statusDetails, type)
}

const enumNames = new Map<string, Map<number, string>>()

/** The name of an enum's value, or its number where it has none. */
export function enumValueName(type: string, number: number): string | number {
  let names = enumNames.get(type)
  if (names === undefined) {
    names = new Map()
    for (const [name, value] of Object.entries(valuesOf(type))) if (!names.has(value)) names.set(value, name)
    enumNames.set(type, names)
  }
  return names.get(number) ?? number
}

/** The number of an enum's value, or `undefined` for a name it does not have. */
export function enumValueNumber(type: string, value: MessageValue | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return 0
  const values = valuesOf(type)
  return Object.hasOwn(values, value) ? values[value] : undefined
}

function valuesOf(type: string): Record<string, number> {
  const values = enums[type]
  if (values === undefined) throw new Error(`There is no enum ${type} in @flyte-js/idl.`)
  return values
}

/** A field of a message that is itself a message; an empty one when it is unset. */
export function messageField(message: Message, field: string): Message {
  const value = message[field]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/** A field of a message that is a string; empty when it is unset. */
export function stringField(message: Message, field: string): string {
  const value = message[field]
  return typeof value === 'string' ? value : ''
}

/** A field of a message that is a list of messages. */
export function listField(message: Message, field: string): Message[] {
  const value = message[field]
  return Array.isArray(value) ? (value as Message[]) : []
}

/** Sets a field unless it holds its default, which proto3 does not tell from an unset one. */
export function setField(message: Message, field: FieldDescriptor, value: MessageValue): void {
  if (field.map !== undefined ? Object.keys(value as Message).length === 0 : Array.isArray(value) && value.length === 0)
    return
  if (field.repeated === undefined && field.map === undefined && field.oneof === undefined && isDefault(field, value))
    return
  defineEntry(message, field.name, value)
}

/** A message without the fields that hold a default, nested ones as they are: what is unset is not there. */
export function setFieldsOf(message: Message): Message {
  const isSet = (value: MessageValue) =>
    value !== '' && value !== 0 && value !== false && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(message).filter(([, value]) => isSet(value)))
}

/** Sets an entry under any key: `__proto__` as well. */
export function defineEntry(message: Message, key: string, value: MessageValue): void {
  Object.defineProperty(message, key, { value, enumerable: true, writable: true, configurable: true })
}

function isDefault(field: FieldDescriptor, value: MessageValue): boolean {
  if (field.kind === 'message') return false
  if (field.kind === 'enum') return enumValueNumber(field.type as string, value) === 0
  return value === '' || value === false || value === 0 || (value === '0' && field.kind.endsWith('64'))
}
