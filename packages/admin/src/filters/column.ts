import { FlyteError } from '@flyte-js/core'

/** Refuses what is no column's name, such as one that would end the filter. */
export function checkColumn(column: string): string {
  if (typeof column === 'string' && /^[a-z_]+(\.[a-z_]+)?$/i.test(column)) return column
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    'a column is a name, with its entity in front where lists are joined: write name, created_at or task.name',
  )
}
