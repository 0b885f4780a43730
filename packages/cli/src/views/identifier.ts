import { formatIdentifier } from '@flyte-js/admin/identifiers'
import type { Identifier, WorkflowExecutionIdentifier } from '@flyte-js/idl'

/** The identifier of an item as a text that the other commands take; an answer without one has none. */
export function identifierText({ id }: { id: Identifier | WorkflowExecutionIdentifier | null }): string {
  return id ? formatIdentifier(id) : ''
}
