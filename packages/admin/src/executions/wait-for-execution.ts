import type { AdminService, Execution, WorkflowExecution_Phase } from '@flyte-js/idl'
import type { ServiceMethods } from '../request-types.js'
import type { ExecutionId, Stalled } from './execution-change.js'
import { type WatchOptions, watch } from './watch-execution.js'

/** What `waitForExecution` can be told. */
export interface WaitOptions extends Omit<WatchOptions, 'nodes'> {
  /** Hears of each phase that is new. */
  onPhase?: (phase: WorkflowExecution_Phase, execution: Execution) => void
  /** Hears when the execution has not moved for `stalledAfter`, once for each phase. */
  onStalled?: (stalled: Stalled) => void
}

/**
 * Waits until an execution has ended, whatever its end: a failed one resolves too, so look at `closure.phase`, and at
 * {@link executionFailure} for why it failed.
 *
 * It polls twice a second at first and after each change, and ever less often up to every ten seconds, with jitter. Failures
 * that may pass are waited out.
 *
 * @returns the execution in its terminal phase
 * @throws `AdminError` `FLYTE_ADMIN_WAIT_TIMEOUT`, which says the last phase and tells one that never started
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { executionFailure, waitForExecution } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
 * const execution = await waitForExecution(admin, id, { timeout: 600_000 })
 * const failure = executionFailure(execution)
 * if (failure) throw new Error(`${failure.phase} (${failure.code}): ${failure.message}`)
 * ```
 */
export async function waitForExecution(
  admin: Pick<ServiceMethods<AdminService>, 'getExecution'>,
  id: ExecutionId,
  options: WaitOptions = {},
): Promise<Execution> {
  const { onPhase, onStalled } = options
  let execution: Execution | undefined
  const changes = watch(id, options, async (callOptions) => ({
    execution: await admin.getExecution({ id }, callOptions),
    nodeChanges: [],
    requests: 1,
  }))
  for await (const change of changes) {
    if (change.kind === 'phase') {
      execution = change.execution
      onPhase?.(change.phase, execution)
    }
    if (change.kind === 'stalled') onStalled?.(change)
  }
  // A watch that ends has told the phase that ended it.
  return execution as Execution
}
