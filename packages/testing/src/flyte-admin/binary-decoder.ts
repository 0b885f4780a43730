// Messages from protobuf's binary form, by the descriptions of @flyte-js/idl.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { FieldDescriptor, FieldKind } from '@flyte-js/idl/messages'
import { isPackable } from './binary-wire.js'
import {
  defineEntry,
  enumValueName,
  fieldsOf,
  isKnownMessage,
  type Message,
  type MessageValue,
  setField,
} from './message.js'
import { formatDuration, formatTimestamp, wrappedKind } from './well-known-types.js'

/** Reads a message from binary; throws on what is not one. */
export function messageFromBinary(type: string, bytes: Uint8Array): Message {
  return readMessage(new BinaryReader(bytes), type, bytes.length) as Message
}

function readMessage(reader: BinaryReader, type: string, end: number): MessageValue {
  const wrapped = wrappedKind(type) as FieldKind | undefined
  if (wrapped !== undefined) {
    const field: FieldDescriptor = { name: 'value', jsonName: 'value', number: 1, kind: wrapped, oneof: 'value' }
    return readFields(reader, [field], end).value ?? defaultOf(field)
  }
  if (type === 'google.protobuf.Timestamp' || type === 'google.protobuf.Duration') {
    const read = readFields(reader, timeFields, end)
    const time = { seconds: BigInt(String(read.seconds ?? 0)), nanos: Number(read.nanos ?? 0) }
    return type === 'google.protobuf.Timestamp' ? formatTimestamp(time) : formatDuration(time)
  }
  if (type === 'google.protobuf.Struct') return readStruct(reader, end)
  if (type === 'google.protobuf.Value') return readValue(reader, end)
  if (type === 'google.protobuf.Any') return readAny(reader, end)
  return readFields(reader, fieldsOf(type).fields, end, fieldsOf(type).byNumber)
}

const timeFields: FieldDescriptor[] = [
  { name: 'seconds', jsonName: 'seconds', number: 1, kind: 'int64' },
  { name: 'nanos', jsonName: 'nanos', number: 2, kind: 'int32' },
]

function readFields(
  reader: BinaryReader,
  fields: readonly FieldDescriptor[],
  end: number,
  byNumber: Map<number, FieldDescriptor> = new Map(fields.map((field) => [field.number, field])),
): Message {
  const message: Message = {}
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    const field = byNumber.get(number)
    if (field === undefined) reader.skip(wireType, number)
    else readField(reader, field, wireType, message, fields)
  }
  if (reader.pos > end) throw new RangeError('unexpected EOF')
  return message
}

function readField(
  reader: BinaryReader,
  field: FieldDescriptor,
  wireType: WireType,
  message: Message,
  fields: readonly FieldDescriptor[],
): void {
  if (field.map !== undefined) {
    const entryEnd = reader.uint32() + reader.pos
    const { map: keyKind, ...valueField } = field
    const entryFields: FieldDescriptor[] = [
      { name: 'key', jsonName: 'key', number: 1, kind: keyKind, oneof: 'key' },
      { ...valueField, name: 'value', number: 2, oneof: 'value' },
    ]
    const { key, value } = readFields(reader, entryFields, entryEnd)
    const map = (message[field.name] ?? {}) as Message
    const defaultKey = keyKind === 'string' ? '' : keyKind === 'bool' ? 'false' : '0'
    defineEntry(map, String(key ?? defaultKey), value ?? defaultOf(field))
    message[field.name] = map
  } else if (field.repeated) {
    const list = (message[field.name] ?? []) as MessageValue[]
    if (isPackable(field.kind) && wireType === WireType.LengthDelimited) {
      const listEnd = reader.uint32() + reader.pos
      while (reader.pos < listEnd) list.push(readScalar(reader, field))
    } else list.push(readSingle(reader, field))
    if (list.length > 0) message[field.name] = list
  } else {
    if (field.oneof !== undefined)
      for (const other of fields) if (other.oneof === field.oneof) delete message[other.name]
    setField(message, field, readSingle(reader, field))
  }
}

function defaultOf(field: FieldDescriptor): MessageValue {
  if (field.kind === 'message') return {}
  if (field.kind === 'enum') return enumValueName(field.type as string, 0)
  if (field.kind === 'string' || field.kind === 'bytes') return ''
  return field.kind === 'bool' ? false : field.kind.endsWith('64') ? '0' : 0
}

function readSingle(reader: BinaryReader, field: FieldDescriptor): MessageValue {
  if (field.kind !== 'message') return readScalar(reader, field)
  const length = reader.uint32()
  return readMessage(reader, field.type as string, reader.pos + length)
}

function readScalar(reader: BinaryReader, field: FieldDescriptor): MessageValue {
  switch (field.kind) {
    case 'string':
      return reader.string()
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64')
    case 'bool':
      return reader.bool()
    case 'enum':
      return enumValueName(field.type as string, reader.int32())
    case 'int64':
    case 'uint64':
      return String(reader[field.kind]())
    case 'float':
    case 'double': {
      const number = reader[field.kind]()
      return Number.isFinite(number) ? number : String(number)
    }
    default:
      return reader[field.kind as 'int32']()
  }
}

function readStruct(reader: BinaryReader, end: number): Message {
  const struct: Message = {}
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    if (number !== 1) {
      reader.skip(wireType, number)
      continue
    }
    const entryEnd = reader.uint32() + reader.pos
    let key = ''
    let value: MessageValue = null
    while (reader.pos < entryEnd) {
      const [entryNumber, entryWireType] = reader.tag()
      if (entryNumber === 1) key = reader.string()
      else if (entryNumber === 2) value = readValue(reader, reader.uint32() + reader.pos)
      else reader.skip(entryWireType, entryNumber)
    }
    defineEntry(struct, key, value)
  }
  return struct
}

function readValue(reader: BinaryReader, end: number): MessageValue {
  let value: MessageValue = null
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    if (number === 1) reader.int32()
    else if (number === 2) value = reader.double()
    else if (number === 3) value = reader.string()
    else if (number === 4) value = reader.bool()
    else if (number === 5) value = readStruct(reader, reader.uint32() + reader.pos)
    else if (number === 6) value = readValueList(reader, reader.uint32() + reader.pos)
    else reader.skip(wireType, number)
  }
  return value
}

function readValueList(reader: BinaryReader, end: number): MessageValue[] {
  const list: MessageValue[] = []
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    if (number === 1) list.push(readValue(reader, reader.uint32() + reader.pos))
    else reader.skip(wireType, number)
  }
  return list
}

function readAny(reader: BinaryReader, end: number): Message {
  const anyFields: FieldDescriptor[] = [
    { name: 'type_url', jsonName: 'typeUrl', number: 1, kind: 'string' },
    { name: 'value', jsonName: 'value', number: 2, kind: 'bytes' },
  ]
  const any = readFields(reader, anyFields, end)
  const url = String(any.type_url ?? '')
  const type = url.slice(url.lastIndexOf('/') + 1)
  if (!isKnownMessage(type)) return { '@type': url, ...any }
  return { '@type': url, ...messageFromBinary(type, Buffer.from(String(any.value ?? ''), 'base64')) }
}
