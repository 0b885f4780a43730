import { filters, sort } from '@flyte-js/admin/filters'
import { FlyteError } from '@flyte-js/core'
import type { Sort } from '@flyte-js/idl'
import type { Session } from '../session.js'
import { readConditions } from './read-conditions.js'

/** The flags that every list has. */
export interface ListFlags {
  /** Conditions that must all hold. */
  readonly filter?: readonly string[]
  /** A column, with `:asc` or `:desc` behind it. */
  readonly sortBy?: string
  /** How many there may be. Default 100, as flytectl's. */
  readonly limit?: number
  /** However many there are. */
  readonly all?: boolean
}

/** What Flyte Admin is asked for. */
export interface ListRequest {
  readonly limit: number
  readonly filters: string
  readonly sort_by?: Sort
}

const defaultLimit = 100

/**
 * Makes a request of the flags.
 *
 * @param byDefault - the order where none is asked for
 * @param nameColumn - what Flyte Admin calls the column that is shown as NAME
 */
export function listRequest(
  { filter = [], sortBy, limit = defaultLimit, all }: ListFlags,
  byDefault?: Sort,
  nameColumn = 'name',
): ListRequest {
  const sort_by = sortBy === undefined ? byDefault : readSort(sortBy, nameColumn)
  return {
    // One more tells whether that was all.
    limit: all || limit > defaultLimit ? defaultLimit : limit + 1,
    filters: filters(...filter.flatMap((text) => readConditions(text, nameColumn))),
    ...(sort_by && { sort_by }),
  }
}

/** Gathers as many as the flags say. Says on stderr when there are more, since whoever counts lines should know. */
export async function gather<Item>(
  session: Session,
  { limit = defaultLimit, all }: ListFlags,
  items: AsyncIterable<Item>,
): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) {
    if (!all && found.length === limit) {
      session.tell(`These are the first ${limit}: --all shows all, --limit more, --filter fewer`)
      break
    }
    found.push(item)
  }
  return found
}

function readSort(text: string, nameColumn: string): Sort {
  const [, given = '', direction = 'asc'] = /^(.+?)(?::(asc|desc))?$/.exec(text) ?? []
  if (given.includes(':')) {
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', '--sort-by takes a column, with :asc or :desc behind it')
  }
  const column = given === 'name' ? nameColumn : given
  return direction === 'desc' ? sort.desc(column) : sort.asc(column)
}
