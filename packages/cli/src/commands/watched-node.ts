import type { NodeExecution } from '@flyte-js/idl'

/** Whether somebody has written the node: the compiler adds one at the start and one at the end of a workflow. */
export function isWritten({ id }: Pick<NodeExecution, 'id'>): boolean {
  return id?.node_id !== 'start-node' && id?.node_id !== 'end-node'
}
