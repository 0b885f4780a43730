import type { Execution, NodeExecution, NodeExecution_Phase, WorkflowExecution_Phase } from '@flyte-js/idl'

/** The name of an execution. */
export interface ExecutionId {
  /** The project. */
  project: string
  /** The domain, e.g. `development`. */
  domain: string
  /** The execution's own name. */
  name: string
}

/** The execution is in another phase; the first one that is seen comes without `previous`. */
export interface PhaseChange {
  kind: 'phase'
  phase: WorkflowExecution_Phase
  previous?: WorkflowExecution_Phase
  execution: Execution
}

/** Flyte Admin has heard something new of the execution (`closure.updated_at`), and the phase is the same. */
export interface UpdateChange {
  kind: 'updated'
  phase: WorkflowExecution_Phase
  execution: Execution
}

/** A node of the execution is new, in another phase, or has been heard of anew. Only with `nodes: true`. */
export interface NodeChange {
  kind: 'node'
  phase: NodeExecution_Phase
  previous?: NodeExecution_Phase
  node: NodeExecution
}

/** The execution has not moved for long, in a phase that it should soon leave. Said once for each phase. */
export interface Stalled {
  kind: 'stalled'
  phase: WorkflowExecution_Phase
  /** Milliseconds for which this watch has seen nothing else. */
  duration: number
  /** What may be wrong and what to look at, e.g. `it never started. Check that FlytePropeller runs`. */
  hint: string
  execution: Execution
}

/** What {@link watchExecution} tells: look at `kind`. */
export type ExecutionChange = PhaseChange | UpdateChange | NodeChange | Stalled
