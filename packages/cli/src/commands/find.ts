// One thing by its name. Each asks Flyte Admin once, and throws what it throws: `NOT_FOUND` is exit code 4.
import { AdminError } from '@flyte-js/admin'
import { sort } from '@flyte-js/admin/filters'
import type { Domain, Execution, Identifier, LaunchPlan, NodeExecution, Project, Task, Workflow } from '@flyte-js/idl'
import type { Session } from '../session.js'
import type { ListFlags } from './list-flags.js'
import { executionId, type NamedVersion } from './names.js'

export async function project(session: Session, id: string): Promise<Project> {
  const { admin } = await session.client()
  return admin.getProject({ id }, { signal: session.signal })
}

export async function domains(session: Session): Promise<Domain[]> {
  const { admin } = await session.client()
  return (await admin.getDomains({}, { signal: session.signal })).domains
}

export async function domain(session: Session, id: string): Promise<Domain> {
  const found = (await domains(session)).find((each) => each.id === id)
  return found ?? notFound('getDomains', `there is no domain ${id}`)
}

/** A workflow; without a version the newest. */
export async function workflow(session: Session, named: NamedVersion): Promise<Workflow> {
  const { admin } = await session.client()
  const { signal } = session
  const { version } = named
  if (version !== undefined) return admin.getWorkflow({ id: identifier('WORKFLOW', { ...named, version }) }, { signal })
  // A list comes without interfaces.
  return admin.getWorkflow({ id: await newestWorkflow(session, named) }, { signal })
}

/** The identifier of the newest version of a workflow. */
export async function newestWorkflow(session: Session, named: NamedVersion): Promise<Identifier> {
  const { admin } = await session.client()
  const { workflows } = await admin.listWorkflows(newestOf(named), { signal: session.signal })
  const [newest] = atLeastOne('workflow', named, workflows)
  return newest?.id as Identifier
}

/** A launch plan; without a version the active one. */
export async function launchPlan(session: Session, named: NamedVersion): Promise<LaunchPlan> {
  const { admin } = await session.client()
  const { signal } = session
  const { project, domain, name, version } = named
  if (version === undefined) return admin.getActiveLaunchPlan({ id: { project, domain, name, org: '' } }, { signal })
  return admin.getLaunchPlan({ id: identifier('LAUNCH_PLAN', { ...named, version }) }, { signal })
}

/** A task; without a version the newest. */
export async function task(session: Session, named: NamedVersion): Promise<Task> {
  const { admin } = await session.client()
  const { signal } = session
  const { version } = named
  if (version !== undefined) return admin.getTask({ id: identifier('TASK', { ...named, version }) }, { signal })
  const [newest] = atLeastOne('task', named, (await admin.listTasks(newestOf(named), { signal })).tasks)
  return newest as Task
}

export async function execution(session: Session, name: string): Promise<Execution> {
  const id = await executionId(session, name)
  const { admin } = await session.client()
  return admin.getExecution({ id }, { signal: session.signal })
}

export async function nodeExecution(session: Session, execution: string, node_id: string): Promise<NodeExecution> {
  const execution_id = await executionId(session, execution)
  const { admin } = await session.client()
  return admin.getNodeExecution({ id: { node_id, execution_id } }, { signal: session.signal })
}

/**
 * The versions that were found of a name, which exists if there is one. Flyte Admin has an empty list for any name.
 *
 * @throws AdminError `NOT_FOUND`, unless a filter may be the reason
 */
export function atLeastOne<Item>(
  what: string,
  { project, domain, name }: NamedVersion,
  found: Item[],
  { filter }: Pick<ListFlags, 'filter'> = {},
): Item[] {
  if (found.length > 0 || filter !== undefined) return found
  return notFound('list', `there is no ${what} ${name} in ${project}/${domain}`)
}

/** As Flyte Admin says it. */
function notFound(rpc: string, message: string): never {
  throw new AdminError('FLYTE_ADMIN_RPC_FAILED', message, { rpc, status: 404, grpcCode: 5 })
}

function identifier<Type extends Identifier['resource_type']>(
  resource_type: Type,
  { project, domain, name, version }: { project: string; domain: string; name: string; version: string },
) {
  return { resource_type, project, domain, name, version, org: '' }
}

const newestOf = ({ project, domain, name }: NamedVersion) => ({
  id: { project, domain, name },
  limit: 1,
  sort_by: sort.desc('created_at'),
})
