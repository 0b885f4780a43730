// Timestamps and durations, between protobuf's JSON and seconds with nanoseconds.

/** Seconds and nanoseconds, as `google.protobuf.Timestamp` and `Duration` hold them. */
export interface SecondsAndNanos {
  seconds: bigint
  nanos: number
}

const billion = 1_000_000_000n
const timestampPattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/
const durationPattern = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/

/** Reads an RFC 3339 time; `undefined` when it is none. */
export function parseTimestamp(text: string): SecondsAndNanos | undefined {
  const match = timestampPattern.exec(text)
  if (match === null) return undefined
  const milliseconds = Date.parse(`${match[1]}${match[3]}`)
  if (Number.isNaN(milliseconds)) return undefined
  return { seconds: BigInt(milliseconds / 1000), nanos: Number((match[2] ?? '').padEnd(9, '0')) }
}

/** Writes a time as protobuf's JSON does: in UTC, with 0, 3, 6 or 9 fractional digits. */
export function formatTimestamp({ seconds, nanos }: SecondsAndNanos): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z`
}

/** Writes epoch milliseconds as protobuf's JSON does. */
export function timestampOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  return formatTimestamp({ seconds: BigInt(seconds), nanos: Math.round((milliseconds - seconds * 1000) * 1e6) })
}

/** Reads a duration such as `90s` or `-1.5s`; `undefined` when it is none. */
export function parseDuration(text: string): SecondsAndNanos | undefined {
  const match = durationPattern.exec(text)
  if (match === null) return undefined
  const seconds = BigInt(match[2] as string)
  const nanos = Number((match[3] ?? '').padEnd(9, '0'))
  return match[1] === '-' ? { seconds: -seconds, nanos: -nanos || 0 } : { seconds, nanos }
}

/** Writes a duration as protobuf's JSON does. */
export function formatDuration({ seconds, nanos }: SecondsAndNanos): string {
  const sign = seconds < 0n || nanos < 0 ? '-' : ''
  return `${sign}${seconds < 0n ? -seconds : seconds}${fraction(Math.abs(nanos))}s`
}

/** Writes milliseconds as protobuf's JSON writes a duration. */
export function durationOf(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  return formatDuration({ seconds: BigInt(seconds), nanos: Math.round((milliseconds - seconds * 1000) * 1e6) })
}

/** How long it is from one time to another, both as protobuf's JSON writes them, as it writes a duration. */
export function durationBetween(from: string, to: string): string {
  const [start, end] = [parseTimestamp(from), parseTimestamp(to)]
  if (start === undefined || end === undefined) return '0s'
  const nanos = (end.seconds - start.seconds) * billion + BigInt(end.nanos - start.nanos)
  return formatDuration({ seconds: nanos / billion, nanos: Number(nanos % billion) })
}

/** The time that is so long after another. */
export function addDuration(from: string, duration: string): string {
  const [start, length] = [parseTimestamp(from), parseDuration(duration)]
  if (start === undefined || length === undefined) return from
  const nanos = (start.seconds + length.seconds) * billion + BigInt(start.nanos + length.nanos)
  return formatTimestamp({ seconds: nanos / billion, nanos: Number(nanos % billion) })
}

function fraction(nanos: number): string {
  if (nanos === 0) return ''
  const digits = String(nanos).padStart(9, '0')
  return `.${digits.endsWith('000000') ? digits.slice(0, 3) : digits.endsWith('000') ? digits.slice(0, 6) : digits}`
}

const wrappers: Record<string, string> = {
  'google.protobuf.BoolValue': 'bool',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'bytes',
  'google.protobuf.Int32Value': 'int32',
  'google.protobuf.UInt32Value': 'uint32',
  'google.protobuf.Int64Value': 'int64',
  'google.protobuf.UInt64Value': 'uint64',
  'google.protobuf.FloatValue': 'float',
  'google.protobuf.DoubleValue': 'double',
}

/** The kind of value that one of protobuf's wrapper messages holds, or `undefined` for any other message. */
export function wrappedKind(type: string): string | undefined {
  return wrappers[type]
}
