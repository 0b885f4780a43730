// Making an execution: from a launch plan or a task, by itself, out of another execution, or for a node of one.
import { randomInt } from 'node:crypto'
import type { Entity } from '../entities.js'
import { invalidArgument } from '../grpc-status.js'
import { checkFields, normalizedId } from '../identifiers.js'
import { checkLabels } from '../labels.js'
import type { LaunchPlans } from '../launch-plans.js'
import type { MatchingAttributes } from '../matching-attributes.js'
import { type Message, messageField, stringField } from '../message.js'
import type { NodeExecutionStore } from '../node-executions/node-execution-store.js'
import { alreadyExists, type Projects } from '../projects.js'
import type { SingleTasks } from '../single-task.js'
import type { Call } from '../state.js'
import { checkInputs, executionInputs } from './execution-inputs.js'
import { completedSpec, type Execution } from './execution-record.js'
import type { ExecutionStore } from './execution-store.js'

/** What an execution is made from. */
export interface LaunchOptions {
  now(): number
  projects: Projects
  launchPlans: LaunchPlans
  singleTasks: SingleTasks
  executions: ExecutionStore
  nodes: NodeExecutionStore
  attributes: MatchingAttributes
}

/** Makes an execution as a request for one wants it, perhaps out of another one. */
export type Launch = (request: Message, call: Call, source?: Execution) => Message

/** Makes the function that makes executions. */
export function createLaunch(options: LaunchOptions): Launch {
  const { now, projects, launchPlans, singleTasks, executions, attributes } = options

  return (request, { claims }, source) => {
    checkFields(request, ['project', 'domain'])
    const { project, domain } = request as { project: string; domain: string }
    const name = stringField(request, 'name') || generatedName()
    checkName(name)
    projects.check(project, domain)
    if (request.spec === undefined) throw invalidArgument('missing spec')
    const spec = messageField(request, 'spec')
    // Before there were inputs in the request, they were in the spec.
    const given = messageField(request, 'inputs')
    const userInputs = Object.keys(messageField(given, 'literals')).length > 0 ? given : messageField(spec, 'inputs')
    checkReference(spec)
    checkInputs(messageField(userInputs, 'literals'))
    checkLabels(messageField(spec, 'labels'))
    const { launchPlan, workflowId } = launched(spec, launchPlans, singleTasks)
    const inputs = { literals: executionInputs(messageField(userInputs, 'literals'), launchPlan.message) }
    const id: Message = { project, domain, name }
    const inherited = inheritance(spec, options)
    if (executions.has(id)) throw alreadyExists('executions_pkey')
    const principal = inherited.source?.principal ?? (typeof claims?.sub === 'string' ? claims.sub : '')
    const origin = source ?? inherited.source
    const createdAt = now()
    executions.add({
      id,
      spec: completedSpec({ ...spec, ...inherited.spec }, launchPlan, {
        id,
        principal,
        maxParallelism: attributes.maxParallelism(project, domain, stringField(workflowId, 'name')),
      }),
      workflowId,
      userInputs,
      inputs,
      createdAt,
      principal,
      state: { state: 'EXECUTION_ACTIVE', principal, changedAt: createdAt },
      ...(origin !== undefined && { sourceSequence: origin.sequence }),
      ...(inherited.parentSequence !== undefined && { parentSequence: inherited.parentSequence }),
    })
    return { id }
  }
}

/** What the child of a node takes over from the node's execution: its principal, its cluster label, and how deep it is. */
function inheritance(spec: Message, { executions, nodes }: LaunchOptions) {
  const metadata = messageField(spec, 'metadata')
  if (metadata.parent_node_execution === undefined) return {}
  const parent = nodes.get(messageField(metadata, 'parent_node_execution'))
  const source = executions.get(messageField(parent.id, 'execution_id'))
  const label = source.spec.execution_cluster_label
  const nesting = Number(messageField(source.spec, 'metadata').nesting ?? 0) + 1
  return {
    source,
    parentSequence: parent.sequence,
    spec: { metadata: { ...metadata, nesting }, ...(label !== undefined && { execution_cluster_label: label }) },
  }
}

/** Refuses to launch anything but a launch plan or a task. */
function checkReference(spec: Message): void {
  if (spec.launch_plan === undefined) throw invalidArgument('missing id')
  const id = messageField(spec, 'launch_plan')
  checkFields(id, ['project', 'domain', 'name', 'version'])
  if (id.resource_type === 'TASK' || id.resource_type === 'LAUNCH_PLAN') return
  throw invalidArgument(
    `Invalid reference entity resource type [${id.resource_type ?? 'UNSPECIFIED'}], only [map[TASK:<nil> LAUNCH_PLAN:<nil>]] allowed`,
  )
}

/** The launch plan of a spec; for a task, the one that is generated for it. */
function launched(
  spec: Message,
  launchPlans: LaunchPlans,
  singleTasks: SingleTasks,
): { launchPlan: Entity; workflowId: Message } {
  const id = messageField(spec, 'launch_plan')
  if (id.resource_type === 'TASK') return singleTasks.launch(normalizedId(id, 'TASK'))
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
