// What a propeller tells of a node. The first event makes the node execution.
import { alreadyRecorded, alreadyTerminal, checkCluster } from '../events/event-refusals.js'
import { executionPath, inputUriOf, resultOf } from '../events/event-result.js'
import { occurredAt, reportedAt } from '../events/event-times.js'
import type { OffloadedData } from '../events/offloaded-data.js'
import type { ExecutionStore } from '../executions/execution-store.js'
import { GrpcStatusError, invalidArgument } from '../grpc-status.js'
import { textOf } from '../identifiers.js'
import { type Message, messageField, stringField } from '../message.js'
import type { Handlers } from '../state.js'
import type { TaskExecutionStore } from '../task-executions/task-execution-store.js'
import { durationBetween } from '../well-known-types.js'
import type { NodeExecution } from './node-execution-record.js'
import { type NodeExecutionStore, nodeExecutionId, nodeText } from './node-execution-store.js'

const terminalPhases = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'SKIPPED', 'RECOVERED']

/** What events of nodes need and change. */
export interface NodeEventsOptions {
  now(): number
  executions: ExecutionStore
  nodes: NodeExecutionStore
  tasks: TaskExecutionStore
  offloaded: OffloadedData
}

/** Makes what takes events of nodes. */
export function createNodeEvents({ now, executions, nodes, tasks, offloaded }: NodeEventsOptions): Handlers {
  function create(event: Message): void {
    const id = nodeExecutionId(messageField(event, 'id'))
    const task = messageField(event, 'parent_task_metadata')
    const parentTask = event.parent_task_metadata === undefined ? undefined : tasks.get(messageField(task, 'id'))
    const { node_id } = messageField(event, 'parent_node_metadata')
    const executionId = messageField(id, 'execution_id')
    const parent =
      event.parent_node_metadata === undefined
        ? undefined
        : nodes.get({ node_id: node_id ?? '', execution_id: executionId })
    const occurred = occurredAt(event, refusalWithoutTime({}, event, 'failed to read event timestamp'))
    const node: Omit<NodeExecution, 'sequence'> = {
      id,
      createdAt: now(),
      updatedAt: now(),
      inputUri: '',
      closure: { created_at: occurred },
      metadata: {
        retry_group: stringField(event, 'retry_group'),
        spec_node_id: stringField(event, 'spec_node_id'),
      },
      eventVersion: Number(event.event_version ?? 0),
      ...(parent !== undefined && { parentSequence: parent.sequence }),
      ...(parentTask !== undefined && { parentTaskSequence: parentTask.sequence }),
    }
    apply(node, event)
    nodes.add(node)
  }

  function update(node: NodeExecution, event: Message): void {
    const [present, next] = [phaseOf(node.closure), phaseOf(event)]
    if (present === next) {
      throw alreadyRecorded(`This phase was already recorded ${present} for ${nodeText(messageField(event, 'id'))}`)
    }
    if (terminalPhases.includes(present)) {
      const message = `Invalid phase change from ${present} to ${next} for node execution ${node.sequence}`
      throw alreadyTerminal(message, next)
    }
    const launched = messageField(messageField(event, 'workflow_node_metadata'), 'execution_id')
    if (event.workflow_node_metadata !== undefined) executions.get(launched)
    occurredAt(event, refusalWithoutTime(node.closure, event, 'failed to parse updated at timestamp'))
    apply(node, event)
    node.updatedAt = now()
    if (event.workflow_node_metadata !== undefined && node.closure.workflow_node_metadata === undefined) {
      const { project, domain, name } = launched
      setTarget(node.closure, { workflow_node_metadata: { executionId: { project, domain, name } as Message } })
    }
  }

  /** What the making and the updating of a node execution have in common. */
  function apply(node: Omit<NodeExecution, 'sequence'>, event: Message): void {
    const path = [...executionPath(messageField(node.id, 'execution_id')), stringField(node.id, 'node_id')]
    const { closure } = node
    const phase = phaseOf(event)
    const occurred = stringField(event, 'occurred_at')
    node.inputUri = inputUriOf(node.inputUri, event, path, offloaded)
    closure.phase = phase
    closure.updated_at = reportedAt(event)
    if (phase === 'RUNNING') closure.started_at = occurred
    if (phase === 'RUNNING' || terminalPhases.includes(phase)) closure.deck_uri = stringField(event, 'deck_uri')
    if (terminalPhases.includes(phase)) {
      if (closure.started_at !== undefined) {
        closure.duration = durationBetween(stringField(closure, 'started_at'), occurred)
      }
      Object.assign(closure, resultOf(event, path, offloaded))
    }
    applyTask(node, event)
    for (const [told, kept] of [
      ['is_parent', 'is_parent_node'],
      ['is_dynamic', 'is_dynamic'],
      ['is_array', 'is_array'],
    ] as const) {
      if (event[told] === true) node.metadata[kept] = true
    }
  }

  return {
    CreateNodeEvent: (request) => {
      if (request.event === undefined) throw invalidArgument('missing event')
      const event = messageField(request, 'event')
      checkCluster(executionOf(event, executions).spec, event)
      const node = nodes.find(messageField(event, 'id'))
      if (node === undefined) create(event)
      else update(node, event)
      return {}
    },
  }
}

function executionOf(event: Message, executions: ExecutionStore) {
  const { project, domain, name } = messageField(messageField(event, 'id'), 'execution_id')
  const id = { project, domain, name } as Message
  try {
    return executions.get(id)
  } catch (error) {
    if (!(error instanceof GrpcStatusError)) throw error
    throw new GrpcStatusError(
      error.code,
      `Failed to get existing execution id: [${textOf(id)}] with err: ${error.message}`,
    )
  }
}

/** What the event tells of the task behind the node: whether its outputs came from the cache, and what a dynamic one has made. */
function applyTask(node: Omit<NodeExecution, 'sequence'>, event: Message): void {
  if (event.task_node_metadata === undefined) return
  const told = messageField(event, 'task_node_metadata')
  const target: Message = { checkpoint_uri: stringField(told, 'checkpoint_uri') }
  if (told.catalog_key !== undefined) {
    node.cacheStatus = stringField(told, 'cache_status') || 'CACHE_DISABLED'
    Object.assign(target, { cache_status: node.cacheStatus, catalog_key: told.catalog_key })
  }
  setTarget(node.closure, { task_node_metadata: target })
  if (told.dynamic_workflow === undefined) return
  const dynamic = messageField(told, 'dynamic_workflow')
  node.dynamicWorkflow = messageField(dynamic, 'compiled_workflow')
  const uri = stringField(dynamic, 'dynamic_job_spec_uri')
  if (uri !== '') node.closure.dynamic_job_spec_uri = uri
}

/** A node has one target: a task or a workflow. */
function setTarget(closure: Message, target: Message): void {
  delete closure.workflow_node_metadata
  delete closure.task_node_metadata
  Object.assign(closure, target)
}

function phaseOf(message: Message): string {
  return stringField(message, 'phase') || 'UNDEFINED'
}

/** The words depend on who misses the time first. */
function refusalWithoutTime(closure: Message, event: Message, otherwise: string): string {
  const missing = 'timestamp: nil Timestamp'
  const phase = phaseOf(event)
  if (phase === 'RUNNING') return `failed to unmarshal occurredAt with error: ${missing}`
  const needsDuration = closure.started_at !== undefined && terminalPhases.includes(phase)
  return needsDuration ? `Failed to parse node execution occurred at timestamp: ${missing}` : otherwise
}
