// What a propeller tells of an execution. From its first event on, an execution follows events instead of the clock.
import {
  alreadyRecorded,
  alreadyTerminal,
  checkCluster,
  clusterOf,
  failedPrecondition,
} from '../events/event-refusals.js'
import { executionPath, resultOf } from '../events/event-result.js'
import { occurredAt } from '../events/event-times.js'
import type { OffloadedData } from '../events/offloaded-data.js'
import { invalidArgument } from '../grpc-status.js'
import { textOf } from '../identifiers.js'
import { type Message, messageField, stringField } from '../message.js'
import type { Handlers } from '../state.js'
import { textFormat } from '../text-format.js'
import { durationBetween, timestampOf } from '../well-known-types.js'
import { type ExecutionProgress, terminalPhases } from './execution-phase.js'
import type { Execution } from './execution-record.js'
import type { ExecutionStore } from './execution-store.js'

type Phase = ExecutionProgress['phase']

/** Makes what takes events of executions. */
export function createWorkflowEvents(executions: ExecutionStore, offloaded: OffloadedData): Handlers {
  return {
    CreateWorkflowEvent: (request) => {
      if (request.event === undefined) throw invalidArgument('Workflow event handler was called without event')
      const event = messageField(request, 'event')
      if (event.execution_id === undefined) {
        const text = textFormat('flyteidl.event.WorkflowExecutionEvent', event)
        throw invalidArgument(`Workflow event handler request event doesn't have an execution id - ${text}`)
      }
      const execution = executions.get(messageField(event, 'execution_id'))
      const present = executions.progress(execution)
      const phase = (stringField(event, 'phase') || 'UNDEFINED') as Phase
      checkTransition(execution, present.phase, phase, event)
      const occurred = occurredAt(event, 'Failed to parse OccurredAt: timestamp: nil Timestamp')
      if (clusterOf(event) !== undefined) moveTo(execution, phase, event)
      record(execution, present, phase, occurred)
      const { output_uri: uri, ...error } = resultOf(event, executionPath(execution.id), offloaded) ?? {}
      if (uri !== undefined) execution.result = { outputs: { uri } }
      else if (error.error !== undefined) execution.result = error
      return {}
    },
  }
}

function checkTransition(execution: Execution, present: Phase, next: Phase, event: Message): void {
  const which = `for workflow execution ${textOf(execution.id)}`
  if (next !== 'QUEUED') {
    if (present === next) throw alreadyRecorded(`This phase ${present} was already recorded ${which}`)
    checkCluster(execution.spec, event)
  }
  if (terminalPhases.includes(present)) {
    throw alreadyTerminal(`Invalid phase change from ${present} to ${next} ${which}`, present)
  }
  if (present === 'RUNNING' && next === 'QUEUED') throw failedPrecondition(`Cannot go from RUNNING to QUEUED ${which}`)
  if (present === 'ABORTING' && !terminalPhases.includes(next)) {
    throw failedPrecondition(`Invalid phase change from aborting to ${next} ${which}`)
  }
}

/** An execution that does not run yet may change its cluster. */
function moveTo(execution: Execution, phase: Phase, event: Message): void {
  if (phase !== 'UNDEFINED' && phase !== 'QUEUED') return
  const metadata = messageField(execution.spec, 'metadata')
  const system = { ...messageField(metadata, 'system_metadata'), execution_cluster: clusterOf(event) as string }
  execution.spec = { ...execution.spec, metadata: { ...metadata, system_metadata: system } }
}

function record(execution: Execution, present: ExecutionProgress, phase: Phase, occurred: string): void {
  const before = execution.recorded?.closure
  const startedAt =
    phase === 'RUNNING'
      ? occurred
      : (before?.started_at ?? (present.startedAt === undefined ? undefined : timestampOf(present.startedAt)))
  const hasEnded = terminalPhases.includes(phase)
  const duration = hasEnded && startedAt !== undefined ? durationBetween(startedAt, occurred) : undefined
  execution.recorded = {
    progress: {
      phase,
      updatedAt: Date.parse(occurred),
      ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }),
      ...(duration !== undefined && { duration: Number.parseFloat(duration) * 1000 }),
    },
    closure: {
      updated_at: occurred,
      ...(startedAt !== undefined && { started_at: startedAt }),
      ...(duration !== undefined && { duration }),
    },
  }
  // An end that was told is one, whatever the clock would have made of the termination.
  if (execution.abort !== undefined) execution.abort = { ...execution.abort, isOver: true }
}
