import type { Sort } from '@flyte-js/idl'
import { checkColumn } from './column.js'

/**
 * The order of a list, as the `sort_by` of a request. Columns are those of `filter`, without an entity in front.
 *
 * Each throws a `FlyteError` `FLYTE_INVALID_ARGUMENT` for a column that is no name.
 *
 * Source: flyteidl/protos/flyteidl/admin/common.proto, `Sort`
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { sort } from '@flyte-js/admin/filters'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'workflows.train' }
 * const { workflows } = await admin.listWorkflows({ id, limit: 1, sort_by: sort.desc('created_at') })
 * console.log(`the newest version is ${workflows[0]?.id?.version}`)
 * ```
 */
export const sort = {
  /** The least first. */
  asc: (column: string): Sort => ({ key: checkColumn(column), direction: 'ASCENDING' }),
  /** The greatest first. */
  desc: (column: string): Sort => ({ key: checkColumn(column), direction: 'DESCENDING' }),
} as const
