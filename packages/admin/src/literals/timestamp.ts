/** The text of a point in time for protobuf, which knows the years 1 to 9999 (google/protobuf/timestamp.proto). */
export function timestampOf(value: unknown): string | undefined {
  if (value instanceof Date) {
    return isWithinRange(value.getTime()) ? value.toISOString() : undefined
  }
  // RFC 3339, section 5.6.
  if (typeof value !== 'string') return undefined
  const text = value.toUpperCase()
  const match = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null || !isDay(match[1] as string)) return undefined
  return isWithinRange(millisecondsOf(text)) ? text : undefined
}

/** A `Date` holds milliseconds: what is finer is cut off. */
export function dateOf(timestamp: string): Date | undefined {
  const milliseconds = millisecondsOf(timestamp)
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds)
}

const millisecondsOf = (text: string): number => Date.parse(text.replace(/(\.\d{1,3})\d*/, '$1'))

const earliest = Date.parse('0001-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')
const isWithinRange = (milliseconds: number): boolean => milliseconds >= earliest && milliseconds <= latest

/** Engines read the 30th of February as a day in March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
