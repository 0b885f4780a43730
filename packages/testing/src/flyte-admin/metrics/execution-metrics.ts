// What an execution took, broken down into its nodes, their tasks and what Flyte itself needed, as deep as is asked for.
import { describe } from '../executions/execution-record.js'
import type { ExecutionStore } from '../executions/execution-store.js'
import { GrpcStatusError, grpcCode } from '../grpc-status.js'
import { normalizedId, textOf } from '../identifiers.js'
import { listField, type Message, messageField, stringField } from '../message.js'
import { describeNode } from '../node-executions/node-execution-record.js'
import type { NodeExecutionStore } from '../node-executions/node-execution-store.js'
import type { Handlers } from '../state.js'
import { describeTask } from '../task-executions/task-execution-record.js'
import type { TaskExecutionStore } from '../task-executions/task-execution-store.js'
import { textFormat } from '../text-format.js'
import type { Workflows } from '../workflows.js'
import { branchNode } from './branch-node.js'
import { createdAt, inOrder, isBefore, operation, spanOf, updatedAt } from './spans.js'
import { taskSpans, workSpans } from './task-spans.js'

/** What metrics are computed from. */
export interface MetricsOptions {
  executions: ExecutionStore
  nodes: NodeExecutionStore
  tasks: TaskExecutionStore
  workflows: Workflows
}

/** Node executions by the id of the node in its workflow. */
type NodeExecutions = ReadonlyMap<string, Message>

