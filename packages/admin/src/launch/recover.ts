import type { AdminService, ExecutionMetadata, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import type { CallOptions, Input, ServiceMethods } from '../request-types.js'
import { createdExecution } from './created-execution.js'
import { executionName } from './execution-name.js'
import { type ExecutionReference, executionIdOf } from './execution-reference.js'

/** What {@link recover} can be told. */
export interface RecoverOptions {
  /** The name of the new execution. Default: a new one. */
  name?: string
  /** Metadata for the new execution; Flyte Admin takes its `parent_node_execution`. */
  metadata?: Input<ExecutionMetadata>
}

/**
 * Launches a failed execution again from where it failed: what has succeeded is taken over. Inputs and version stay the same.
 *
 * @returns the identifier of the new execution; its name is chosen before it is sent, so that it cannot be launched twice
 * @throws `AdminError` `FLYTE_ADMIN_RPC_FAILED`: `NOT_FOUND`, or `ALREADY_EXISTS` for a name that is taken
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { recover } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const { name } = await recover(admin, { project: 'flytesnacks', domain: 'development', name: 'f2b1' })
 * console.log(`running as ${name}`)
 * ```
 */
export async function recover(
  admin: Pick<ServiceMethods<AdminService>, 'recoverExecution'>,
  execution: ExecutionReference,
  { name, metadata }: RecoverOptions = {},
  options?: CallOptions,
): Promise<WorkflowExecutionIdentifier> {
  const id = executionIdOf(execution)
  const request = { id, ...executionName(name), ...(metadata !== undefined && { metadata }) }
  return createdExecution('recoverExecution', await admin.recoverExecution(request, options))
}
