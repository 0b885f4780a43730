// The node that a branch has taken.
import { listField, type Message, messageField } from '../message.js'

/** The node of that id among the cases of a branch. */
export function branchNode(branch: Message, nodeId: string): Message | undefined {
  const ifElse = messageField(branch, 'if_else')
  const cases = [messageField(ifElse, 'case'), ...listField(ifElse, 'other')]
  const candidates = [...cases.map((block) => messageField(block, 'then_node')), messageField(ifElse, 'else_node')]
  return candidates.find(({ id }) => id === nodeId)
}