/** Makes what serves metrics. */
export function createExecutionMetrics({ executions, nodes, tasks, workflows }: MetricsOptions): Handlers {
  const describeExecution = (id: Message) => {
    const execution = executions.get(id)
    return describe(execution, executions.progress(execution))
  }
  const compiledWorkflow = (id: Message) =>
    messageField(
      messageField(workflows.store.get(normalizedId(id, 'WORKFLOW')).message, 'closure'),
      'compiled_workflow',
    )

  /** The nodes of an execution, or those below one of its nodes. */
  const nodesOf = (executionId: Message, parent?: Message): NodeExecutions => {
    const parentSequence = parent === undefined ? undefined : nodes.get(messageField(parent, 'id')).sequence
    const found = nodes.all.filter((node) => {
      const isOf = textOf(messageField(node.id, 'execution_id')) === textOf(executionId)
      return isOf && node.parentSequence === parentSequence && node.parentTaskSequence === undefined
    })
    return new Map(
      found.map((node) => [stringField(node.metadata, 'spec_node_id'), describeNode(node, nodes.hasChildren(node))]),
    )
  }
  const childrenOf = (node: Message) => nodesOf(messageField(messageField(node, 'id'), 'execution_id'), node)
  const tasksOf = (node: Message) => {
    const id = textFormat('flyteidl.core.NodeExecutionIdentifier', messageField(node, 'id'))
    return tasks.all.filter((task) => nodeTextOf(task.id) === id).map((task) => describeTask(task, false))
  }

  function executionSpan(execution: Message, depth: number): Message {
    const id = messageField(execution, 'id')
    const spans: Message[] = []
    if (depth !== 0) {
      const workflow = compiledWorkflow(messageField(messageField(execution, 'closure'), 'workflow_id'))
      const found = nodesOf(id)
      const start = updatedAt(found.get('start-node'))
      spans.push(operation('WORKFLOW_SETUP', createdAt(execution), start === '' ? updatedAt(execution) : start))
      if (start !== '') {
        spans.push(...nodeSpans(found, workflow, depth - 1))
        spans.push(...teardown('WORKFLOW_TEARDOWN', latestUpstream('end-node', workflow, found), execution))
      }
    }
    return spanOf({ workflow_id: id }, execution, spans)
  }

  function nodeSpans(found: NodeExecutions, workflow: Message, depth: number): Message[] {
    const template = messageField(messageField(workflow, 'primary'), 'template')
    return inOrder([...found.values()]).flatMap((execution) => {
      const nodeId = stringField(messageField(execution, 'metadata'), 'spec_node_id')
      if (nodeId === 'start-node' || nodeId === 'end-node') return []
      const node = listField(template, 'nodes').findLast(({ id }) => id === nodeId)
      if (node === undefined) {
        const workflowId = template.id === undefined ? '<nil>' : textOf(messageField(template, 'id'))
        throw unknown(`failed to discover workflow node '${nodeId}' in workflow '${workflowId}'`)
      }
      const span = nodeSpan(execution, node, depth)
      const upstream = latestUpstream(nodeId, workflow, found)
      if (upstream === undefined) return [span]
      const transition = operation('NODE_TRANSITION', updatedAt(upstream), createdAt(execution))
      return [{ ...span, spans: [transition, ...listField(span, 'spans')] }]
    })
  }

  function nodeSpan(execution: Message, node: Message, depth: number): Message {
    const spans = depth === 0 ? [] : spansWithin(execution, node, depth)
    return spanOf({ node_id: messageField(execution, 'id') }, execution, spans)
  }

  function spansWithin(execution: Message, node: Message, depth: number): Message[] {
    if (node.branch_node !== undefined) return branchSpans(execution, messageField(node, 'branch_node'), depth - 1)
    if (node.gate_node !== undefined) {
      return workSpans(execution, { setup: 'NODE_SETUP', work: 'NODE_IDLE', teardown: 'NODE_TEARDOWN' }, () => true)
    }
    if (node.task_node !== undefined) {
      const isParent = messageField(execution, 'metadata').is_parent_node === true
      return (isParent ? dynamicSpans : taskNodeSpans)(execution, depth - 1)
    }
    const workflowNode = messageField(node, 'workflow_node')
    if (workflowNode.launchplan_ref !== undefined) return launchPlanSpans(execution, depth - 1)
    if (workflowNode.sub_workflow_ref === undefined) return []
    return subworkflowSpans(execution, messageField(workflowNode, 'sub_workflow_ref'), depth - 1)
  }

  function taskNodeSpans(execution: Message, depth: number): Message[] {
    const tries = tasksOf(execution)
    if (tries.length === 0) return [notStarted(execution)]
    const setup = operation('NODE_SETUP', createdAt(execution), createdAt(tries[0]))
    return [setup, ...taskSpans(tries, depth), ...teardown('NODE_TEARDOWN', inOrder(tries).at(-1), execution)]
  }

  function dynamicSpans(execution: Message, depth: number): Message[] {
    const tries = tasksOf(execution)
    if (tries.length === 0) return [notStarted(execution)]
    const last = inOrder(tries).at(-1)
    const spans = [operation('NODE_SETUP', createdAt(execution), createdAt(tries[0])), ...taskSpans(tries, depth)]
    const found = childrenOf(execution)
    if (found.size === 0) return [...spans, ...teardown('NODE_RESET', last, execution)]
    const workflow = nodes.get(messageField(execution, 'id')).dynamicWorkflow ?? {}
    return [
      ...spans,
      operation('NODE_RESET', updatedAt(last), updatedAt(found.get('start-node'))),
      ...nodeSpans(found, workflow, depth),
      ...teardown('NODE_TEARDOWN', latestUpstream('end-node', workflow, found), execution),
    ]
  }

  function subworkflowSpans(execution: Message, workflowId: Message, depth: number): Message[] {
    const found = childrenOf(execution)
    if (found.size === 0) return [notStarted(execution)]
    const workflow = compiledWorkflow(workflowId)
    return [
      operation('NODE_SETUP', createdAt(execution), updatedAt(found.get('start-node'))),
      ...nodeSpans(found, workflow, depth),
      ...teardown('NODE_TEARDOWN', latestUpstream('end-node', workflow, found), execution),
    ]
  }

  function launchPlanSpans(node: Message, depth: number): Message[] {
    const target = messageField(messageField(node, 'closure'), 'workflow_node_metadata')
    if (target.executionId === undefined) return [notStarted(node)]
    const execution = describeExecution(messageField(target, 'executionId'))
    return [
      operation('NODE_SETUP', createdAt(node), createdAt(execution)),
      executionSpan(execution, depth),
      ...teardown('NODE_TEARDOWN', execution, node),
    ]
  }

  function branchSpans(execution: Message, branch: Message, depth: number): Message[] {
    const [taken, ...others] = [...childrenOf(execution).values()]
    if (taken === undefined) return [notStarted(execution)]
    if (others.length > 0) {
      const count = others.length + 1
      throw unknown(`invalid branch node execution: expected 1 but found ${count} node execution(s)`)
    }
    const nodeId = stringField(messageField(taken, 'metadata'), 'spec_node_id')
    const node = branchNode(branch, nodeId)
    if (node === undefined) {
      const text = textFormat('flyteidl.core.BranchNode', branch)
      throw unknown(
        `failed to identify branch node final node definition for nodeID '${nodeId}' and branchNode '${text}'`,
      )
    }
    return [
      operation('NODE_SETUP', createdAt(execution), createdAt(taken)),
      nodeSpan(taken, node, depth),
      ...teardown('NODE_TEARDOWN', taken, execution),
    ]
  }

  return {
    GetExecutionMetrics: (request) => ({
      span: executionSpan(describeExecution(messageField(request, 'id')), Number(request.depth ?? 0)),
    }),
  }
}

function nodeTextOf(taskExecutionId: Message): string {
  return textFormat('flyteidl.core.NodeExecutionIdentifier', messageField(taskExecutionId, 'node_execution_id'))
}

function notStarted(execution: Message): Message {
  return operation('NODE_SETUP', createdAt(execution), updatedAt(execution))
}

/** The time from the end of the last part to the end of the whole, where that is later. */
function teardown(name: string, last: Message | undefined, whole: Message): Message[] {
  if (last === undefined || isBefore(updatedAt(whole), updatedAt(last))) return []
  return [operation(name, updatedAt(last), updatedAt(whole))]
}

/** Of the nodes that a node waits for, the one that changed last. */
function latestUpstream(nodeId: string, workflow: Message, found: NodeExecutions): Message | undefined {
  const upstream = messageField(messageField(messageField(workflow, 'primary'), 'connections'), 'upstream')
  const { ids } = messageField(upstream, nodeId)
  let latest: Message | undefined
  for (const id of Array.isArray(ids) ? ids : []) {
    const node = found.get(String(id))
    if (node !== undefined && isBefore(updatedAt(latest), updatedAt(node))) latest = node
  }
  return latest
}

function unknown(message: string): GrpcStatusError {
  return new GrpcStatusError(grpcCode.internal, message)
}
