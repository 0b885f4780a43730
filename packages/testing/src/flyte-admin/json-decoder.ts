// Messages from protobuf's JSON, as protojson of Go reads it.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { type JsonNode, jsonValueOf } from './json-parser.js'
import {
  enumValueName,
  enumValueNumber,
  fieldsOf,
  isKnownMessage,
  type Message,
  type MessageValue,
  setField,
} from './message.js'
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp, wrappedKind } from './well-known-types.js'

/** Why a JSON value is not the message, in protojson's words. */
export class JsonMessageError extends Error {}

const integerRanges: Record<string, [bigint, bigint]> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
}

/**
 * Reads a message; fields may be in either case.
 *
 * @param source The whole text, to say where something is wrong.
 * @param options `ignoreUnknown` passes over fields that the message does not have; by default they are refused.
 */
export function messageFromJson(
  type: string,
  node: JsonNode,
  source: string,
  options: { ignoreUnknown?: boolean } = {},
): Message {
  const place = (offset: number) => {
    const before = source.slice(node.offset, offset)
    const line = before.split('\n').length
    return `(line ${line}:${before.length - before.lastIndexOf('\n')})`
  }
  const shown = (value: JsonNode) =>
    value.kind === 'object'
      ? '{'
      : value.kind === 'array'
        ? '['
        : value.kind === 'string'
          ? JSON.stringify(value.text)
          : value.text
  const unexpected = (value: JsonNode) =>
    new JsonMessageError(`proto: syntax error ${place(value.offset)}: unexpected token ${shown(value)}`)
  const invalid = (value: JsonNode, field: { kind: string }, name: string) =>
    new JsonMessageError(
      `proto: ${place(value.offset)}: invalid value for ${field.kind} field ${name}: ${shown(value)}`,
    )

  const readScalar = (kind: string, value: JsonNode, name: string): MessageValue => {
    const wrong = () => invalid(value, { kind }, name)
    if (kind === 'string') {
      if (value.kind !== 'string') throw wrong()
      return value.text
    }
    if (kind === 'bool') {
      if (value.kind !== 'boolean') throw wrong()
      return value.text === 'true'
    }
    if (kind === 'bytes') {
      if (value.kind !== 'string' || !/^[\w+/-]*={0,2}$/.test(value.text)) throw wrong()
      return Buffer.from(value.text, 'base64').toString('base64')
    }
    if (value.kind !== 'number' && value.kind !== 'string') throw wrong()
    if (kind === 'float' || kind === 'double') return readFloat(kind, value.text) ?? fail(wrong())
    const integer = readInteger(value.text)
    const [least, most] = integerRanges[kind] as [bigint, bigint]
    if (integer === undefined || integer < least || integer > most) throw wrong()
    return kind.endsWith('64') ? String(integer) : Number(integer)
  }

  const readSingle = (field: FieldDescriptor, value: JsonNode): MessageValue => {
    if (field.kind === 'message') return readMessage(field.type as string, value)
    if (field.kind !== 'enum') return readScalar(field.kind, value, field.map === undefined ? field.jsonName : 'value')
    const type = field.type as string
    if (value.kind === 'string') {
      if (enumValueNumber(type, value.text) === undefined) throw invalid(value, field, field.jsonName)
      return value.text
    }
    if (value.kind !== 'number' || !/^-?\d+$/.test(value.text)) throw invalid(value, field, field.jsonName)
    return enumValueName(type, Number(value.text))
  }

  const readMap = (field: FieldDescriptor, value: JsonNode): Message => {
    if (value.kind !== 'object') throw unexpected(value)
    return Object.fromEntries(value.entries.map((entry) => [entry.key, readSingle(field, entry.value)]))
  }

  const readList = (field: FieldDescriptor, value: JsonNode): MessageValue[] => {
    if (value.kind !== 'array') throw unexpected(value)
    return value.items.map((item) => readSingle(field, item))
  }

  const readMessage = (messageType: string, value: JsonNode): MessageValue => {
    const wrapped = wrappedKind(messageType)
    if (wrapped !== undefined) return readScalar(wrapped, value, 'value')
    if (messageType === 'google.protobuf.Timestamp' || messageType === 'google.protobuf.Duration') {
      return readTime(messageType, value)
    }
    if (messageType === 'google.protobuf.Value') return jsonValueOf(value) as MessageValue
    if (value.kind !== 'object') throw unexpected(value)
    if (messageType === 'google.protobuf.Struct') return jsonValueOf(value) as Message
    if (messageType === 'google.protobuf.Any') return readAny(value)
    const message: Message = {}
    const { byName } = fieldsOf(messageType)
    const oneofs = new Map<string, string>()
    for (const { key, offset, value: member } of value.entries) {
      const field = byName.get(key)
      if (field === undefined) {
        if (options.ignoreUnknown) continue
        throw new JsonMessageError(`proto: ${place(offset)}: unknown field ${JSON.stringify(key)}`)
      }
      if (member.kind === 'null' && field.type !== 'google.protobuf.Value') continue
      if (field.name in message) {
        throw new JsonMessageError(`proto: ${place(offset)}: duplicate field ${JSON.stringify(key)}`)
      }
      if (field.oneof !== undefined && oneofs.has(field.oneof)) {
        throw new JsonMessageError(
          `proto: ${place(offset)}: error parsing ${JSON.stringify(key)}, oneof ${messageType}.${field.oneof} is already set`,
        )
      }
      if (field.oneof !== undefined) oneofs.set(field.oneof, key)
      const read = field.map !== undefined ? readMap : field.repeated ? readList : readSingle
      setField(message, field, read(field, member))
    }
    return message
  }

  const readAny = (value: JsonNode & { kind: 'object' }): Message => {
    if (value.entries.length === 0) return {}
    const url = value.entries.find(({ key }) => key === '@type')?.value
    if (url?.kind !== 'string') throw new JsonMessageError(`proto: ${place(value.offset)}: missing "@type" field`)
    const anyType = url.text.slice(url.text.lastIndexOf('/') + 1)
    if (!isKnownMessage(anyType)) {
      throw new JsonMessageError(`proto: ${place(url.offset)}: unable to resolve ${shown(url)}: "not found"`)
    }
    const entries = value.entries.filter(({ key }) => key !== '@type')
    return { '@type': url.text, ...(readMessage(anyType, { ...value, entries }) as Message) }
  }

  const readTime = (timeType: string, value: JsonNode): string => {
    if (value.kind !== 'string') throw unexpected(value)
    const isTimestamp = timeType === 'google.protobuf.Timestamp'
    const time = isTimestamp ? parseTimestamp(value.text) : parseDuration(value.text)
    if (time === undefined)
      throw new JsonMessageError(`proto: ${place(value.offset)}: invalid ${timeType} value ${shown(value)}`)
    return isTimestamp ? formatTimestamp(time) : formatDuration(time)
  }

  return readMessage(type, node) as Message
}

function readInteger(text: string): bigint | undefined {
  if (/^-?(0|[1-9]\d*)$/.test(text)) return BigInt(text)
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
  return Number.isInteger(number) ? BigInt(number) : undefined
}

function readFloat(kind: 'float' | 'double', text: string): MessageValue | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return text
  const number = text.trim() === text && text !== '' ? Number(text) : Number.NaN
  if (!Number.isFinite(number)) return undefined
  return kind === 'float' ? Math.fround(number) : number
}

function fail(error: Error): never {
  throw error
}
