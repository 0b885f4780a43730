import type { AdminService, Identifier, LaunchPlan, LiteralType, Task } from '@flyte-js/idl'
import { AdminError } from '../admin-error.js'
import { sort } from '../filters/sort.js'
import type { CallOptions, ServiceMethods } from '../request-types.js'
import type { ResolvedReference } from './entity-reference.js'

/** What a launch asks Flyte Admin before it creates an execution. */
export type InterfaceMethods = Pick<
  ServiceMethods<AdminService>,
  'getLaunchPlan' | 'getActiveLaunchPlan' | 'listWorkflows' | 'getTask' | 'listTasks'
>

/** What an execution can be created of: its identifier, and what inputs it takes. */
export interface Launchable {
  id: Identifier
  /** The inputs by name. */
  inputs: ReadonlyMap<string, ExpectedInput>
  /** Inputs that the launch plan has set for good. */
  fixed: ReadonlySet<string>
}

/** One input. */
export interface ExpectedInput {
  type: LiteralType | null
  /** Whether there is no default. */
  required: boolean
}

/** Finds the version that is meant, and what inputs it takes. */
export async function fetchLaunchable(
  admin: InterfaceMethods,
  reference: ResolvedReference,
  options?: CallOptions,
): Promise<Launchable> {
  if (reference.resource_type === 'TASK') return ofTask(await fetchTask(admin, reference, options))
  return ofLaunchPlan(await fetchLaunchPlan(admin, reference, options))
}

async function fetchLaunchPlan(
  admin: InterfaceMethods,
  { resource_type, project, domain, name, version }: ResolvedReference,
  options?: CallOptions,
): Promise<LaunchPlan> {
  const named = { project, domain, name }
  const versioned = (version: string) => ({
    id: { resource_type: 'LAUNCH_PLAN' as const, ...named, version, org: '' },
  })
  if (version !== undefined) return admin.getLaunchPlan(versioned(version), options)
  if (resource_type === 'LAUNCH_PLAN') return admin.getActiveLaunchPlan({ id: { ...named, org: '' } }, options)
  const { workflows } = await admin.listWorkflows(newestOf(named), options)
  const newest = workflows[0]?.id?.version ?? notFound('workflow', named, 'listWorkflows')
  return admin.getLaunchPlan(versioned(newest), options)
}

async function fetchTask(
  admin: InterfaceMethods,
  { resource_type, project, domain, name, version }: ResolvedReference,
  options?: CallOptions,
): Promise<Task> {
  const named = { project, domain, name }
  if (version !== undefined) return admin.getTask({ id: { resource_type, ...named, version, org: '' } }, options)
  const { tasks } = await admin.listTasks(newestOf(named), options)
  return tasks[0] ?? notFound('task', named, 'listTasks')
}

type Name = Pick<Identifier, 'project' | 'domain' | 'name'>

const newestOf = (name: Name) => ({ id: { ...name, org: '' }, limit: 1, sort_by: sort.desc('created_at') })

/** As Flyte Admin says it of a version that is not there. */
function notFound(what: string, { project, domain, name }: Name, rpc: string): never {
  throw new AdminError('FLYTE_ADMIN_RPC_FAILED', `${rpc}: there is no ${what} ${name} in ${project}/${domain}`, {
    rpc,
    status: 404,
    grpcCode: 5,
  })
}

function ofLaunchPlan({ id, spec, closure }: LaunchPlan): Launchable {
  const parameters = Object.entries(closure?.expected_inputs?.parameters ?? {})
  return {
    id: id as Identifier,
    inputs: new Map(
      parameters.map(([name, { var: variable, required }]) => [
        name,
        { type: variable?.type ?? null, required: required === true },
      ]),
    ),
    fixed: new Set(Object.keys(spec?.fixed_inputs?.literals ?? {})),
  }
}

/** Flyte Admin makes a launch plan of a task, where every input is required: a task's interface knows no defaults. */
function ofTask({ id, closure }: Task): Launchable {
  const variables = Object.entries(closure?.compiled_task?.template?.interface?.inputs?.variables ?? {})
  return {
    id: id as Identifier,
    inputs: new Map(variables.map(([name, { type }]) => [name, { type, required: true }])),
    fixed: new Set(),
  }
}
