// One execution: what is kept of it, what is answered for it, and its columns.
import type { Entity } from './entities.js'
import type { ExecutionProgress } from './execution-phase.js'
import { normalizedId } from './identifiers.js'
import { launchPlanTable } from './launch-plans.js'
import { enumValueNumber, type Message, messageField, stringField } from './message.js'
import type { Table } from './table.js'
import { taskTable } from './tasks.js'
import { durationOf, timestampOf } from './well-known-types.js'
import { workflowTable } from './workflows.js'

/** What is kept of an execution. */
export interface Execution {
  id: Message
  spec: Message
  workflowId: Message
  userInputs: Message
  inputs: Message
  createdAt: number
  abort?: { at: number; cause: string }
  state: 'EXECUTION_ACTIVE' | 'EXECUTION_ARCHIVED'
  stateChangedAt: number
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
  const { id, spec, workflowId, createdAt, abort, state, stateChangedAt } = execution
  const failure: Message = { code: 'UserError', message: `The execution ended as ${phase}.`, kind: 'USER' }
  return {
    id,
    spec,
    closure: {
      ...(phase === 'SUCCEEDED' && { outputs: { values: {} } }),
      ...((phase === 'FAILED' || phase === 'TIMED_OUT') && { error: failure }),
      ...(abort !== undefined && { abort_metadata: abort.cause === '' ? {} : { cause: abort.cause } }),
      phase,
      ...(startedAt !== undefined && { started_at: timestampOf(startedAt) }),
      ...(duration !== undefined && { duration: durationOf(duration) }),
      created_at: timestampOf(createdAt),
      updated_at: timestampOf(updatedAt),
      workflow_id: workflowId,
      state_change_details: { state, occurred_at: timestampOf(stateChangedAt) },
    },
  }
}

/** Its columns. */
export function rowOf({ id, spec, workflowId, createdAt, abort, state }: Execution, progress: ExecutionProgress) {
  const launchPlan = messageField(spec, 'launch_plan')
  const identifier = (prefix: string, from: Message) =>
    Object.fromEntries(
      ['project', 'domain', 'name', 'version'].map((part) => [`${prefix}${part}`, stringField(from, part)]),
    )
  return {
    ...identifier('execution_', id),
    ...identifier(launchPlan.resource_type === 'TASK' ? 'task.' : 'launch_plan.', launchPlan),
    ...identifier('workflow.', workflowId),
    phase: progress.phase,
    mode: enumValueNumber('flyteidl.admin.ExecutionMetadata.ExecutionMode', messageField(spec, 'metadata').mode) ?? 0,
    duration: (progress.duration ?? 0) / 1000,
    state: state === 'EXECUTION_ACTIVE' ? 0 : 1,
    abort_cause: abort?.cause ?? '',
    created_at: new Date(createdAt),
    updated_at: new Date(progress.updatedAt),
    execution_created_at: new Date(createdAt),
    execution_updated_at: new Date(progress.updatedAt),
    ...(progress.startedAt !== undefined && { started_at: new Date(progress.startedAt) }),
    user: '',
    cluster: '',
  }
}

/** The spec as it is answered: with what Flyte Admin adds. */
export function completedSpec(spec: Message, launchPlan: Entity, id: Message): Message {
  const { inputs: _, ...rest } = spec
  const reference = messageField(spec, 'launch_plan')
  const isTask = reference.resource_type === 'TASK'
  const parallelism = messageField(launchPlan.message, 'spec').max_parallelism ?? 25
  return {
    ...(!isTask && { max_parallelism: parallelism }),
    security_context: { run_as: {} },
    ...rest,
    launch_plan: normalizedId(reference, isTask ? 'TASK' : 'LAUNCH_PLAN'),
    metadata: {
      ...messageField(spec, 'metadata'),
      system_metadata: { namespace: `${id.project}-${id.domain}` },
    },
  }
}
