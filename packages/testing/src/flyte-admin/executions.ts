// Executions.
import { randomInt } from 'node:crypto'
import type { Entity } from './entities.js'
import { checkInputs, executionInputs } from './execution-inputs.js'
import { type ExecutionTimes, progressOf, terminalPhases } from './execution-phase.js'
import { completedSpec, describe, type Execution, executionTable, rowOf } from './execution-record.js'
import { GrpcStatusError, grpcCode, invalidArgument, notFound } from './grpc-status.js'
import { checkFields, normalizedId, textOf } from './identifiers.js'
import type { LaunchPlans } from './launch-plans.js'
import { page } from './lists.js'
import { type Message, messageField, stringField } from './message.js'
import { alreadyExists, type Projects } from './projects.js'
import type { SingleTasks } from './single-task.js'
import type { Handlers } from './state.js'

/** How executions come and go. */
export interface ExecutionsOptions {
  now(): number
  /** The times of an execution, by its id. */
  timesOf(id: { project: string; domain: string; name: string }): ExecutionTimes | 'never'
}

/** Makes an empty set of executions and what serves it. */
export function createExecutions(
  projects: Projects,
  launchPlans: LaunchPlans,
  singleTasks: SingleTasks,
  { now, timesOf }: ExecutionsOptions,
): Handlers {
  const executions = new Map<string, Execution>()
  const keyOf = (id: Message) => JSON.stringify([id.project, id.domain, id.name])

  const get = (request: Message): Execution => {
    const { project, domain, name } = messageField(request, 'id')
    const id = { project, domain, name } as Message
    checkFields(id, ['project', 'domain', 'name'])
    const found = executions.get(keyOf(id))
    if (found === undefined) throw notFound(`missing entity of type execution with identifier ${textOf(id)}`)
    return found
  }
  const progress = ({ id, createdAt, abort }: Execution) =>
    progressOf(createdAt, timesOf(id as { project: string; domain: string; name: string }), now(), abort?.at)

  const launch = (request: Message): Message => {
    checkFields(request, ['project', 'domain'])
    const { project, domain } = request as { project: string; domain: string }
    const name = stringField(request, 'name') || generatedName()
    checkName(name)
    projects.check(project, domain)
    if (request.spec === undefined) throw invalidArgument('missing spec')
    const spec = messageField(request, 'spec')
    const userInputs = messageField(request, 'inputs')
    checkInputs(messageField(userInputs, 'literals'))
    const { launchPlan, workflowId } = launched(spec, launchPlans, singleTasks)
    const inputs = { literals: executionInputs(messageField(userInputs, 'literals'), launchPlan.message) }
    const id: Message = { project, domain, name }
    if (executions.has(keyOf(id))) throw alreadyExists('executions_pkey')
    const createdAt = now()
    executions.set(keyOf(id), {
      id,
      spec: completedSpec(spec, launchPlan, id),
      workflowId,
      userInputs,
      inputs,
      createdAt,
      state: 'EXECUTION_ACTIVE',
      stateChangedAt: createdAt,
    })
    return { id }
  }

  return {
    CreateExecution: launch,
    RelaunchExecution: (request) => {
      const { id, spec, userInputs } = get(request)
      const { project, domain } = id as { project: string; domain: string }
      const metadata = { ...messageField(spec, 'metadata'), mode: 'RELAUNCH', reference_execution: id }
      const overwrite: Message = request.overwrite_cache === true ? { overwrite_cache: true } : {}
      return launch({
        project,
        domain,
        name: stringField(request, 'name'),
        spec: { ...spec, metadata, ...overwrite },
        inputs: userInputs,
      })
    },
    GetExecution: (request) => {
      const execution = get(request)
      return describe(execution, progress(execution))
    },
    GetExecutionData: (request) => {
      const { inputs } = get(request)
      return { inputs: {}, outputs: {}, full_inputs: inputs, full_outputs: {} }
    },
    UpdateExecution: (request) => {
      const execution = get(request)
      execution.state = request.state === 'EXECUTION_ARCHIVED' ? 'EXECUTION_ARCHIVED' : 'EXECUTION_ACTIVE'
      execution.stateChangedAt = now()
      return {}
    },
    TerminateExecution: (request) => {
      const execution = get(request)
      const { phase } = progress(execution)
      if (terminalPhases.includes(phase)) {
        throw new GrpcStatusError(
          grpcCode.failedPrecondition,
          'Cannot abort an already terminated workflow execution',
          [
            {
              type: 'flyteidl.admin.EventFailureReason',
              message: { already_in_terminal_state: { current_phase: phase } },
            },
          ],
        )
      }
      execution.abort = { at: execution.abort?.at ?? now(), cause: stringField(request, 'cause') }
      return {}
    },
    ListExecutions: (request) => {
      if (request.id === undefined) throw invalidArgument('missing id')
      const { project, domain, name } = messageField(request, 'id')
      checkFields(messageField(request, 'id'), ['project', 'domain'])
      const asksForState = /\((execution\.)?state,/.test(stringField(request, 'filters'))
      const listed = [...executions.values()].filter(
        ({ id, state }) =>
          id.project === project &&
          id.domain === domain &&
          (name === undefined || id.name === name) &&
          (asksForState || state === 'EXECUTION_ACTIVE'),
      )
      const { items, token } = page(
        listed.map((execution) => ({ execution, progress: progress(execution) })),
        request,
        {
          rpc: 'ListExecutions',
          table: executionTable,
          row: (item) => rowOf(item.execution, item.progress),
        },
      )
      return { executions: items.map((item) => describe(item.execution, item.progress)), token }
    },
  }
}

/** The launch plan of a spec; for a task, the one that is generated for it. */
function launched(
  spec: Message,
  launchPlans: LaunchPlans,
  singleTasks: SingleTasks,
): { launchPlan: Entity; workflowId: Message } {
  if (spec.launch_plan === undefined) throw invalidArgument('missing id')
  const id = messageField(spec, 'launch_plan')
  checkFields(id, ['project', 'domain', 'name', 'version'])
  if (id.resource_type === 'TASK') return singleTasks.launch(normalizedId(id, 'TASK'))
  if (id.resource_type !== 'LAUNCH_PLAN') {
    throw invalidArgument(
      `Invalid reference entity resource type [${id.resource_type ?? 'UNSPECIFIED'}], only [map[TASK:<nil> LAUNCH_PLAN:<nil>]] allowed`,
    )
  }
  const launchPlan = launchPlans.store.get(normalizedId(id, 'LAUNCH_PLAN'))
  return {
    launchPlan,
    workflowId: normalizedId(messageField(messageField(launchPlan.message, 'spec'), 'workflow_id'), 'WORKFLOW'),
  }
}

function checkName(name: string): void {
  if (name.length > 63) throw invalidArgument(`size of name exceeded length 63 : ${name.toLowerCase()}`)
  if (!/^[a-z][a-z\-0-9]*$/.test(name.toLowerCase())) {
    throw invalidArgument(`invalid name format: ${name.toLowerCase()}, does not match regex '^[a-z][a-z\\-0-9]*$'`)
  }
}

const nameCharacters = 'bcdfghjklmnpqrstvwxz2456789'

function generatedName(): string {
  return `a${Array.from({ length: 19 }, () => nameCharacters[randomInt(nameCharacters.length)]).join('')}`
}
