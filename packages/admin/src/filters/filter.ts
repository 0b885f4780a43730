import { FlyteError } from '@flyte-js/core'
import { checkColumn } from './column.js'

/** What a column can be compared with. A `Date` goes as RFC 3339, a number for `duration` is seconds. */
export type FilterValue = string | number | bigint | boolean | Date

/**
 * Conditions on the rows of a list, as texts for the `filters` of a request.
 *
 * Columns are those of Flyte Admin's tables (`name`, `version`, `created_at`, `phase`, …), with `execution_name` and the like for
 * executions, and with the entity in front where lists are joined: `task.name`, `launch_plan.name`, `workflow.version`. A
 * number for `state` or `resource_type` is the enum's.
 *
 * Flyte Admin knows no escaping: a value with `+`, `;`, `,`, a line break, half of a surrogate pair or nothing in it cannot be
 * said, so each of these functions throws a `FlyteError` `FLYTE_INVALID_ARGUMENT` for it, and for a column that is no name.
 *
 * Source: flyteadmin/pkg/manager/impl/util/filters.go
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { filter, filters, sort } from '@flyte-js/admin/filters'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const failures = admin.listExecutions.paginate({
 *   id: { project: 'flytesnacks', domain: 'development' },
 *   limit: 100,
 *   filters: filters(
 *     filter.valueIn('phase', ['FAILED', 'TIMED_OUT']),
 *     filter.gte('created_at', new Date(Date.now() - 86_400_000)),
 *     filter.contains('launch_plan.name', 'train'),
 *   ),
 *   sort_by: sort.desc('created_at'),
 * })
 * for await (const { id } of failures) console.log(id?.name)
 * ```
 */
export const filter = {
  /** Equal to. */
  eq: (column: string, value: FilterValue): string => single('eq', column, value),
  /** Not equal to. */
  ne: (column: string, value: FilterValue): string => single('ne', column, value),
  /** Greater than. */
  gt: (column: string, value: FilterValue): string => single('gt', column, value),
  /** Greater than or equal to. */
  gte: (column: string, value: FilterValue): string => single('gte', column, value),
  /** Less than. */
  lt: (column: string, value: FilterValue): string => single('lt', column, value),
  /** Less than or equal to. */
  lte: (column: string, value: FilterValue): string => single('lte', column, value),
  /** Has that text in it, case-sensitively. `%`, `_` and `\` stand for themselves: they are escaped as the database wants. */
  contains: (column: string, text: string): string =>
    single('contains', column, typeof text === 'string' ? text.replace(/[\\%_]/g, '\\$&') : text),
  /** Is not like a pattern of SQL: `%` stands for any text, `_` for one character, `\` before them for themselves. */
  notLike: (column: string, pattern: string): string => single('not_like', column, pattern),
  /** Equal to one of the values, of which there must be at least one. */
  valueIn: (column: string, values: readonly FilterValue[]): string => list('value_in', column, values),
  /** Equal to none of the values, of which there must be at least one. */
  valueNotIn: (column: string, values: readonly FilterValue[]): string => list('value_not_in', column, values),
} as const

/**
 * Joins conditions that must all hold into the `filters` of a request; `''`, which filters nothing, where there is none.
 *
 * @param conditions - as those of {@link filter} are made, or as this function joins them; `''` is none
 *
 * @example
 * ```ts
 * import { filter, filters } from '@flyte-js/admin/filters'
 *
 * filters(filter.eq('phase', 'FAILED'), filter.contains('launch_plan.name', 'train'))
 * ```
 */
export function filters(...conditions: readonly string[]): string {
  return conditions.filter(Boolean).join('+')
}

function single(name: string, column: string, value: FilterValue): string {
  return expression(name, column, textOf(name, column, value))
}

function list(name: string, column: string, values: readonly FilterValue[]): string {
  if (!Array.isArray(values) || values.length === 0) {
    throw new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      `${name} of ${checkColumn(column)} needs a list with at least one value`,
    )
  }
  return expression(name, column, Array.from(values, (value) => textOf(name, column, value)).join(';'))
}

function expression(name: string, column: string, values: string): string {
  // Flyte Admin takes one space behind the comma away, so a value that begins with one is given another.
  return `${name}(${checkColumn(column)},${/^\s/.test(values) ? ' ' : ''}${values})`
}

const unspeakable: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'is empty'],
  [/\+/, 'has a "+", which joins filters. For a time with an offset give a Date'],
  [/;/, 'has a ";", which separates the values of valueIn'],
  [/,/, 'has a ",", which ends the name of a column'],
  [/[\0\n]/, 'has a line break or a null character'],
  [/\p{Surrogate}/u, 'has half of a surrogate pair'],
]

function textOf(name: string, column: string, value: FilterValue): string {
  const refuse = (why: string) =>
    new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      `${name} of ${checkColumn(column)}: the value ${why}. Flyte Admin's filters cannot say that`,
    )
  const isValid =
    value instanceof Date
      ? !Number.isNaN(value.getTime())
      : typeof value === 'number'
        ? Number.isFinite(value)
        : /^(string|bigint|boolean)$/.test(typeof value)
  if (!isValid) throw refuse('is no text, finite number, bigint, boolean or valid Date')
  const text = value instanceof Date ? value.toISOString() : String(value)
  for (const [pattern, why] of unspeakable) if (pattern.test(text)) throw refuse(why)
  return text
}
