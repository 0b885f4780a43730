// How protobuf's JSON writes what JSON itself has no type for.

/** A 64-bit integer as decimal digits, because a JSON number would lose the last of them: `'9007199254740993'`. */
export type Int64 = string

/** A 64-bit integer without a sign, as decimal digits. */
export type Uint64 = string

/** Bytes in base64. */
export type Bytes = string

/** A point in time in RFC 3339 with up to nine fractional digits: `'2026-01-31T09:30:00.123456789Z'`. */
export type Timestamp = string

/** A span of time in seconds with an `s` behind: `'90s'`, `'1.500s'`. */
export type Duration = string

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonObject | JsonValue[]

/** Any JSON object: a `google.protobuf.Struct`. */
export interface JsonObject {
  [key: string]: JsonValue
}

/** A message of any type, which `@type` names: a `google.protobuf.Any`. */
export interface AnyMessage {
  /** The URL of the type, e.g. `type.googleapis.com/google.protobuf.Struct`. */
  '@type': string
  [key: string]: unknown
}
