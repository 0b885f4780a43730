import { FlyteError } from '@flyte-js/core'
import type { Identifier, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { resourceTypes } from './prefixes.js'

/**
 * The text form of an identifier, as `parseIdentifier` reads it: `lp:project:domain:name:version`, or `ex:project:domain:name`
 * for an execution, which has no version.
 *
 * @throws `FlyteError` `FLYTE_INVALID_ARGUMENT` for an identifier of another resource type, and one whose parts would be read
 *   as others: an empty part, or a colon anywhere but in the name of a launch plan, a workflow or a task
 *
 * @example
 * ```ts
 * import { formatIdentifier } from '@flyte-js/admin/identifiers'
 *
 * console.log(formatIdentifier({ project: 'flytesnacks', domain: 'development', name: 'f2b1' })) // ex:flytesnacks:development:f2b1
 * ```
 */
export function formatIdentifier(
  identifier: Omit<Identifier, 'org'> | Omit<WorkflowExecutionIdentifier, 'org'>,
): string {
  const { project, domain, name } = identifier
  const isVersioned = 'version' in identifier
  const prefix = isVersioned ? prefixOf(identifier) : 'ex'
  const parts = [project, domain, ...(isVersioned ? [identifier.version] : [name])]
  if (
    typeof name !== 'string' ||
    name === '' ||
    parts.some((part) => typeof part !== 'string' || !/^[^:]+$/.test(part))
  ) {
    throw new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      'an identifier needs a project, a domain and a name, and a version if it is no execution; only the name of a launch plan, workflow or task may hold a colon',
    )
  }
  return [prefix, project, domain, name, ...(isVersioned ? [identifier.version] : [])].join(':')
}

function prefixOf({ resource_type }: Pick<Identifier, 'resource_type'>): string {
  const found = Object.keys(resourceTypes).find((prefix) => resourceTypes[prefix] === resource_type)
  if (found !== undefined) return found
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    'resource_type must be LAUNCH_PLAN, WORKFLOW or TASK to have a text form',
  )
}
