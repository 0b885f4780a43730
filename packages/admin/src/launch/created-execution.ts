import type { WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { AdminError } from '../admin-error.js'

/** The execution that an answer says was made. One that names none is not Flyte Admin's: what was made cannot be told. */
export function createdExecution(
  rpc: string,
  { id }: { id: WorkflowExecutionIdentifier | null },
): WorkflowExecutionIdentifier {
  if (id) return id
  const message = `${rpc}: the answer names no execution. Look for it with listExecutions before you launch again, and check what stands between`
  throw new AdminError('FLYTE_ADMIN_RESPONSE_INVALID', message, { rpc, isRetryable: false })
}
