import type { NodeExecution_Phase, WorkflowExecution_Phase } from '@flyte-js/idl'
import type { Colour } from './colours.js'

type Phase = WorkflowExecution_Phase | NodeExecution_Phase

const colours: Readonly<Partial<Record<Phase, Colour>>> = {
  UNDEFINED: 'dim',
  SKIPPED: 'dim',
  QUEUED: 'yellow',
  ABORTING: 'yellow',
  ABORTED: 'yellow',
  RUNNING: 'cyan',
  DYNAMIC_RUNNING: 'cyan',
  SUCCEEDING: 'green',
  SUCCEEDED: 'green',
  RECOVERED: 'green',
  FAILING: 'red',
  FAILED: 'red',
  TIMED_OUT: 'red',
}

/** The colour of a phase: what is well is green, what is not is red. */
export const phaseColour = (phase: Phase): Colour | undefined => colours[phase]
