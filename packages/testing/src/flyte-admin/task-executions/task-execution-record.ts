// One try of a node's task: what is kept of it, what is answered for it, and its columns.
import { executionTable } from '../executions/execution-record.js'
import { type Message, messageField, setFieldsOf, stringField } from '../message.js'
import { nodeExecutionTable } from '../node-executions/node-execution-record.js'
import type { Row, Table } from '../table.js'
import { taskTable } from '../tasks.js'

/** What is kept of a task execution. */
export interface TaskExecution {
  id: Message
  /** How many were made before it: the key of its row. */
  sequence: number
  createdAt: number
  updatedAt: number
  /** Events within one phase are told apart by their version. */
  phaseVersion: number
  inputUri: string
  closure: Message
}

/** The table of task executions. */
export const taskExecutionTable: Table = {
  name: 'task_executions',
  letter: 'te',
  columns:
    'id created_at updated_at deleted_at project domain name version execution_project execution_domain execution_name node_id retry_attempt phase phase_version input_uri closure started_at task_execution_created_at task_execution_updated_at duration'.split(
      ' ',
    ),
  joins: { task: taskTable, execution: executionTable, node_execution: nodeExecutionTable },
}

/** What is answered for a task execution. */
export function describeTask({ id, inputUri, closure }: TaskExecution, isParent: boolean): Message {
  return setFieldsOf({ id, input_uri: inputUri, closure: setFieldsOf(closure), is_parent: isParent })
}

/** Its columns. */
export function taskRow({ id, sequence, createdAt, updatedAt, closure, ...task }: TaskExecution): Row {
  const taskId = messageField(id, 'task_id')
  const nodeId = messageField(id, 'node_execution_id')
  const execution = messageField(nodeId, 'execution_id')
  const time = (field: string) => (closure[field] === undefined ? undefined : new Date(stringField(closure, field)))
  return {
    id: sequence,
    created_at: new Date(createdAt),
    updated_at: new Date(updatedAt),
    project: stringField(taskId, 'project'),
    domain: stringField(taskId, 'domain'),
    name: stringField(taskId, 'name'),
    version: stringField(taskId, 'version'),
    execution_project: stringField(execution, 'project'),
    execution_domain: stringField(execution, 'domain'),
    execution_name: stringField(execution, 'name'),
    node_id: stringField(nodeId, 'node_id'),
    retry_attempt: Number(id.retry_attempt ?? 0),
    phase: stringField(closure, 'phase') || 'UNDEFINED',
    phase_version: task.phaseVersion,
    input_uri: task.inputUri,
    started_at: time('started_at'),
    task_execution_created_at: time('created_at'),
    task_execution_updated_at: time('updated_at'),
    duration: Number.parseFloat(stringField(closure, 'duration') || '0'),
  }
}
