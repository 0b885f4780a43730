import { FlyteError } from '@flyte-js/core'

/** A span of time as protobuf has it: whole seconds, and the rest in nanoseconds of the same sign. */
export interface FlyteDuration {
  /** Whole seconds, at most 315,576,000,000 (10,000 years) either way. */
  readonly seconds: number
  /** The rest: -999,999,999 to 999,999,999. */
  readonly nanos: number
}

const longest = 315_576_000_000

/** Tells a duration from a map that happens to have the same keys. Not enumerable: copies are plain objects. */
const brand = Symbol.for('flyte-js.duration')

/**
 * A span of time, which `toLiteral` knows as one without being told a type. `fromLiteral` makes the same of a duration, since
 * JavaScript has no type for it yet that holds nanoseconds.
 *
 * @param milliseconds - may have a fraction, down to nanoseconds
 * @throws `FlyteError` `FLYTE_INVALID_ARGUMENT` for a number that is not finite, or more than 10,000 years
 *
 * Source: google/protobuf/duration.proto
 *
 * @example
 * ```ts
 * import { duration, toLiteral } from '@flyte-js/admin/literals'
 *
 * const { seconds, nanos } = duration(1_500) // 1, 500_000_000
 * console.log(seconds * 1_000 + nanos / 1_000_000, toLiteral(duration(1_500)).scalar?.primitive?.duration) // 1500 '1.500000000s'
 * ```
 */
export function duration(milliseconds: number): FlyteDuration {
  const whole = Math.trunc(milliseconds / 1_000)
  const nanos = Math.round((milliseconds - whole * 1_000) * 1_000_000)
  const made = durationOf(whole + Math.trunc(nanos / 1e9), nanos % 1e9)
  if (typeof milliseconds === 'number' && made !== undefined) return made
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'a duration takes finite milliseconds, of at most 10,000 years')
}

/** Tells what {@link duration} has made. */
export function isDuration(value: object): value is FlyteDuration {
  return brand in value
}

/** Reads what means a duration where one is asked for: an object with seconds or nanos, or protobuf's text, `'1.5s'`. */
export function readDuration(value: unknown): FlyteDuration | undefined {
  if (typeof value === 'string') {
    const [, sign, seconds, fraction = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(value) ?? []
    if (seconds === undefined) return undefined
    const direction = sign === '-' ? -1 : 1
    return durationOf(direction * Number(seconds), direction * Number(fraction.padEnd(9, '0')))
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (
    Object.keys(value)
      .join()
      .match(/^(seconds|nanos|seconds,nanos|nanos,seconds)$/) === null
  )
    return undefined
  const { seconds = 0, nanos = 0 } = value as Partial<FlyteDuration>
  return durationOf(seconds, nanos)
}

/** protobuf's text of a duration. */
export function durationText({ seconds, nanos }: FlyteDuration): string {
  const fraction = nanos === 0 ? '' : `.${String(Math.abs(nanos)).padStart(9, '0')}`
  return `${seconds < 0 || nanos < 0 ? '-' : ''}${Math.abs(seconds)}${fraction}s`
}

function durationOf(seconds: number, nanos: number): FlyteDuration | undefined {
  const isValid =
    Number.isInteger(seconds) &&
    Number.isInteger(nanos) &&
    Math.abs(seconds) <= longest &&
    Math.abs(nanos) < 1e9 &&
    seconds * nanos >= 0
  // `+ 0` makes 0 of -0.
  return isValid
    ? Object.freeze(Object.defineProperty({ seconds: seconds + 0, nanos: nanos + 0 }, brand, { value: true }))
    : undefined
}
