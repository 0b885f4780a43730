// The node executions of a server.
import { notFound } from '../grpc-status.js'
import { type Message, messageField } from '../message.js'
import { textFormat } from '../text-format.js'
import type { NodeExecution } from './node-execution-record.js'

/** The node executions of a server. */
export interface NodeExecutionStore {
  readonly all: readonly NodeExecution[]
  find(id: Message): NodeExecution | undefined
  /** Like `find`, but a missing one is `NOT_FOUND`. */
  get(id: Message): NodeExecution
  add(node: Omit<NodeExecution, 'sequence'>): void
  hasChildren(node: NodeExecution): boolean
}

/** Makes an empty store. */
export function createNodeExecutionStore(): NodeExecutionStore {
  const nodes = new Map<string, NodeExecution>()
  const keyOf = (id: Message) => JSON.stringify(nodeExecutionId(id))
  const find = (id: Message) => nodes.get(keyOf(id))
  return {
    get all() {
      return [...nodes.values()]
    },
    find,
    get(id) {
      const found = find(id)
      if (found !== undefined) return found
      throw notFound(`missing entity of type node execution with identifier ${nodeText(nodeExecutionId(id))}`)
    },
    add: (node) => nodes.set(keyOf(node.id), { ...node, sequence: nodes.size + 1 }),
    hasChildren: ({ sequence }) => [...nodes.values()].some(({ parentSequence }) => parentSequence === sequence),
  }
}

/** The identifier with what counts of it only. */
export function nodeExecutionId(id: Message): Message {
  const { project, domain, name } = messageField(id, 'execution_id')
  return { node_id: id.node_id ?? '', execution_id: { project, domain, name } as Message }
}

/** An identifier as it stands in refusals. */
export function nodeText(id: Message): string {
  return textFormat('flyteidl.core.NodeExecutionIdentifier', id)
}
