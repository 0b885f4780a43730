import type { Execution, WorkflowExecution_Phase } from '@flyte-js/idl'

/** Phases that an execution never leaves (flyteidl/core/execution.proto). */
const terminalPhases: ReadonlySet<WorkflowExecution_Phase> = new Set(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT'])

/** What to look at when an execution stays in a phase that it should soon leave. */
const stuckIn: Readonly<Partial<Record<WorkflowExecution_Phase, string>>> = {
  UNDEFINED: 'it never started. Check that FlytePropeller runs',
  QUEUED: 'FlytePropeller has seen it, but nothing of it runs. Check the cluster: pending pods, quotas, free machines',
  ABORTING: 'nobody ends what it runs. Check that FlytePropeller runs',
}

/** The phase of an execution; `UNDEFINED` until FlytePropeller has seen it. */
export function phaseOf({ closure }: Pick<Execution, 'closure'>): WorkflowExecution_Phase {
  return closure?.phase ?? 'UNDEFINED'
}

/**
 * True once an execution has ended, however it did: `SUCCEEDED`, `FAILED`, `ABORTED` or `TIMED_OUT`.
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { hasEnded } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const { executions } = await admin.listExecutions({ id: { project: 'flytesnacks', domain: 'development' }, limit: 100 })
 * console.log(executions.filter((execution) => !hasEnded(execution)).length)
 * ```
 */
export function hasEnded(execution: Pick<Execution, 'closure'>): boolean {
  return terminalPhases.has(phaseOf(execution))
}

/** Why an execution may not move on from a phase, and what to look at; `undefined` where staying is nothing unusual. */
export function stuckHint(phase: WorkflowExecution_Phase): string | undefined {
  return stuckIn[phase]
}
