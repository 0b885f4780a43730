import type { AdminService } from '@flyte-js/idl'
import type { CallOptions, ServiceMethods } from '../request-types.js'
import { type ExecutionReference, executionIdOf } from './execution-reference.js'

/**
 * Ends an execution that runs. It is `ABORTING` then, and `ABORTED` once FlytePropeller has seen it.
 *
 * @param cause - why, for whoever looks at the execution later
 * @throws `AdminError` `FLYTE_ADMIN_RPC_FAILED`: `NOT_FOUND`, or `FAILED_PRECONDITION` for an execution that has ended already
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { terminate } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * await terminate(admin, 'ex:flytesnacks:development:f2b1', 'superseded by a newer commit')
 * ```
 */
export async function terminate(
  admin: Pick<ServiceMethods<AdminService>, 'terminateExecution'>,
  execution: ExecutionReference,
  cause: string,
  options?: CallOptions,
): Promise<void> {
  await admin.terminateExecution({ id: executionIdOf(execution), cause }, options)
}
