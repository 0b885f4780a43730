// Values of protobuf that its JSON writes in ways of their own.
import type { JsonObject, JsonValue } from '@flyte-js/idl'
import { type BinaryReader, createBinaryReader } from './binary-reader.js'

/** Under any key: `__proto__` as well. */
export function set(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

/** A string. */
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
/** A number, or the word for one that JSON has not. */
export const jsonNumber = (number: number): number | string => (Number.isFinite(number) ? number : String(number))

/** Bytes. */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Reads the fields of a message by hand. */
function each(bytes: Uint8Array, read: (number: number, reader: BinaryReader) => boolean): void {
  const reader = createBinaryReader(bytes)
  while (!reader.isDone()) {
    const [number, wireType] = reader.tag()
    if (!read(number, reader)) reader.skip(wireType)
  }
}

/** Seconds and nanoseconds, as RFC 3339 or as `1.5s`, with 0, 3, 6 or 9 digits behind the point. */
export function time(type: string, bytes: Uint8Array): string {
  let seconds = 0n
  let nanos = 0
  each(bytes, (number, reader) => {
    if (number === 1) seconds = BigInt.asIntN(64, reader.varint())
    else if (number === 2) nanos = Number(BigInt.asIntN(32, reader.varint()))
    else return false
    return true
  })
  const digits = String(Math.abs(nanos))
    .padStart(9, '0')
    .replace(/(000){1,3}$/, '')
  const fraction = digits === '' ? '' : `.${digits}`
  if (type.endsWith('Timestamp')) return `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}${fraction}Z`
  return `${seconds < 0n || nanos < 0 ? '-' : ''}${seconds < 0n ? -seconds : seconds}${fraction}s`
}

/** google/protobuf/struct.proto. */
export function struct(bytes: Uint8Array): JsonObject {
  const decoded: JsonObject = {}
  each(bytes, (number, reader) => {
    if (number !== 1) return false
    let key = ''
    let content: JsonValue = null
    each(reader.bytes(), (part, entry) => {
      if (part === 1) key = text(entry.bytes())
      else if (part === 2) content = value(entry.bytes())
      else return false
      return true
    })
    set(decoded, key, content)
    return true
  })
  return decoded
}

function value(bytes: Uint8Array): JsonValue {
  let decoded: JsonValue = null
  each(bytes, (number, reader) => {
    if (number === 1) reader.varint()
    else if (number === 2) decoded = reader.double()
    else if (number === 3) decoded = text(reader.bytes())
    else if (number === 4) decoded = reader.varint() !== 0n
    else if (number === 5) decoded = struct(reader.bytes())
    else if (number === 6) decoded = list(reader.bytes())
    else return false
    return true
  })
  return decoded
}

function list(bytes: Uint8Array): JsonValue[] {
  const decoded: JsonValue[] = []
  each(bytes, (number, reader) => number === 1 && decoded.push(value(reader.bytes())) > 0)
  return decoded
}
