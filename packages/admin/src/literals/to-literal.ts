import type { Literal, LiteralType, UnionType } from '@flyte-js/idl'
import { checkLiteral } from './check-literal.js'
import { describeType, describeValue, isPlainObject } from './describe.js'
import { type FlyteDuration, isDuration } from './duration.js'
import { isLiteral } from './literal-kind.js'
import { namedScalar } from './named-scalar.js'
import { at, atRoot, mismatch, type Place, pathOf, within } from './place.js'
import { membersOf, toScalar } from './scalars.js'

/** What {@link toLiteral} takes. */
export type LiteralInput =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Date
  | FlyteDuration
  | Uint8Array
  | Literal
  | readonly LiteralInput[]
  | { readonly [key: string]: LiteralInput }

/**
 * Makes a Literal of a value: of the type where one is given, as an interface's `variables.x.type` does, else of the one that the
 * value suggests.
 *
 * | the type | takes | without a type it is made of |
 * |---|---|---|
 * | `INTEGER` | integers up to 2^53, bigints within 64 bits, decimal digits as text | integers, bigints |
 * | `FLOAT` | numbers, NaN and the infinities too | other finite numbers |
 * | `STRING`, `BOOLEAN` | texts, booleans | the same |
 * | `DATETIME` | a `Date`, RFC 3339 text with up to 9 digits of a second | a `Date` |
 * | `DURATION` | `duration(milliseconds)`, `{ seconds, nanos }`, `'1.5s'` | `duration(milliseconds)` |
 * | `BINARY` | a `Uint8Array` | a `Uint8Array` |
 * | `STRUCT` | a plain object of JSON (a `Date` in it becomes text, all numbers are doubles) | |
 * | `NONE` | `null`, `undefined` | the same |
 * | `ERROR` | `{ message, failed_node_id? }` | |
 * | collection, map | a list, a plain object (undefined members are left out) | the same |
 * | enum | one of its texts | |
 * | blob, schema, structured dataset | a URI as text, or what `fromLiteral` gives | |
 * | union | what fits a variant: first by nature, then in the type's order what can be read as it | |
 *
 * A Literal is taken as it is, after a look whether it is of the type. All 64-bit integers are kept exactly.
 *
 * @throws `FlyteError` `FLYTE_INVALID_ARGUMENT`, which names each place that does not fit, what was expected there and what kind
 *   of value came: `value.xs[2].name: expected string, got an integer`. No value is repeated, since inputs may be secrets.
 *
 * Source: flyteidl/protos/flyteidl/core/literals.proto
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { toLiteral } from '@flyte-js/admin/literals'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'train', version: 'v1' }
 * await admin.createExecution({
 *   project: id.project,
 *   domain: id.domain,
 *   name: 'f2b1',
 *   spec: { launch_plan: { ...id, resource_type: 'LAUNCH_PLAN' } },
 *   inputs: { literals: { epochs: toLiteral(12), rates: toLiteral([0.5, 0.25]), since: toLiteral(new Date(0)) } },
 * })
 * ```
 */
export function toLiteral(value: LiteralInput, type?: LiteralType | null): Literal {
  return atRoot('value', (place) => convert(value, type, place)) as Literal
}

/** Converts a value, and notes what does not fit. */
export function convert(
  value: unknown,
  type: LiteralType | null | undefined,
  place: Place,
  exact = false,
): Literal | undefined {
  // One of a union's variants is still to be wrapped; what is offloaded cannot be told.
  if (isLiteral(value) && (!type?.union_type || value.scalar?.union || value.offloaded_metadata)) {
    if (type) checkLiteral(value, type, place)
    return { ...literal({}), ...value }
  }
  if (!type) return infer(value, place)
  const { simple, collection_type, map_value_type, union_type } = type
  if (union_type) return union(value, type, place, exact)
  if (collection_type && Array.isArray(value)) return collection(value, collection_type, place, exact)
  if (map_value_type && isMap(value)) return map(value, map_value_type, place, exact)
  const scalar = simple === undefined ? namedScalar(value, type, place, exact) : toScalar[simple]?.(value, exact, place)
  if (scalar === undefined) return mismatch(place, describeType(type), describeValue(value))
  const made = literal({ scalar })
  // A blob that names its own format may be of another.
  if (type.blob) checkLiteral(made, type, place)
  return made
}

const inferred = ['NONE', 'INTEGER', 'FLOAT', 'STRING', 'BOOLEAN', 'DATETIME', 'DURATION', 'BINARY'] as const

function infer(value: unknown, place: Place): Literal | undefined {
  if (Array.isArray(value)) return collection(value, undefined, place)
  if (isMap(value)) return map(value, undefined, place)
  for (const simple of inferred) {
    const scalar = toScalar[simple](value, true, place)
    if (scalar !== undefined) return literal({ scalar })
  }
  return mismatch(
    place,
    'null, boolean, bigint, finite number (NaN and infinity need the type FLOAT), text, Date, duration(), Uint8Array, list or plain object',
    describeValue(value),
  )
}

function collection(value: unknown[], type: LiteralType | undefined, place: Place, exact = false): Literal | undefined {
  return within(place, value, () => {
    const literals = Array.from(value, (item, index) => at(place, index, () => convert(item, type, place, exact)))
    return literal({ collection: { literals: literals as Literal[] } })
  })
}

function map(
  value: { [key: string]: unknown },
  type: LiteralType | undefined,
  place: Place,
  exact = false,
): Literal | undefined {
  return within(place, value, () => {
    const literals = membersOf(value, place, (member) => convert(member, type, place, exact))
    return literal({ map: { literals: literals as { [key: string]: Literal } } })
  })
}

/** Tries the variants: first those that the value is of by nature, then those that it can be read as. */
function union(value: unknown, type: LiteralType, place: Place, exact: boolean): Literal | undefined {
  const variants = (type.union_type as UnionType).variants
  let reasons: string[][] = []
  for (const byNature of exact ? [true] : [true, false]) {
    reasons = []
    for (const variant of variants) {
      const trial: Place = { ...place, keys: [...place.keys], ancestors: [...place.ancestors], problems: [] }
      const converted = convert(value, variant, trial, byNature) as Literal
      const { problems } = trial
      if (problems.length === 0) return literal({ scalar: { union: { value: converted, type: variant } } })
      reasons.push(problems)
    }
  }
  // Where just one variant was meant, as a list is by a list, what is wrong inside says more than what was tried.
  const here = `${pathOf(place)}: `
  const [meant, ...others] = reasons.filter(([first = here]) => !first.startsWith(here))
  if (meant === undefined || others.length > 0) return mismatch(place, describeType(type), describeValue(value))
  place.problems.push(...meant)
  return undefined
}

const literal = (value: Partial<Literal>): Literal => ({ ...value, hash: '', metadata: {} })

const isMap = (value: unknown): value is { [key: string]: unknown } => isPlainObject(value) && !isDuration(value)
