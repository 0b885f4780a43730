import { sort } from '@flyte-js/admin/filters'
import { clockOf } from '../clock-of.js'
import { printList } from '../output/print.js'
import type { Session } from '../session.js'
import { executionView } from '../views/executions.js'
import { launchPlanVersionView, launchPlanView } from '../views/launch-plans.js'
import { workflowNameView } from '../views/named-entities.js'
import { nodeExecutionView } from '../views/node-executions.js'
import { domainView, projectView } from '../views/projects.js'
import { taskView } from '../views/tasks.js'
import { workflowVersionView, workflowView } from '../views/workflows.js'
import * as find from './find.js'
import { gather, type ListFlags, listRequest } from './list-flags.js'
import { executionId, namedVersion } from './names.js'

/** The flags of what has versions. */
export interface VersionFlags extends ListFlags {
  readonly version?: string
}

const newestFirst = sort.desc('created_at')

/** `get projects [name]` */
export async function getProjects(session: Session, flags: ListFlags, name?: string): Promise<void> {
  const { admin } = await session.client()
  const { signal } = session
  const found =
    name === undefined
      ? gather(session, flags, admin.listProjects.paginate(listRequest(flags), { signal }))
      : find.project(session, name).then((project) => [project])
  await printList(session, await session.busy('Asking for projects', found), projectView)
}

/** `get domains [name]` */
export async function getDomains(session: Session, name?: string): Promise<void> {
  const found = name === undefined ? find.domains(session) : find.domain(session, name).then((domain) => [domain])
  await printList(session, await session.busy('Asking for domains', found), domainView)
}

/** `get workflows [name]`: the names, the versions of one, or one version. */
export async function getWorkflows(session: Session, flags: VersionFlags, name?: string): Promise<void> {
  const { admin } = await session.client()
  const { signal } = session
  const busy = <Result>(work: Promise<Result>) => session.busy('Asking for workflows', work)
  if (name === undefined) {
    const place = { project: await session.project(), domain: await session.domain() }
    const request = { resource_type: 'WORKFLOW' as const, ...place, ...listRequest(flags, sort.asc('name')) }
    const found = gather(session, flags, admin.listNamedEntities.paginate(request, { signal }))
    return printList(session, await busy(found), workflowNameView)
  }
  const id = await namedVersion(session, 'WORKFLOW', name, flags.version)
  if (id.version !== undefined) return printList(session, [await busy(find.workflow(session, id))], workflowVersionView)
  const request = { id: placeOf(id), ...listRequest(flags, newestFirst) }
  const found = gather(session, flags, admin.listWorkflows.paginate(request, { signal }))
  await printList(session, find.atLeastOne('workflow', id, await busy(found), flags), workflowView)
}

/** `get launchplans [name]`: those of the domain, the versions of one, or one version. */
export async function getLaunchPlans(session: Session, flags: VersionFlags, name?: string): Promise<void> {
  const { admin } = await session.client()
  const { signal } = session
  const busy = <Result>(work: Promise<Result>) => session.busy('Asking for launch plans', work)
  const id = name === undefined ? undefined : await namedVersion(session, 'LAUNCH_PLAN', name, flags.version)
  if (id?.version !== undefined)
    return printList(session, [await busy(find.launchPlan(session, id))], launchPlanVersionView)
  const place = id ? placeOf(id) : { project: await session.project(), domain: await session.domain() }
  const request = { id: place, ...listRequest(flags, newestFirst) }
  const found = await busy(gather(session, flags, admin.listLaunchPlans.paginate(request, { signal })))
  if (id === undefined) return printList(session, found, launchPlanView)
  await printList(session, find.atLeastOne('launch plan', id, found, flags), launchPlanVersionView)
}

/** `get tasks [name]`: those of the domain, the versions of one, or one version. */
export async function getTasks(session: Session, flags: VersionFlags, name?: string): Promise<void> {
  const { admin } = await session.client()
  const { signal } = session
  const busy = <Result>(work: Promise<Result>) => session.busy('Asking for tasks', work)
  const id = name === undefined ? undefined : await namedVersion(session, 'TASK', name, flags.version)
  if (id?.version !== undefined) return printList(session, [await busy(find.task(session, id))], taskView)
  const place = id ? placeOf(id) : { project: await session.project(), domain: await session.domain() }
  const request = { id: place, ...listRequest(flags, newestFirst) }
  const found = await busy(gather(session, flags, admin.listTasks.paginate(request, { signal })))
  await printList(session, id ? find.atLeastOne('task', id, found, flags) : found, taskView)
}

/** `get executions [name]`: those of the domain, the newest first, or one. */
export async function getExecutions(session: Session, flags: ListFlags, name?: string): Promise<void> {
  const { admin } = await session.client()
  const { signal } = session
  const list = async () => {
    const id = { project: await session.project(), domain: await session.domain() }
    const request = { id, ...listRequest(flags, newestFirst, 'execution_name') }
    return gather(session, flags, admin.listExecutions.paginate(request, { signal }))
  }
  const found = name === undefined ? list() : find.execution(session, name).then((execution) => [execution])
  const executions = await session.busy('Asking for executions', found)
  await printList(session, executions, executionView(clockOf(session.io).now()))
}

/** The flags of `get node-executions`. */
export interface NodeFlags extends ListFlags {
  /** The node whose nodes are meant. */
  readonly parent?: string
}

/** `get node-executions <execution> [node]`: those at the top, those below one, or one. */
export async function getNodeExecutions(
  session: Session,
  { parent, ...flags }: NodeFlags,
  execution: string,
  node?: string,
): Promise<void> {
  const { admin } = await session.client()
  const { signal } = session
  const list = async () => {
    const request = {
      workflow_execution_id: await executionId(session, execution),
      ...(parent !== undefined && { unique_parent_id: parent }),
      ...listRequest(flags, sort.asc('created_at'), 'node_id'),
    }
    return gather(session, flags, admin.listNodeExecutions.paginate(request, { signal }))
  }
  const found = node === undefined ? list() : find.nodeExecution(session, execution, node).then((one) => [one])
  const nodes = await session.busy('Asking for the nodes', found)
  await printList(session, nodes, nodeExecutionView(clockOf(session.io).now()))
}

/** The name without its version. */
function placeOf({ project, domain, name }: { project: string; domain: string; name: string }) {
  return { project, domain, name }
}
