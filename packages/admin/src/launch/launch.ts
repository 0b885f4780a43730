import { FlyteError } from '@flyte-js/core'
import type { AdminService, ExecutionSpec, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import type { LiteralInput } from '../literals/to-literal.js'
import type { CallOptions, Input, ServiceMethods } from '../request-types.js'
import { checkInputs } from './check-inputs.js'
import { createdExecution } from './created-execution.js'
import { type EntityReference, resolveReference } from './entity-reference.js'
import { executionName } from './execution-name.js'
import { fetchLaunchable, type InterfaceMethods } from './interface.js'

/** What {@link launch} launches: one of the three. */
export type LaunchTarget =
  | {
      /** A launch plan; without a version its active one. */
      launchPlan: EntityReference
      workflow?: never
      task?: never
    }
  | {
      /** A workflow, by its default launch plan, which has its name and version; without a version its newest one. */
      workflow: EntityReference
      launchPlan?: never
      task?: never
    }
  | {
      /** A single task, which Flyte Admin wraps in a workflow; without a version its newest one. */
      task: EntityReference
      launchPlan?: never
      workflow?: never
    }

/** What {@link launch} is told. */
export type LaunchRequest = LaunchTarget & {
  /** The inputs by name, as `toLiteral` takes them. Those with a default may be left out. */
  inputs?: { readonly [name: string]: LiteralInput }
  /** The project to run in. Default: that of what is launched. */
  project?: string
  /** The domain to run in. Default: that of what is launched. */
  domain?: string
  /** The name of the execution: at most 63 lower-case letters, digits and hyphens, a letter first. Default: a new one of 20 characters. */
  name?: string
  /** Labels, annotations, `max_parallelism`, `interruptible`, `overwrite_cache`, `security_context` and the rest of an execution's spec. */
  spec?: Omit<Input<ExecutionSpec>, 'launch_plan' | 'inputs'>
}

/**
 * Launches a launch plan, a workflow or a task.
 *
 * It fetches the interface, checks all inputs against it and makes Literals of them before anything is sent. The execution's name
 * is chosen by the client before it is sent, so that a request which is sent again cannot launch twice.
 *
 * @returns the identifier of the execution, which `waitForExecution` takes
 * @throws `AdminError` `FLYTE_ADMIN_INPUTS_INVALID`, with a line for each input that is missing, unknown, fixed or of another type;
 *   `AdminError` `FLYTE_ADMIN_RPC_FAILED` with `NOT_FOUND` where there is no such version, or no active launch plan;
 *   `FlyteError` `FLYTE_INVALID_ARGUMENT` for a name or a reference that cannot be
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { launch, waitForExecution } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = await launch(admin, {
 *   launchPlan: 'workflows.train',
 *   project: 'flytesnacks',
 *   domain: 'development',
 *   inputs: { epochs: 12, rates: [0.5, 0.25], since: new Date() },
 *   spec: { labels: { values: { team: 'forecast' } }, interruptible: true },
 * })
 * const { closure } = await waitForExecution(admin, id)
 * console.log(closure?.phase)
 * ```
 */
export async function launch(
  admin: InterfaceMethods & Pick<ServiceMethods<AdminService>, 'createExecution'>,
  request: LaunchRequest,
  options?: CallOptions,
): Promise<WorkflowExecutionIdentifier> {
  const { launchPlan, workflow, task, inputs = {}, spec } = request
  const targets = [
    ['LAUNCH_PLAN', launchPlan],
    ['WORKFLOW', workflow],
    ['TASK', task],
  ] as const
  const [target, ...others] = targets.filter(([, reference]) => reference !== undefined)
  if (target?.[1] === undefined || others.length > 0) {
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'give one of launchPlan, workflow and task to launch')
  }
  const named = executionName(request.name)
  const reference = resolveReference(target[0], target[1], request)
  const { project = reference.project, domain = reference.domain } = request
  const launchable = await fetchLaunchable(admin, reference, options)
  const literals = checkInputs(inputs, launchable)
  const created = await admin.createExecution(
    { project, domain, ...named, spec: { ...spec, launch_plan: launchable.id }, inputs: literals },
    options,
  )
  return createdExecution('createExecution', created)
}
