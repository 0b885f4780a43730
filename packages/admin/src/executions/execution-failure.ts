import type { Execution, ExecutionError_ErrorKind, WorkflowExecution_Phase } from '@flyte-js/idl'
import { hasEnded, phaseOf } from './phase.js'

/** Why an execution did not succeed. */
export interface ExecutionFailure {
  /** `FAILED`, `ABORTED` or `TIMED_OUT`. */
  phase: WorkflowExecution_Phase
  /** Flyte's group of the error, e.g. `USER:Unknown` or `RetriesExhausted`; the phase where there is none. */
  code: string
  /** What went wrong, with the stack trace of the task where there is one; who aborted it, and why. */
  message: string
  /** Whose fault it is: the user's code, the system, or nobody knows. */
  kind: ExecutionError_ErrorKind
}

/**
 * Says why an execution did not succeed (`closure.error`, `closure.abort_metadata`).
 *
 * @returns `undefined` for one that has succeeded, and for one that has not ended
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { executionFailure, waitForExecution } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
 * const failure = executionFailure(await waitForExecution(admin, id))
 * if (failure) console.error(`${failure.code}: ${failure.message}`)
 * ```
 */
export function executionFailure(execution: Pick<Execution, 'closure'>): ExecutionFailure | undefined {
  const phase = phaseOf(execution)
  if (!hasEnded(execution) || phase === 'SUCCEEDED') return undefined
  const { error, abort_metadata: abort } = execution.closure ?? {}
  if (error) return { phase, code: error.code || phase, message: error.message, kind: error.kind }
  const by = abort?.principal ? ` by ${abort.principal}` : ''
  const message = abort ? `aborted${by}${abort.cause ? `: ${abort.cause}` : ''}` : 'no error was recorded'
  return { phase, code: phase, message, kind: abort ? 'USER' : 'UNKNOWN' }
}
