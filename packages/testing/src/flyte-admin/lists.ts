// What every list has in common: a required limit, an offset as its token, and sorting by a column.
import { databaseError, parseFilters } from './filters.js'
import { invalidArgument } from './grpc-status.js'
import { type Message, messageField, stringField } from './message.js'
import type { Row, Table } from './table.js'

/** How a page is cut. */
export interface PageOptions<Item> {
  /** The name in the refusal of a bad token; one list leaves it out. */
  rpc?: string
  table: Table
  /** The columns of an item. */
  row(item: Item): Row
  /** By default a limit is required; projects are all listed without one. */
  limitIsOptional?: boolean
  /** True for the list of names: it is cut into pages before it is filtered, so that pages may be short, or empty. */
  isCutFirst?: boolean
  /** Columns that the table has but the list cannot be sorted by, because it groups rows. */
  ungroupedColumns?: readonly string[]
}

/** One page of the items and the token of the next: an exactly full last page has one as well. */
export function page<Item>(
  items: readonly Item[],
  request: Message,
  options: PageOptions<Item>,
): { items: Item[]; token: string } {
  const limit = Number(request.limit ?? 0)
  if (limit === 0 && !options.limitIsOptional) throw invalidArgument('invalid value for limit')
  const filters = stringField(request, 'filters')
  const matches = filters === '' ? () => true : parseFilters(filters, options.table)
  const token = stringField(request, 'token')
  if (!/^[+-]?\d*$/.test(token) || Number(token) < 0) {
    throw invalidArgument(`invalid pagination token ${token}${options.rpc === undefined ? '' : ` for ${options.rpc}`}`)
  }
  const offset = Number(token)
  const sorted = request.sort_by === undefined ? unsorted(items, offset) : sort(items, request, options)
  const filter = (some: readonly Item[]) => some.filter((item) => matches(options.row(item)))
  const cut = (some: readonly Item[]) => (limit === 0 ? some.slice(offset) : some.slice(offset, offset + limit))
  const found = options.isCutFirst ? filter(cut(sorted)) : cut(filter(sorted))
  return { items: found, token: found.length === limit ? String(offset + found.length) : '' }
}

/**
 * Without an order the database gives the rows as it finds them, and a later page need not go on where the one before has ended: a
 * real Flyte Admin repeats some items and leaves others out. Here every later page counts from the other end.
 */
function unsorted<Item>(items: readonly Item[], offset: number): readonly Item[] {
  return offset === 0 ? items : items.toReversed()
}

function sort<Item>(items: readonly Item[], request: Message, options: PageOptions<Item>): readonly Item[] {
  const { key = '', direction = 'DESCENDING' } = messageField(request, 'sort_by') as {
    key?: string
    direction?: string
  }
  if (!options.table.columns.includes(key)) throw invalidArgument(`invalid sort key '${key}'`)
  if (options.ungroupedColumns?.includes(key)) {
    throw databaseError(
      `column "${options.table.name}.${key}" must appear in the GROUP BY clause or be used in an aggregate function`,
    )
  }
  const sign = direction === 'ASCENDING' ? 1 : -1
  return items.toSorted((left, right) => {
    const [first, second] = [options.row(left)[key] ?? '', options.row(right)[key] ?? '']
    return first === second ? 0 : first < second ? -sign : sign
  })
}
