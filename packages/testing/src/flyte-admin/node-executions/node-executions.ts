// Node executions, from the side of those who look at them.
import { dataOf, type OffloadedData } from '../events/offloaded-data.js'
import { withShortError } from '../events/short-error.js'
import { rowOf } from '../executions/execution-record.js'
import type { ExecutionStore } from '../executions/execution-store.js'
import { invalidArgument, notFound } from '../grpc-status.js'
import { page } from '../lists.js'
import { type Message, messageField, stringField } from '../message.js'
import type { Handlers } from '../state.js'
import { prefixed } from '../table.js'
import { requestedTask, type TaskExecutionStore } from '../task-executions/task-execution-store.js'
import { describeNode, type NodeExecution, nodeExecutionTable, nodeRow } from './node-execution-record.js'
import type { NodeExecutionStore } from './node-execution-store.js'

/** Makes what serves node executions. */
export function createNodeExecutions(
  nodes: NodeExecutionStore,
  tasks: TaskExecutionStore,
  executions: ExecutionStore,
  offloaded: OffloadedData,
): Handlers {
  const list = (executionId: Message, request: Message, isListed: (node: NodeExecution) => boolean): Message => {
    const ofExecution = nodes.all.filter(({ id }) => isOf(id, executionId))
    const row = (node: NodeExecution) => {
      const execution = executions.get(messageField(node.id, 'execution_id'))
      return { ...nodeRow(node), ...prefixed('execution', rowOf(execution, executions.progress(execution))) }
    }
    const { items, token } = page(ofExecution.filter(isListed), request, {
      rpc: 'ListNodeExecutions',
      table: nodeExecutionTable,
      row,
    })
    const described = items.map((node) => {
      const message = describeNode(node, nodes.hasChildren(node))
      return { ...message, closure: withShortError(messageField(message, 'closure')) }
    })
    return { node_executions: described, token }
  }

  return {
    GetNodeExecution: (request) => {
      const node = nodes.get(messageField(request, 'id'))
      return describeNode(node, node.eventVersion === 0 && nodes.hasChildren(node))
    },
    ListNodeExecutions: (request) => {
      const executionId = messageField(request, 'workflow_execution_id')
      checkLimit(request)
      const parentId = stringField(request, 'unique_parent_id')
      if (parentId === '') return list(executionId, request, isAtTheTop)
      const { sequence } = nodes.get({ node_id: parentId, execution_id: executionId })
      return list(executionId, request, ({ parentSequence }) => parentSequence === sequence)
    },
    ListNodeExecutionsForTask: (request) => {
      const task = requestedTask(messageField(request, 'task_execution_id'))
      checkLimit(request)
      const { sequence } = tasks.get(task)
      const executionId = messageField(messageField(task, 'node_execution_id'), 'execution_id')
      return list(executionId, request, ({ parentTaskSequence }) => parentTaskSequence === sequence)
    },
    GetDynamicNodeWorkflow: (request) => {
      const { dynamicWorkflow } = nodes.get(messageField(request, 'id'))
      if (dynamicWorkflow === undefined) throw notFound('node does not contain dynamic workflow')
      return { compiled_workflow: dynamicWorkflow }
    },
    GetNodeExecutionData: (request) => {
      const { inputUri, closure, dynamicWorkflow } = nodes.get(messageField(request, 'id'))
      const dynamic = {
        id: messageField(messageField(messageField(dynamicWorkflow ?? {}, 'primary'), 'template'), 'id'),
        compiled_workflow: dynamicWorkflow ?? {},
        dynamic_job_spec_uri: stringField(closure, 'dynamic_job_spec_uri'),
      }
      return {
        ...dataOf(inputUri, closure, offloaded),
        ...(dynamicWorkflow !== undefined && { dynamic_workflow: dynamic }),
      }
    },
  }
}

function isAtTheTop({ parentSequence, parentTaskSequence }: NodeExecution): boolean {
  return parentSequence === undefined && parentTaskSequence === undefined
}

function isOf(id: Message, { project, domain, name }: Message): boolean {
  const execution = messageField(id, 'execution_id')
  return execution.project === project && execution.domain === domain && execution.name === name
}

/** Here it is looked at before anything else. */
function checkLimit(request: Message): void {
  if (Number(request.limit ?? 0) === 0) throw invalidArgument('invalid value for limit')
}
