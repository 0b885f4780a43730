import { FlyteError } from '@flyte-js/core'
import type { WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { parseIdentifier } from '../identifiers/parse-identifier.js'

/** An execution: its identifier, or the text of it, `ex:project:domain:name`. */
export type ExecutionReference = string | Pick<WorkflowExecutionIdentifier, 'project' | 'domain' | 'name'>

/** The identifier of an execution. */
export function executionIdOf(reference: ExecutionReference): WorkflowExecutionIdentifier {
  if (typeof reference !== 'string') return { org: '', ...reference }
  const identifier = parseIdentifier(reference)
  if (!('version' in identifier)) return identifier
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'the identifier is of no execution: write ex:project:domain:name')
}
