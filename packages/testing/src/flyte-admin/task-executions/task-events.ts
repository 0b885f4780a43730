// What a propeller tells of a task's try. The first event makes the task execution.
import { alreadyRecorded, alreadyTerminal, checkCluster } from '../events/event-refusals.js'
import { executionPath, inputUriOf, resultOf } from '../events/event-result.js'
import { reportedAt } from '../events/event-times.js'
import type { OffloadedData } from '../events/offloaded-data.js'
import type { ExecutionStore } from '../executions/execution-store.js'
import { invalidArgument, notFound } from '../grpc-status.js'
import { listField, type Message, messageField, stringField } from '../message.js'
import { type NodeExecutionStore, nodeText } from '../node-executions/node-execution-store.js'
import type { Handlers } from '../state.js'
import { durationBetween } from '../well-known-types.js'
import { logsInPhase, mergedCustomInfo, mergedLogs, mergedMetadata, sortedResources } from './task-event-merge.js'
import type { TaskExecution } from './task-execution-record.js'
import { checkTaskExecutionId, type TaskExecutionStore, taskExecutionId, taskText } from './task-execution-store.js'

const terminalPhases = ['SUCCEEDED', 'FAILED', 'ABORTED']

/** What events of tasks need and change. */
export interface TaskEventsOptions {
  now(): number
  executions: ExecutionStore
  nodes: NodeExecutionStore
  taskExecutions: TaskExecutionStore
  offloaded: OffloadedData
}

/** Makes what takes events of tasks. */
export function createTaskEvents({ now, executions, nodes, taskExecutions, offloaded }: TaskEventsOptions): Handlers {
  function create(id: Message, event: Message): void {
    const nodeId = messageField(id, 'node_execution_id')
    if (nodes.find(nodeId) === undefined) {
      throw notFound(`Failed to get existing node execution id: [${nodeText(nodeId)}] with err: entry not found`)
    }
    const metadata = sortedResources(messageField(event, 'metadata'))
    const task: Omit<TaskExecution, 'sequence'> = {
      id,
      createdAt: now(),
      updatedAt: now(),
      phaseVersion: 0,
      inputUri: '',
      closure: {
        created_at: stringField(event, 'occurred_at'),
        logs: listField(event, 'logs'),
        task_type: stringField(event, 'task_type'),
        ...(event.custom_info !== undefined && { custom_info: event.custom_info }),
        ...(event.metadata !== undefined && { metadata }),
      },
    }
    apply(task, event)
    taskExecutions.add(task)
  }

  function update(task: TaskExecution, event: Message): void {
    const { closure } = task
    const [present, next] = [phaseOf(closure), phaseOf(event)]
    const version = Number(event.phase_version ?? 0)
    // Both refusals name the task as the event did.
    const asked = taskText(eventId(event))
    if (present === next && task.phaseVersion >= version) {
      throw alreadyRecorded(`have already recorded task execution phase ${next} (version: ${version}) for ${asked}`)
    }
    if (terminalPhases.includes(present)) {
      throw alreadyTerminal(`invalid phase change from ${present} to ${next} for task execution ${asked}`, next)
    }
    closure.logs = logsInPhase(mergedLogs(listField(closure, 'logs'), listField(event, 'logs')), next)
    const customInfo = mergedCustomInfo(closure.custom_info, event.custom_info)
    if (customInfo !== undefined) closure.custom_info = customInfo
    const metadata = mergedMetadata(closure.metadata as Message | undefined, event.metadata as Message | undefined)
    if (metadata !== undefined) closure.metadata = present === next ? metadata : resourcesInPhase(metadata, next)
    apply(task, event)
    task.updatedAt = now()
  }

  /** What the making and the updating of a task execution have in common. */
  function apply(task: Omit<TaskExecution, 'sequence'>, event: Message): void {
    const { closure } = task
    const taskId = messageField(task.id, 'task_id')
    const nodeId = messageField(task.id, 'node_execution_id')
    const path = [
      ...executionPath(messageField(nodeId, 'execution_id')),
      stringField(nodeId, 'node_id'),
      ...['project', 'domain', 'name', 'version'].map((part) => stringField(taskId, part)),
      String(task.id.retry_attempt ?? 0),
    ]
    const phase = phaseOf(event)
    const occurred = stringField(event, 'occurred_at')
    task.inputUri = inputUriOf(task.inputUri, event, path, offloaded)
    // An update with the version 0 leaves the old version, because the database takes a 0 for a field that is not set.
    task.phaseVersion = Number(event.phase_version ?? 0) || task.phaseVersion
    applyReasons(closure, event)
    if (phase === 'RUNNING' && phaseOf(closure) !== 'RUNNING') closure.started_at ??= occurred
    if (terminalPhases.includes(phase)) {
      if (closure.started_at !== undefined) {
        closure.duration = durationBetween(stringField(closure, 'started_at'), occurred)
      }
      Object.assign(closure, resultOf(event, path, offloaded))
    }
    closure.phase = phase
    closure.updated_at = reportedAt(event)
    closure.event_version = Math.max(Number(closure.event_version ?? 0), Number(event.event_version ?? 0))
  }

  return {
    CreateTaskEvent: (request) => {
      if (request.event === undefined) throw invalidArgument('missing event')
      const event = messageField(request, 'event')
      if (event.occurred_at === undefined) throw invalidArgument('missing occurred_at')
      checkTaskExecutionId(eventId(event))
      const id = taskExecutionId(eventId(event))
      checkCluster(executions.get(messageField(messageField(id, 'node_execution_id'), 'execution_id')).spec, event)
      const task = taskExecutions.find(id)
      if (task === undefined) create(id, event)
      else update(task, event)
      return {}
    },
  }
}

/** The task execution that an event is of, as it says. */
function eventId({ task_id, parent_node_execution_id, retry_attempt }: Message): Message {
  return {
    ...(task_id !== undefined && { task_id }),
    ...(parent_node_execution_id !== undefined && { node_execution_id: parent_node_execution_id }),
    ...(retry_attempt !== undefined && { retry_attempt }),
  }
}

/** Reasons add up, but one that is told again does not. */
function applyReasons(closure: Message, event: Message): void {
  const several = listField(event, 'reasons').map(
    ({ reason, occurred_at }): Message => ({
      ...(occurred_at !== undefined && { occurred_at }),
      message: reason ?? '',
    }),
  )
  const reason = stringField(event, 'reason')
  const single: Message[] =
    reason === '' || reason === closure.reason ? [] : [{ occurred_at: event.occurred_at as string, message: reason }]
  const added = several.length > 0 ? several : single
  if (added.length === 0) return
  closure.reasons = [...listField(closure, 'reasons'), ...added]
  closure.reason = stringField(added.at(-1) as Message, 'message')
}

function resourcesInPhase(metadata: Message, phase: string): Message {
  const resources = listField(metadata, 'external_resources')
  if (resources.length === 0) return metadata
  return {
    ...metadata,
    external_resources: resources.map((resource) => ({
      ...resource,
      logs: logsInPhase(listField(resource, 'logs'), phase),
    })),
  }
}

function phaseOf(message: Message): string {
  return stringField(message, 'phase') || 'UNDEFINED'
}
