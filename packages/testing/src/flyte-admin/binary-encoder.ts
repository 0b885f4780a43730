// Messages into protobuf's binary form, by the descriptions of @flyte-js/idl.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { FieldDescriptor, FieldKind } from '@flyte-js/idl/messages'
import { isPackable, wireTypeOf } from './binary-wire.js'
import { enumValueNumber, fieldsOf, type Message, type MessageValue, setField } from './message.js'
import { parseDuration, parseTimestamp, wrappedKind } from './well-known-types.js'

/** Writes a message in binary. */
export function messageToBinary(type: string, message: MessageValue): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter()
  writeMessage(writer, type, message)
  return writer.finish() as Uint8Array<ArrayBuffer>
}

function writeMessage(writer: BinaryWriter, type: string, value: MessageValue): void {
  const wrapped = wrappedKind(type) as FieldKind | undefined
  if (wrapped !== undefined) {
    const field: FieldDescriptor = { name: 'value', jsonName: 'value', number: 1, kind: wrapped }
    const message: Message = {}
    setField(message, field, value)
    if ('value' in message) writeSingle(writer, field, value)
  } else if (type === 'google.protobuf.Timestamp' || type === 'google.protobuf.Duration') {
    const time = type === 'google.protobuf.Timestamp' ? parseTimestamp(String(value)) : parseDuration(String(value))
    if (time?.seconds) writer.tag(1, WireType.Varint).int64(time.seconds)
    if (time?.nanos) writer.tag(2, WireType.Varint).int32(time.nanos)
  } else if (type === 'google.protobuf.Struct') writeStruct(writer, value as Message)
  else if (type === 'google.protobuf.Value') writeValue(writer, value)
  else if (type === 'google.protobuf.Any') writeAny(writer, value as Message)
  else writeFields(writer, type, value as Message)
}

function writeFields(writer: BinaryWriter, type: string, message: Message): void {
  for (const field of fieldsOf(type).fields) {
    const value = message[field.name]
    if (value === undefined) continue
    if (field.map !== undefined) {
      const keyField: FieldDescriptor = { name: 'key', jsonName: 'key', number: 1, kind: field.map }
      for (const [key, item] of Object.entries(value as Message)) {
        writer.tag(field.number, WireType.LengthDelimited).fork()
        writeSingle(writer, keyField, key)
        writeSingle(writer, { ...field, number: 2 }, item)
        writer.join()
      }
    } else if (field.repeated && isPackable(field.kind)) {
      writer.tag(field.number, WireType.LengthDelimited).fork()
      for (const item of value as MessageValue[]) writeScalar(writer, field, item)
      writer.join()
    } else if (field.repeated) for (const item of value as MessageValue[]) writeSingle(writer, field, item)
    else writeSingle(writer, field, value)
  }
}

function writeSingle(writer: BinaryWriter, field: FieldDescriptor, value: MessageValue): void {
  writer.tag(field.number, wireTypeOf(field.kind))
  if (field.kind === 'message') {
    writer.fork()
    writeMessage(writer, field.type as string, value)
    writer.join()
  } else writeScalar(writer, field, value)
}

function writeScalar(writer: BinaryWriter, field: FieldDescriptor, value: MessageValue): void {
  switch (field.kind) {
    case 'string':
      writer.string(String(value))
      break
    case 'bytes':
      writer.bytes(Buffer.from(String(value), 'base64'))
      break
    case 'bool':
      writer.bool(value === true || value === 'true')
      break
    case 'enum':
      writer.int32(enumValueNumber(field.type as string, value) ?? 0)
      break
    case 'int64':
    case 'uint64':
      writer[field.kind](String(value))
      break
    default:
      writer[field.kind as 'int32'](Number(value))
  }
}

function writeStruct(writer: BinaryWriter, struct: Message): void {
  for (const [key, value] of Object.entries(struct)) {
    writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key)
    writer.tag(2, WireType.LengthDelimited).fork()
    writeValue(writer, value)
    writer.join().join()
  }
}

function writeValue(writer: BinaryWriter, value: MessageValue): void {
  if (value === null) writer.tag(1, WireType.Varint).int32(0)
  else if (typeof value === 'number') writer.tag(2, WireType.Bit64).double(value)
  else if (typeof value === 'string') writer.tag(3, WireType.LengthDelimited).string(value)
  else if (typeof value === 'boolean') writer.tag(4, WireType.Varint).bool(value)
  else if (Array.isArray(value)) {
    writer.tag(6, WireType.LengthDelimited).fork()
    for (const item of value) {
      writer.tag(1, WireType.LengthDelimited).fork()
      writeValue(writer, item)
      writer.join()
    }
    writer.join()
  } else {
    writer.tag(5, WireType.LengthDelimited).fork()
    writeStruct(writer, value)
    writer.join()
  }
}

function writeAny(writer: BinaryWriter, any: Message): void {
  const { '@type': url, ...message } = any
  const type = String(url ?? '')
  writer.tag(1, WireType.LengthDelimited).string(type)
  const bytes = messageToBinary(type.slice(type.lastIndexOf('/') + 1), message)
  if (bytes.length > 0) writer.tag(2, WireType.LengthDelimited).bytes(bytes)
}
