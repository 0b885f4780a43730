import type { AdminService, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import type { CallOptions, ServiceMethods } from '../request-types.js'
import { createdExecution } from './created-execution.js'
import { executionName } from './execution-name.js'
import { type ExecutionReference, executionIdOf } from './execution-reference.js'

/** What {@link relaunch} can be told. */
export interface RelaunchOptions {
  /** The name of the new execution. Default: a new one. */
  name?: string
  /** Runs what is cached again, and writes the cache anew. Default false. */
  overwriteCache?: boolean
}

/**
 * Launches an execution again from its beginning, with the inputs and the spec of the first.
 *
 * @returns the identifier of the new execution; its name is chosen before it is sent, so that it cannot be launched twice
 * @throws `AdminError` `FLYTE_ADMIN_RPC_FAILED`: `NOT_FOUND`, or `ALREADY_EXISTS` for a name that is taken
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { relaunch } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const { name } = await relaunch(admin, 'ex:flytesnacks:development:f2b1', { overwriteCache: true })
 * console.log(`running as ${name}`)
 * ```
 */
export async function relaunch(
  admin: Pick<ServiceMethods<AdminService>, 'relaunchExecution'>,
  execution: ExecutionReference,
  { name, overwriteCache = false }: RelaunchOptions = {},
  options?: CallOptions,
): Promise<WorkflowExecutionIdentifier> {
  const id = executionIdOf(execution)
  const request = { id, ...executionName(name), overwrite_cache: overwriteCache }
  return createdExecution('relaunchExecution', await admin.relaunchExecution(request, options))
}
