// One execution of a node: what is kept of it, what is answered for it, and its columns.
import { executionTable } from '../executions/execution-record.js'
import { type Message, messageField, setFieldsOf, stringField } from '../message.js'
import type { Row, Table } from '../table.js'

/** What is kept of a node execution. */
export interface NodeExecution {
  id: Message
  /** How many were made before it: the key of its row. */
  sequence: number
  createdAt: number
  updatedAt: number
  inputUri: string
  closure: Message
  metadata: Message
  /** The version of the event that made it. In the first one, events did not tell who is a parent. */
  eventVersion: number
  /** The row of the node that it belongs to. */
  parentSequence?: number
  /** The row of the task execution that it belongs to. */
  parentTaskSequence?: number
  cacheStatus?: string
  /** The workflow that a dynamic node has made. */
  dynamicWorkflow?: Message
}

/** The table of node executions. */
export const nodeExecutionTable: Table = {
  name: 'node_executions',
  letter: 'ne',
  columns:
    'id created_at updated_at deleted_at execution_project execution_domain execution_name node_id phase input_uri closure started_at node_execution_created_at node_execution_updated_at duration node_execution_metadata parent_id parent_task_execution_id error_kind error_code cache_status dynamic_workflow_remote_closure_reference internal_data'.split(
      ' ',
    ),
  joins: { execution: executionTable },
}

/**
 * What is answered for a node execution.
 *
 * @param hasChildren Whether it is a parent, although no event said so.
 */
export function describeNode(node: NodeExecution, hasChildren: boolean): Message {
  const { id, inputUri, closure, metadata, dynamicWorkflow } = node
  const isKnownParent = metadata.is_parent_node === true || metadata.is_dynamic === true
  const found: Message =
    isKnownParent || !hasChildren ? {} : { is_parent_node: true, is_dynamic: dynamicWorkflow !== undefined }
  return setFieldsOf({
    id,
    input_uri: inputUri,
    closure: setFieldsOf(closure),
    metadata: setFieldsOf({ ...metadata, ...found }),
  })
}

/** Its columns. */
export function nodeRow({ id, sequence, createdAt, updatedAt, closure, ...node }: NodeExecution): Row {
  const execution = messageField(id, 'execution_id')
  const time = (field: string) => (closure[field] === undefined ? undefined : new Date(stringField(closure, field)))
  const { error } = closure as { error?: Message }
  return {
    id: sequence,
    created_at: new Date(createdAt),
    updated_at: new Date(updatedAt),
    execution_project: stringField(execution, 'project'),
    execution_domain: stringField(execution, 'domain'),
    execution_name: stringField(execution, 'name'),
    node_id: stringField(id, 'node_id'),
    phase: stringField(closure, 'phase') || 'UNDEFINED',
    input_uri: node.inputUri,
    started_at: time('started_at'),
    node_execution_created_at: time('created_at'),
    node_execution_updated_at: time('updated_at'),
    duration: Number.parseFloat(stringField(closure, 'duration') || '0'),
    parent_id: node.parentSequence,
    parent_task_execution_id: node.parentTaskSequence,
    error_kind: error === undefined ? undefined : stringField(error, 'kind') || 'UNKNOWN',
    error_code: error === undefined ? undefined : stringField(error, 'code'),
    cache_status: node.cacheStatus,
  }
}
