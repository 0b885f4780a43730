// Times, lengths of time and values, for people.

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** How long ago: `5 minutes ago`. */
export function agoText(time: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000))
  const [unit, length] = units.find(([, length]) => seconds >= length) ?? ['second', 1]
  return ago.format(-Math.floor(seconds / length), unit)
}

/** The day and the time, where the person is. */
export function dateText(time: number): string {
  return dates.format(time)
}

/** A length of time by its two largest units: `1 h 5 min`, `42 s`. */
export function durationText(milliseconds: number): string {
  const symbols = { day: 'd', hour: 'h', minute: 'min', second: 's' }
  let rest = Math.floor(milliseconds / 1000)
  const parts = units.map(([unit, length]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return { count, text: `${count} ${symbols[unit]}` }
  })
  const first = parts.findIndex(({ count }) => count > 0)
  if (first === -1) return milliseconds > 0 ? '< 1 s' : '0 s'
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(' ')
}

/** A value as `fromLiteral` gives it: a text as it is, everything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return 'none'
  return value instanceof Date ? dateText(value.getTime()) : jsonText(value)
}

/** A value as JSON: in one line where that is short. */
export function jsonText(value: unknown): string {
  const line = JSON.stringify(value, inJson)
  return line.length <= 60 ? line : JSON.stringify(value, inJson, 2)
}

/** JSON has no words for 64-bit integers and for bytes. */
function inJson(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? `${value.length} bytes` : value
}
