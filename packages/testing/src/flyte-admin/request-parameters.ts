// Path and query parameters into fields of a request, as grpc-gateway does it.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { invalidArgument } from './grpc-status.js'
import {
  enumValueName,
  enumValueNumber,
  fieldsOf,
  type Message,
  type MessageValue,
  messageField,
  setField,
} from './message.js'
import { formatTimestamp, parseTimestamp } from './well-known-types.js'

/** Reads a query string as Go does: a raw `;` is refused. */
export function parseQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  if (query.includes(';')) throw invalidArgument('invalid semicolon separator in query')
  for (const part of query.split('&')) {
    if (part === '') continue
    const separator = part.indexOf('=')
    const key = decode(separator === -1 ? part : part.slice(0, separator))
    const value = separator === -1 ? '' : decode(part.slice(separator + 1))
    values.set(key, [...(values.get(key) ?? []), value])
  }
  return values
}

function decode(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text)
  if (bad !== null) throw invalidArgument(`invalid URL escape ${JSON.stringify(bad[0])}`)
  const bytes = Buffer.from(
    text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex) => unescapedByte(hex)),
    'latin1',
  )
  return text.includes('%') ? bytes.toString() : text.replaceAll('+', ' ')
}

function unescapedByte(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}

/** Fills a request from the path. */
export function applyPathParameters(type: string, request: Message, parameters: ReadonlyMap<string, string>): void {
  for (const [fieldPath, value] of parameters) {
    try {
      setByPath(type, request, fieldPath.split('.'), [value])
    } catch (error) {
      const reason = (error as Error).message
        .replace(/^parsing field "[^"]*": /, '')
        .replace(/^"(.*)" is not a valid value$/, '$1 is not valid')
      throw invalidArgument(`type mismatch, parameter: ${fieldPath}, error: ${reason}`)
    }
  }
}

/**
 * Fills a request from the query. Unknown parameters are ignored, and either case is understood.
 *
 * A parameter of the path is left alone when it is a field of the request itself. Of those within one message (`id.project`,
 * `id.domain`, …) the gateway protects every other one only, counted from the last; the rest the query overrides.
 */
export function applyQueryParameters(
  type: string,
  request: Message,
  query: ReadonlyMap<string, string[]>,
  pathParameters: ReadonlyMap<string, string>,
): void {
  const nested = [...pathParameters.keys()].filter((field) => field.includes('.'))
  const isProtected = (field: string) =>
    pathParameters.has(field) && (!field.includes('.') || (nested.length - nested.indexOf(field)) % 2 === 1)
  for (const [key, values] of query) {
    const fieldPath = protoPath(type, key === '' ? [] : key.split('.'))
    if (fieldPath === undefined || fieldPath.length === 0 || isProtected(fieldPath.join('.'))) continue
    try {
      setByPath(type, request, fieldPath, values)
    } catch (error) {
      throw invalidArgument((error as Error).message)
    }
  }
}

function protoPath(type: string, names: string[]): string[] | undefined {
  let messageType: string | undefined = type
  const path: string[] = []
  for (const name of names) {
    const field: FieldDescriptor | undefined =
      messageType === undefined ? undefined : fieldsOf(messageType).byName.get(name)
    if (field === undefined) return undefined
    path.push(field.name)
    messageType = field.type?.startsWith('google.protobuf.') ? undefined : field.type
    if (path.length < names.length && (field.kind !== 'message' || field.repeated)) {
      throw invalidArgument(`invalid path: ${JSON.stringify(name)} is not a message`)
    }
  }
  return path
}

function setByPath(type: string, message: Message, path: readonly string[], values: readonly string[]): void {
  const [name, ...rest] = path as [string, ...string[]]
  const field = fieldsOf(type).byName.get(name) as FieldDescriptor
  if (rest.length > 0) {
    const inner = messageField(message, name)
    message[name] = inner
    setByPath(field.type as string, inner, rest, values)
    return
  }
  if (field.repeated) {
    message[name] = [
      ...((message[name] as MessageValue[] | undefined) ?? []),
      ...values.map((value) => parseField(field, value)),
    ]
    return
  }
  if (values.length > 1) throw new Error(`too many values for field ${JSON.stringify(name)}: ${values.join(', ')}`)
  const value = parseField(field, values[0] as string)
  delete message[name]
  setField(message, field, value)
}

function parseField(field: FieldDescriptor, text: string): MessageValue {
  const wrong = (reason: string) => new Error(`parsing field ${JSON.stringify(field.name)}: ${reason}`)
  switch (field.kind) {
    case 'string':
      return text
    case 'bool': {
      if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true
      if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false
      throw wrong(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)
    }
    case 'bytes':
      return Buffer.from(text, 'base64').toString('base64')
    case 'enum': {
      const type = field.type as string
      const number = enumValueNumber(type, text) ?? (/^-?\d+$/.test(text) ? Number(text) : undefined)
      const name = number === undefined ? undefined : enumValueName(type, number)
      if (typeof name !== 'string') throw wrong(`${JSON.stringify(text)} is not a valid value`)
      return name
    }
    case 'float':
    case 'double': {
      if (text === '' || Number.isNaN(Number(text))) {
        throw wrong(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`)
      }
      return Number(text)
    }
    case 'message': {
      const time = field.type === 'google.protobuf.Timestamp' ? parseTimestamp(text) : undefined
      if (time !== undefined) return formatTimestamp(time)
      if (field.type === 'google.protobuf.Duration') return text
      throw wrong(`unsupported message type: ${JSON.stringify(field.type)}`)
    }
    default:
      return parseInteger(field.kind, text, wrong)
  }
}

function parseInteger(kind: string, text: string, wrong: (reason: string) => Error): MessageValue {
  const isUnsigned = kind.startsWith('u')
  const parser = isUnsigned ? 'strconv.ParseUint' : 'strconv.ParseInt'
  if (!(isUnsigned ? /^\d+$/ : /^[+-]?\d+$/).test(text)) {
    throw wrong(`${parser}: parsing ${JSON.stringify(text)}: invalid syntax`)
  }
  const bits = kind.endsWith('64') ? 64 : 32
  const integer = BigInt(text)
  const fits = isUnsigned ? BigInt.asUintN(bits, integer) : BigInt.asIntN(bits, integer)
  if (fits !== integer) throw wrong(`${parser}: parsing ${JSON.stringify(text)}: value out of range`)
  return bits === 64 ? String(integer) : Number(integer)
}
