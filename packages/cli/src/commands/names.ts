import { parseIdentifier } from '@flyte-js/admin/identifiers'
import { defined, FlyteError } from '@flyte-js/core'
import type { ResourceType, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import type { Session } from '../session.js'

/** An entity that has versions, as it was named. */
export interface NamedVersion {
  readonly project: string
  readonly domain: string
  readonly name: string
  /** Where one was named. */
  readonly version?: string
  /** Whether the name brought its own project and domain. */
  readonly isWhole: boolean
}

/** The resource types that can be named on the command line, with the prefix of their identifiers. */
export const prefixes = { LAUNCH_PLAN: 'lp', WORKFLOW: 'wf', TASK: 'tsk' } as const satisfies Partial<
  Record<ResourceType, string>
>

/** Reads what names an execution: a name in the project and domain of the session, or `ex:project:domain:name`. */
export async function executionId(session: Session, text: string): Promise<WorkflowExecutionIdentifier> {
  if (!text.includes(':')) {
    if (text === '') throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'an execution has a name: it is empty here')
    return { project: await session.project(), domain: await session.domain(), name: text, org: '' }
  }
  const identifier = parseIdentifier(text)
  if (!('version' in identifier)) return identifier
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'that names no execution: write its name, or ex:project:domain:name')
}

/**
 * Reads what names a launch plan, a workflow or a task: a name in the project and domain of the session, or an identifier with or
 * without a version, `lp:project:domain:name:version`.
 *
 * @param version - what the flag `--version` says
 */
export async function namedVersion(
  session: Session,
  resourceType: keyof typeof prefixes,
  text: string,
  version: string | undefined,
): Promise<NamedVersion> {
  const [prefix = '', project = '', domain = '', ...rest] = text.split(':')
  const types = Object.entries(prefixes)
  const [type] = types.find(([, each]) => each === prefix) ?? []
  // A colon may be part of a name; what begins like an identifier is one.
  if (type === undefined || rest.length === 0) {
    if (text === '') throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'the name is empty')
    const place = { project: await session.project(), domain: await session.domain() }
    return { ...place, name: text, isWhole: false, ...defined({ version }) }
  }
  const own = rest.length > 1 ? rest.pop() : undefined
  const name = rest.join(':')
  if (type !== resourceType || [project, domain, name, own].includes('')) {
    const form = `${prefixes[resourceType]}:project:domain:name[:version]`
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', `the identifier is none of this kind: write a name, or ${form}`)
  }
  if (own !== undefined && version !== undefined && own !== version) {
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'the identifier and --version name two versions: leave one out')
  }
  return { project, domain, name, isWhole: true, ...defined({ version: own ?? version }) }
}

/** What `-o name` prints of a name that has many versions, and the other commands read: `wf:project:domain:name`. */
export function nameText(
  resourceType: keyof typeof prefixes,
  { project, domain, name }: { project: string; domain: string; name: string },
): string {
  return [prefixes[resourceType], project, domain, name].join(':')
}
