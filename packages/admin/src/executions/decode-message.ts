// From protobuf's binary form, which the files of inputs and outputs have, to the JSON that Flyte Admin writes.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { type BinaryReader, createBinaryReader } from './binary-reader.js'
import { base64, jsonNumber, set, struct, text, time } from './decode-values.js'

/** What messages and enums are made of: the exports of `@flyte-js/idl/messages`. */
export interface Descriptions {
  messages: Readonly<Record<string, readonly FieldDescriptor[]>>
  enums: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Decodes messages of the kinds that literals are made of. */
export function decodeMessage(descriptions: Descriptions, type: string, bytes: Uint8Array): unknown {
  const message = (type: string, bytes: Uint8Array): unknown => {
    if (type === 'google.protobuf.Struct') return struct(bytes)
    if (type === 'google.protobuf.Timestamp' || type === 'google.protobuf.Duration') return time(type, bytes)
    const fields = descriptions.messages[type] ?? []
    const decoded = Object.fromEntries(
      fields.filter(({ oneof }) => oneof === undefined).map((field) => [field.name, unset(field)]),
    )
    const reader = createBinaryReader(bytes)
    while (!reader.isDone()) {
      const [number, wireType] = reader.tag()
      const field = fields.find((one) => one.number === number)
      if (field === undefined) reader.skip(wireType)
      else read(decoded, fields, field, wireType, reader)
    }
    return decoded
  }

  function read(
    decoded: Record<string, unknown>,
    fields: readonly FieldDescriptor[],
    field: FieldDescriptor,
    wireType: number,
    reader: BinaryReader,
  ): void {
    const { name, map, repeated, oneof } = field
    if (map) {
      const [key, value] = entry(field, createBinaryReader(reader.bytes()))
      set(decoded[name] as object, key, value)
    } else if (repeated) {
      const list = decoded[name] as unknown[]
      if (wireType !== 2 || ['string', 'bytes', 'message'].includes(field.kind)) list.push(single(field, reader))
      else {
        const packed = createBinaryReader(reader.bytes())
        while (!packed.isDone()) list.push(single(field, packed))
      }
    } else {
      for (const other of fields) if (oneof !== undefined && other.oneof === oneof) delete decoded[other.name]
      decoded[name] = single(field, reader)
    }
  }

  function entry(field: FieldDescriptor, reader: BinaryReader): [key: string, value: unknown] {
    let key = ''
    let value =
      field.kind === 'message' ? message(field.type ?? '', new Uint8Array()) : unset({ ...field, map: undefined })
    while (!reader.isDone()) {
      const [number, wireType] = reader.tag()
      if (number === 1) key = text(reader.bytes())
      else if (number === 2) value = single(field, reader)
      else reader.skip(wireType)
    }
    return [key, value]
  }

  function single({ kind, type = '' }: FieldDescriptor, reader: BinaryReader): unknown {
    switch (kind) {
      case 'message':
        return message(type, reader.bytes())
      case 'string':
        return text(reader.bytes())
      case 'bytes':
        return base64(reader.bytes())
      case 'bool':
        return reader.varint() !== 0n
      case 'double':
        return jsonNumber(reader.double())
      case 'float':
        return jsonNumber(reader.float())
      case 'int64':
        return String(BigInt.asIntN(64, reader.varint()))
      case 'uint64':
        return String(BigInt.asUintN(64, reader.varint()))
      case 'enum':
        return enumName(type, Number(BigInt.asIntN(32, reader.varint())))
      default:
        return Number((kind === 'int32' ? BigInt.asIntN : BigInt.asUintN)(32, reader.varint()))
    }
  }

  function unset({ kind, type = '', map, repeated }: Omit<FieldDescriptor, 'map'> & { map?: unknown }): unknown {
    if (map) return {}
    if (repeated) return []
    if (kind === 'message') return null
    if (kind === 'enum') return enumName(type, 0)
    if (kind === 'string' || kind === 'bytes') return ''
    return kind === 'bool' ? false : kind.endsWith('64') ? '0' : 0
  }

  function enumName(type: string, number: number): string | number {
    const values = Object.entries(descriptions.enums[type] ?? {})
    return values.find(([, value]) => value === number)?.[0] ?? number
  }

  return message(type, bytes)
}
