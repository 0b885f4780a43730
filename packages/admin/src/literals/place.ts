import { FlyteError } from '@flyte-js/core'

/** Where in a value we are, and what was found wrong so far. One object a value, so that a success builds no texts. */
export interface Place {
  /** What the value is called in messages. */
  readonly root: string
  /** The way from the root to here. */
  readonly keys: (string | number)[]
  /** The values on that way, to tell one that holds itself. */
  readonly ancestors: unknown[]
  /** One line for each thing that is wrong. */
  problems: string[]
}

/** How many values may hold each other. */
const deepest = 100

/** Begins at the root of a value. */
export const placeOf = (root: string): Place => ({ root, keys: [], ancestors: [], problems: [] })

/** Notes what was expected here and what came instead. */
export function mismatch(place: Place, expected: string, came: string): undefined {
  problem(place, `expected ${expected}, got ${came}`)
}

/** Notes what is wrong here. */
export function problem(place: Place, says: string): undefined {
  place.problems.push(`${pathOf(place)}: ${says}`)
}

/** Where we are, as JavaScript would write it: `value.xs[2]["a b"]`. */
export function pathOf({ root, keys }: Place): string {
  const path = keys.map((key) => (/^[a-z_$][\w$]*$/i.test(`${key}`) ? `.${key}` : `[${JSON.stringify(key)}]`))
  return root + path.join('')
}

/** Goes into a value for as long as `visit` lasts; refuses one that holds itself or is too deep to be sent. */
export function within<T>(place: Place, value: object, visit: () => T): T | undefined {
  if (place.ancestors.includes(value)) return problem(place, 'holds itself, which no Literal can')
  if (place.ancestors.length === deepest) return problem(place, `is nested deeper than ${deepest} levels`)
  place.ancestors.push(value)
  const result = visit()
  place.ancestors.pop()
  return result
}

/** Visits one member of the value that we are in. */
export function at<T>(place: Place, key: string | number, visit: () => T): T {
  place.keys.push(key)
  const result = visit()
  place.keys.pop()
  return result
}

/** Runs `visit` at the root, and throws what it found wrong: a value's getter that throws is told as that. */
export function atRoot<T>(root: string, visit: (place: Place) => T): T {
  const place = placeOf(root)
  const result = attempt(place, visit)
  if (place.problems.length === 0) return result as T
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', lines(place.problems))
}

/** Runs `visit`, which notes what is wrong. What it throws is noted too, so that no value can make a caller crash. */
export function attempt<T>(place: Place, visit: (place: Place) => T): T | undefined {
  try {
    return visit(place)
  } catch {
    return problem(place, 'cannot be read: reading it threw an error, or it is too deep')
  }
}

const longest = 20

/** The first problems, one a line, and how many there are besides. */
export function lines(problems: readonly string[]): string {
  const more = problems.length - longest
  return [...problems.slice(0, longest), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')
}
