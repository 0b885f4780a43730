import { FlyteError } from '@flyte-js/core'
import type { Identifier } from '@flyte-js/idl'
import { resourceTypes } from '../identifiers/prefixes.js'

/**
 * What can be launched: an object with its name, or a text, which is its name or an identifier with or without the version
 * (`lp:project:domain:name:version`, `lp:project:domain:name`). What is left out is that of the launch.
 */
export type EntityReference = string | EntityName

/** A launch plan, a workflow or a task by name. */
export interface EntityName {
  /** Default: the project of the launch. */
  project?: string
  /** Default: the domain of the launch. */
  domain?: string
  /** The name, e.g. `workflows.train`. */
  name: string
  /** Default: the active version of a launch plan, the newest of a workflow or a task. */
  version?: string
}

/** A reference whose version may be open. */
export type ResolvedReference = Omit<Identifier, 'version' | 'org'> & { version?: string | undefined }

/** Reads a reference to an entity of a type, with the project and domain of the launch where it has none. */
export function resolveReference(
  resource_type: Identifier['resource_type'],
  reference: EntityReference,
  defaults: { project?: string | undefined; domain?: string | undefined },
): ResolvedReference {
  const given = typeof reference === 'string' ? parseReference(resource_type, reference) : reference
  const { project = defaults.project, domain = defaults.domain, name, version } = given
  if (project && domain && name) return { resource_type, project, domain, name, version }
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    'what is launched needs a project, a domain and a name: give project and domain beside it, or as lp:project:domain:name',
  )
}

function parseReference(resource_type: Identifier['resource_type'], text: string): EntityName {
  const [prefix = '', project = '', domain = '', ...rest] = text.split(':')
  // A colon may be part of a name; what begins like an identifier is one.
  if (!Object.hasOwn(resourceTypes, prefix) || rest.length === 0) return { name: text }
  if (resourceTypes[prefix] !== resource_type) {
    throw new FlyteError(
      'FLYTE_INVALID_ARGUMENT',
      `${prefix}:… is no ${resource_type}: lp is launchPlan, wf workflow, tsk task`,
    )
  }
  const version = rest.length > 1 ? rest.pop() : undefined
  return { project, domain, name: rest.join(':'), ...(version !== undefined && { version }) }
}
