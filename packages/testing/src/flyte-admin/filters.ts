// The filters of lists: `eq(version,v1)+contains(name,wf)`, as they go to SQL in the real one.
import { GrpcStatusError, grpcCode, invalidArgument } from './grpc-status.js'
import type { Row, Table } from './table.js'

type Test = (value: string | number | Date | undefined, operands: readonly string[]) => boolean

const tests: Record<string, { test: Test; takesList?: true }> = {
  eq: { test: (value, [operand]) => compare(value, operand) === 0 },
  ne: { test: (value, [operand]) => ![0, undefined].includes(compare(value, operand)) },
  gt: { test: (value, [operand]) => (compare(value, operand) ?? 0) > 0 },
  gte: { test: (value, [operand]) => (compare(value, operand) ?? -1) >= 0 },
  lt: { test: (value, [operand]) => (compare(value, operand) ?? 0) < 0 },
  lte: { test: (value, [operand]) => (compare(value, operand) ?? 1) <= 0 },
  contains: { test: (value, [operand]) => isLike(value, `%${operand}%`) },
  not_like: { test: (value, [operand]) => value !== undefined && !isLike(value, operand ?? '') },
  value_in: { test: (value, operands) => operands.some((operand) => compare(value, operand) === 0), takesList: true },
  value_not_in: {
    test: (value, operands) => value !== undefined && operands.every((operand) => compare(value, operand) !== 0),
    takesList: true,
  },
}

/** Reads filters into one test of a row. They are joined by `+`, and the values of a list by `;`. */
export function parseFilters(text: string, table: Table): (row: Row) => boolean {
  const conditions = text.split('+').map((expression) => {
    const match = /(.+)\((.+),\s?(.+)\)/.exec(expression)
    if (match === null) throw invalidArgument('invalid value for filters')
    const [, name, field, values] = match as unknown as [string, string, string, string]
    const column = columnOf(field, table)
    const operands = values.split(';')
    const filter = Object.hasOwn(tests, name) ? tests[name] : undefined
    if (filter === undefined) throw invalidArgument(`unrecognized filter function: ${name}`)
    if (filter.takesList === undefined && operands.length > 1)
      throw databaseError('operator does not exist: text = record')
    checkOperands(column, operands)
    return (row: Row) => filter.test(row[column], operands)
  })
  return (row) => conditions.every((condition) => condition(row))
}

function columnOf(field: string, table: Table): string {
  const prefix = Object.keys(letters).find((candidate) => field.startsWith(`${candidate}.`))
  const joined =
    prefix === undefined ? table : (table.joins?.[prefix] ?? (letters[prefix] === table.letter ? table : undefined))
  if (joined === undefined) throw invalidArgument(`'${letters[prefix as string]}' entity is not allowed in filters`)
  const column = prefix === undefined ? field : field.slice(prefix.length + 1)
  if (!joined.columns.includes(column)) throw invalidArgument(`'${joined.letter}.${column}' is invalid filter`)
  return joined === table ? column : field
}

/** The letters of tables, by the prefix that filters name them with. */
const letters: Readonly<Record<string, string>> = {
  task: 't',
  workflow: 'w',
  launch_plan: 'l',
  execution: 'e',
  node_execution: 'ne',
  task_execution: 'te',
  entities: 'nen',
  named_entity_metadata: 'nem',
  project: 'p',
  signal: 's',
  admin_tag: 'at',
  execution_admin_tag: 'eat',
  execution_tag: 'et',
}

const integerColumns =
  /(^|\.)(id|state|mode|resource_type|(launch_plan|workflow|task|source_execution|parent_node_execution)_id)$/

/** The database refuses an operand that is not of the column's type. */
function checkOperands(column: string, operands: readonly string[]): void {
  for (const operand of operands) {
    if (integerColumns.test(column) && !/^\s*[+-]?\d+\s*$/.test(operand)) {
      throw databaseError(`invalid input syntax for type integer: ${JSON.stringify(operand)}`)
    }
    if (column.endsWith('_at') && Number.isNaN(Date.parse(operand))) {
      throw databaseError(`invalid input syntax for type timestamp with time zone: ${JSON.stringify(operand)}`)
    }
  }
}

/** What the database refuses reaches the client as an unknown error. */
export function databaseError(reason: string): GrpcStatusError {
  return new GrpcStatusError(grpcCode.unknown, `failed database operation with ${reason}`)
}

/** Less than, equal to or greater than 0, or `undefined` when SQL would not know. */
function compare(value: string | number | Date | undefined, operand: string | undefined): number | undefined {
  if (value === undefined || operand === undefined) return undefined
  const right = typeof value === 'number' ? Number(operand) : value instanceof Date ? Date.parse(operand) : operand
  const left = value instanceof Date ? value.getTime() : value
  if (Number.isNaN(right)) return undefined
  return left === right ? 0 : left < right ? -1 : 1
}

/** SQL's LIKE: `%` stands for any text, `_` for one character. */
function isLike(value: string | number | Date | undefined, pattern: string): boolean {
  if (value === undefined) return false
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, 's').test(String(value))
}
