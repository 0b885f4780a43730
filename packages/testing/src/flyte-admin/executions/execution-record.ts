// One execution: what is kept of it, what is answered for it, and its columns.
import type { Entity } from '../entities.js'
import { normalizedId } from '../identifiers.js'
import { launchPlanTable } from '../launch-plans.js'
import { enumValueNumber, type Message, messageField, stringField } from '../message.js'
import type { Row, Table } from '../table.js'
import { taskTable } from '../tasks.js'
import { durationOf, timestampOf } from '../well-known-types.js'
import { workflowTable } from '../workflows.js'
import type { ExecutionProgress } from './execution-phase.js'

/** What is kept of an execution. */
export interface Execution {
  id: Message
  /** How many were made before it: the key of its row. */
  sequence: number
  spec: Message
  workflowId: Message
  userInputs: Message
  inputs: Message
  createdAt: number
  /** Who launched it: the subject of the token. */
  principal: string
  /** When it was terminated. Over, once an event has told how that ended. */
  abort?: { at: number; cause: string; isOver?: boolean }
  /** What events have told: where it is, and that as its closure has it. */
  recorded?: { progress: ExecutionProgress; closure: { updated_at: string; started_at?: string; duration?: string } }
  /** How it ended, once an event or a termination has told. */
  result?: Message
  state: { state: 'EXECUTION_ACTIVE' | 'EXECUTION_ARCHIVED'; principal: string; changedAt: number }
  /** The row of the execution that it was made out of, or for a node of which. */
  sourceSequence?: number
  /** The row of the node that it was made for. */
  parentSequence?: number
}

/** The table of executions. */
export const executionTable: Table = {
  name: 'executions',
  letter: 'e',
  columns:
    'id created_at updated_at deleted_at execution_project execution_domain execution_name launch_plan_id workflow_id task_id phase closure spec started_at execution_created_at execution_updated_at duration abort_cause mode source_execution_id parent_node_execution_id cluster inputs_uri user_inputs_uri error_kind error_code user state launch_entity'.split(
      ' ',
    ),
  joins: {
    launch_plan: launchPlanTable,
    workflow: workflowTable,
    task: taskTable,
    execution_tag: { name: 'execution_tags', letter: 'et', columns: ['key', 'value'] },
  },
}

/** What is answered for an execution at some point of its life. */
export function describe(execution: Execution, { phase, startedAt, updatedAt, duration }: ExecutionProgress): Message {
  const { id, spec, workflowId, createdAt, recorded, state } = execution
  return {
    id,
    spec,
    closure: {
      ...(execution.result ?? resultOfClock(phase)),
      phase,
      ...(startedAt !== undefined && { started_at: timestampOf(startedAt) }),
      ...(duration !== undefined && { duration: durationOf(duration) }),
      created_at: timestampOf(createdAt),
      updated_at: timestampOf(updatedAt),
      ...recorded?.closure,
      workflow_id: workflowId,
      state_change_details: {
        state: state.state,
        occurred_at: timestampOf(state.changedAt),
        ...(state.principal !== '' && { principal: state.principal }),
      },
    },
  }
}

/** How an execution ends that nobody told the end of. */
function resultOfClock(phase: ExecutionProgress['phase']): Message {
  if (phase === 'SUCCEEDED') return { outputs: { values: {} } }
  if (phase !== 'FAILED' && phase !== 'TIMED_OUT') return {}
  return { error: { code: 'UserError', message: `The execution ended as ${phase}.`, kind: 'USER' } }
}

/** Its columns. */
export function rowOf(execution: Execution, progress: ExecutionProgress): Row {
  const { id, sequence, spec, workflowId, createdAt, abort, principal, result, state } = execution
  const launchPlan = messageField(spec, 'launch_plan')
  const identifier = (prefix: string, from: Message) =>
    Object.fromEntries(
      ['project', 'domain', 'name', 'version'].map((part) => [`${prefix}${part}`, stringField(from, part)]),
    )
  const { error } = (result ?? {}) as { error?: Message }
  return {
    id: sequence,
    ...identifier('execution_', id),
    ...identifier(launchPlan.resource_type === 'TASK' ? 'task.' : 'launch_plan.', launchPlan),
    ...identifier('workflow.', workflowId),
    phase: progress.phase,
    mode: enumValueNumber('flyteidl.admin.ExecutionMetadata.ExecutionMode', messageField(spec, 'metadata').mode) ?? 0,
    duration: (progress.duration ?? 0) / 1000,
    state: state.state === 'EXECUTION_ACTIVE' ? 0 : 1,
    abort_cause: abort?.cause ?? '',
    created_at: new Date(createdAt),
    updated_at: new Date(progress.updatedAt),
    execution_created_at: new Date(createdAt),
    execution_updated_at: new Date(progress.updatedAt),
    ...(progress.startedAt !== undefined && { started_at: new Date(progress.startedAt) }),
    user: principal,
    cluster: stringField(messageField(messageField(spec, 'metadata'), 'system_metadata'), 'execution_cluster'),
    launch_entity: stringField(launchPlan, 'resource_type').toLowerCase(),
    ...(error !== undefined && {
      error_kind: stringField(error, 'kind') || 'UNKNOWN',
      error_code: stringField(error, 'code'),
    }),
    source_execution_id: execution.sourceSequence,
    parent_node_execution_id: execution.parentSequence,
  }
}

/** What Flyte Admin adds to a spec. */
export interface SpecAdditions {
  id: Message
  principal: string
  /** The parallelism that attributes give, for a launch plan that gives none. */
  maxParallelism: number
}

/** The spec as it is answered. */
export function completedSpec(
  spec: Message,
  launchPlan: Entity,
  { id, principal, maxParallelism }: SpecAdditions,
): Message {
  const { principal: _, ...metadata } = messageField(spec, 'metadata')
  const reference = messageField(spec, 'launch_plan')
  const isTask = reference.resource_type === 'TASK'
  const parallelism = messageField(launchPlan.message, 'spec').max_parallelism ?? maxParallelism
  return {
    ...(!isTask && { max_parallelism: parallelism }),
    ...spec,
    security_context: securityContext(messageField(spec, 'security_context'), principal),
    launch_plan: normalizedId(reference, isTask ? 'TASK' : 'LAUNCH_PLAN'),
    metadata: {
      ...metadata,
      ...(principal !== '' && { principal }),
      system_metadata: { namespace: `${id.project}-${id.domain}` },
    },
  }
}

/** As whom an execution runs: a context that names nobody does not count, and nobody else is the one who launched it. */
function securityContext(given: Message, principal: string): Message {
  const runAs = messageField(given, 'run_as')
  const names = ['k8s_service_account', 'iam_role', 'execution_identity'].filter((field) => stringField(runAs, field))
  const context = names.length > 0 ? given : {}
  const identity = stringField(runAs, 'execution_identity') || principal
  return {
    ...context,
    run_as: { ...messageField(context, 'run_as'), ...(identity && { execution_identity: identity }) },
  }
}
