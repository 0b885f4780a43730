// The task executions of a server.
import { invalidArgument, notFound } from '../grpc-status.js'
import { checkFields, checkIdentifier } from '../identifiers.js'
import { type Message, messageField } from '../message.js'
import { nodeExecutionId } from '../node-executions/node-execution-store.js'
import { textFormat } from '../text-format.js'
import type { TaskExecution } from './task-execution-record.js'

/** The task executions of a server. */
export interface TaskExecutionStore {
  readonly all: readonly TaskExecution[]
  find(id: Message): TaskExecution | undefined
  /** Like `find`, but a missing one is `NOT_FOUND`. */
  get(id: Message): TaskExecution
  add(task: Omit<TaskExecution, 'sequence'>): void
}

/** Makes an empty store. */
export function createTaskExecutionStore(): TaskExecutionStore {
  const tasks = new Map<string, TaskExecution>()
  const keyOf = (id: Message) => JSON.stringify(taskExecutionId(id))
  const find = (id: Message) => tasks.get(keyOf(id))
  return {
    get all() {
      return [...tasks.values()]
    },
    find,
    get(id) {
      const found = find(id)
      if (found !== undefined) return found
      // The refusal leaves out the kind of the task, and which try it was.
      const { task_id, node_execution_id } = taskExecutionId(id)
      const { resource_type: _, ...taskId } = task_id as Message
      const text = taskText({ task_id: taskId, node_execution_id: node_execution_id as Message })
      throw notFound(`missing entity of type task execution with identifier ${text}`)
    },
    add: (task) => tasks.set(keyOf(task.id), { ...task, sequence: tasks.size + 1 }),
  }
}

/** The identifier with what counts of it only. */
export function taskExecutionId(id: Message): Message {
  const { project, domain, name, version } = messageField(id, 'task_id')
  return {
    task_id: { resource_type: 'TASK', project, domain, name, version } as Message,
    node_execution_id: nodeExecutionId(messageField(id, 'node_execution_id')),
    ...(Number(id.retry_attempt ?? 0) > 0 && { retry_attempt: id.retry_attempt as number }),
  }
}

/** The identifier of a request, whose task's kind the route gives. */
export function requestedTask(id: Message): Message {
  const taskId: Message = { resource_type: 'TASK', ...messageField(id, 'task_id') }
  const complete: Message = { ...id, task_id: taskId }
  checkTaskExecutionId(complete)
  return taskExecutionId(complete)
}

/** Refuses an identifier with a part missing, and one of something else than a task. */
export function checkTaskExecutionId(id: Message): void {
  if (id.node_execution_id === undefined) throw invalidArgument('missing node_execution_id')
  const nodeId = messageField(id, 'node_execution_id')
  if (nodeId.execution_id === undefined) throw invalidArgument('missing execution_id')
  checkFields(nodeId, ['node_id'])
  checkFields(messageField(nodeId, 'execution_id'), ['project', 'domain', 'name'])
  if (id.task_id === undefined) throw invalidArgument('missing task_id')
  checkIdentifier(messageField(id, 'task_id'), 'TASK')
}

/** An identifier as it stands in refusals. */
export function taskText(id: Message): string {
  return textFormat('flyteidl.core.TaskExecutionIdentifier', id)
}
