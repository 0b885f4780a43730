// Task executions, from the side of those who look at them.

import { entityRow } from '../entities.js'
import { dataOf, type OffloadedData } from '../events/offloaded-data.js'
import { rowOf } from '../executions/execution-record.js'
import type { ExecutionStore } from '../executions/execution-store.js'
import { invalidArgument } from '../grpc-status.js'
import { page } from '../lists.js'
import { messageField } from '../message.js'
import { nodeRow } from '../node-executions/node-execution-record.js'
import { type NodeExecutionStore, nodeExecutionId, nodeText } from '../node-executions/node-execution-store.js'
import type { Handlers } from '../state.js'
import { prefixed, type Row } from '../table.js'
import type { Tasks } from '../tasks.js'
import { describeTask, type TaskExecution, taskExecutionTable, taskRow } from './task-execution-record.js'
import { requestedTask, type TaskExecutionStore } from './task-execution-store.js'

/** What task executions are listed with. */
export interface TaskExecutionsOptions {
  executions: ExecutionStore
  nodes: NodeExecutionStore
  taskExecutions: TaskExecutionStore
  tasks: Tasks
  offloaded: OffloadedData
}

/** Makes what serves task executions. */
export function createTaskExecutions(options: TaskExecutionsOptions): Handlers {
  const { executions, nodes, taskExecutions, tasks, offloaded } = options
  const describe = (execution: TaskExecution) =>
    describeTask(
      execution,
      nodes.all.some(({ parentTaskSequence }) => parentTaskSequence === execution.sequence),
    )
  const row = (item: TaskExecution): Row => {
    const nodeId = messageField(item.id, 'node_execution_id')
    const execution = executions.get(messageField(nodeId, 'execution_id'))
    const task = tasks.store.find(messageField(item.id, 'task_id'))
    return {
      ...taskRow(item),
      ...prefixed('node_execution', nodeRow(nodes.get(nodeId))),
      ...prefixed('execution', rowOf(execution, executions.progress(execution))),
      ...(task !== undefined && prefixed('task', entityRow(task))),
    }
  }

  return {
    GetTaskExecution: (request) => describe(taskExecutions.get(requestedTask(messageField(request, 'id')))),
    ListTaskExecutions: (request) => {
      if (Number(request.limit ?? 0) === 0) throw invalidArgument('invalid value for limit')
      const wanted = nodeText(nodeExecutionId(messageField(request, 'node_execution_id')))
      const listed = taskExecutions.all.filter(({ id }) => nodeText(messageField(id, 'node_execution_id')) === wanted)
      const { items, token } = page(listed, request, { rpc: 'ListTaskExecutions', table: taskExecutionTable, row })
      return { task_executions: items.map(describe), token }
    },
    GetTaskExecutionData: (request) => {
      const { inputUri, closure } = taskExecutions.get(requestedTask(messageField(request, 'id')))
      return dataOf(inputUri, closure, offloaded)
    },
  }
}
