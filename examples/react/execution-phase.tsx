// The phase of an execution, live.
import type { AdminClient } from '@flyte-js/admin'
import { type ExecutionId, executionFailure } from '@flyte-js/admin/executions'
import { FlyteError } from '@flyte-js/core'
import { useExecution } from './use-execution.js'

/** Shows the phase of an execution, and why it failed. Screen readers hear of each change. */
export function ExecutionPhase({ flyte, id }: { flyte: Pick<AdminClient, 'admin'>; id: ExecutionId }) {
  const { execution, hint, error } = useExecution(flyte, id)
  if (error !== undefined) return <p role="alert">{textOf(error)}</p>
  const failure = execution && executionFailure(execution)
  return (
    <section aria-label={`Execution ${id.name}`}>
      <p role="status">{execution?.closure?.phase ?? 'Loading …'}</p>
      {hint !== undefined && <p>{hint}</p>}
      {failure && <pre>{`${failure.code}: ${failure.message}`}</pre>}
    </section>
  )
}

/** Errors of flyte-js say what to do about them, and have a code to search for. */
function textOf(error: unknown): string {
  return FlyteError.isInstance(error) ? `${error.message} [${error.code}]` : String(error)
}
