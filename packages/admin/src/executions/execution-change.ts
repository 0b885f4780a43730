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
  /** Tells this change from the others. */
  kind: 'phase'
  /** The phase that it is in now. */
  phase: WorkflowExecution_Phase
  /** The phase that was seen before; missing the first time. */
  previous?: WorkflowExecution_Phase
  /** The execution as Flyte Admin has it now. */
  execution: Execution
}

/** Flyte Admin has heard something new of the execution (`closure.updated_at`), and the phase is the same. */
export interface UpdateChange {
  /** Tells this change from the others. */
  kind: 'updated'
  /** The phase, which is as before. */
  phase: WorkflowExecution_Phase
  /** The execution as Flyte Admin has it now. */
  execution: Execution
}

/** A node of the execution is new, in another phase, or has been heard of anew. Only with `nodes: true`. */
export interface NodeChange {
  /** Tells this change from the others. */
  kind: 'node'
  /** The phase that the node is in now. */
  phase: NodeExecution_Phase
  /** The phase that was seen before; missing for a node that is new. */
  previous?: NodeExecution_Phase
  /** The node execution as Flyte Admin has it now. */
  node: NodeExecution
}

/** The execution has not moved for long, in a phase that it should soon leave. Said once for each phase. */
export interface Stalled {
  /** Tells this change from the others. */
  kind: 'stalled'
  /** The phase that it does not leave. */
  phase: WorkflowExecution_Phase
  /** Milliseconds for which this watch has seen nothing else. */
  duration: number
  /** What may be wrong and what to look at, e.g. `it never started. Check that FlytePropeller runs`. */
  hint: string
  /** The execution as Flyte Admin has it now. */
  execution: Execution
}

/** What {@link watchExecution} tells: look at `kind`. */
export type ExecutionChange = PhaseChange | UpdateChange | NodeChange | Stalled
