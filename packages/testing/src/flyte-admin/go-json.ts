// A message as Go's encoding/json writes its generated struct, which is what Flyte Admin compares and shows.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { enumValueNumber, fieldsOf, type Message, type MessageValue } from './message.js'
import { parseDuration, parseTimestamp, wrappedKind } from './well-known-types.js'

/** A JSON value. */
export type GoJson = string | number | boolean | null | GoJson[] | { [key: string]: GoJson }

/** Turns a message into it: enums are numbers, the members of a oneof stand under the oneof's Go name. */
export function goJsonOf(type: string, value: MessageValue): GoJson {
  if (type === 'google.protobuf.Struct' || type === 'google.protobuf.Value') return value as GoJson
  if (wrappedKind(type) !== undefined) return { value: value as GoJson }
  if (type === 'google.protobuf.Timestamp' || type === 'google.protobuf.Duration') {
    const time = (type === 'google.protobuf.Timestamp' ? parseTimestamp : parseDuration)(String(value))
    return { ...(time?.seconds && { seconds: Number(time.seconds) }), ...(time?.nanos && { nanos: time.nanos }) }
  }
  const json: { [key: string]: GoJson } = {}
  for (const field of fieldsOf(type).fields) {
    const oneof = field.oneof === undefined ? undefined : goName(field.oneof)
    if (oneof !== undefined) json[oneof] ??= null
    const member = (value as Message)[field.name]
    if (member === undefined) continue
    if (oneof === undefined) json[field.name] = fieldToGoJson(field, member)
    else json[oneof] = { [goName(field.name)]: fieldToGoJson(field, member) }
  }
  return json
}

function fieldToGoJson(field: FieldDescriptor, value: MessageValue): GoJson {
  const single = (item: MessageValue): GoJson => {
    if (field.kind === 'message') return goJsonOf(field.type as string, item)
    if (field.kind === 'enum') return enumValueNumber(field.type as string, item) ?? 0
    return field.kind.endsWith('64') ? Number(item) : (item as GoJson)
  }
  if (field.map !== undefined)
    return Object.fromEntries(Object.entries(value as Message).map(([key, item]) => [key, single(item)]))
  return Array.isArray(value) ? value.map(single) : single(value)
}

/** As Go's generated code names a field. */
function goName(name: string): string {
  return name.replace(/(^|_)([a-z0-9])/g, (_, _dash: string, letter: string) => letter.toUpperCase())
}

/** A value as Go's `%v` prints it. */
export function goText(value: GoJson | undefined): string {
  if (value === undefined || value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`
}
