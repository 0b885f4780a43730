// Attributes that are matched to projects, domains and workflows: resources, queues, clusters, plugins and how workflows run.
import { GrpcStatusError, grpcCode, invalidArgument, notFound } from './grpc-status.js'
import { checkFields } from './identifiers.js'
import { listField, type Message, messageField, stringField } from './message.js'
import type { Projects } from './projects.js'
import type { Handlers } from './state.js'

/** The attributes of a server. */
export interface MatchingAttributes {
  handlers: Handlers
  /** How many nodes of a workflow may run at once, as the attributes say; 25 where they do not. */
  maxParallelism(project: string, domain: string, workflow: string): number
}

/** What attributes are for; what does not matter is empty. */
interface Scope {
  project: string
  domain: string
  workflow: string
}

interface Resource extends Scope {
  type: string
  attributes: Message
}

const defaultParallelism = 25

/** The type of each kind of attribute. A quality of service cannot be set. */
const types: Readonly<Record<string, string>> = {
  task_resource_attributes: 'TASK_RESOURCE',
  cluster_resource_attributes: 'CLUSTER_RESOURCE',
  execution_queue_attributes: 'EXECUTION_QUEUE',
  execution_cluster_label: 'EXECUTION_CLUSTER_LABEL',
  plugin_overrides: 'PLUGIN_OVERRIDE',
  workflow_execution_config: 'WORKFLOW_EXECUTION_CONFIG',
  cluster_assignment: 'CLUSTER_ASSIGNMENT',
}

/** Makes an empty set of attributes and what serves it. */
export function createMatchingAttributes(projects: Projects): MatchingAttributes {
  let resources: Resource[] = []

  const find = (scope: Scope, type: string) =>
    resources.find((other) => other.type === type && levels.every((level) => other[level] === scope[level]))

  /** The most specific ones for a scope. */
  const match = (scope: Scope, type: string) =>
    bySpecificity(resources).find(
      (other) => other.type === type && levels.every((level) => other[level] === '' || other[level] === scope[level]),
    )

  const get = (scope: Scope, type: string): Resource => {
    const found = match(scope, type)
    if (found !== undefined) return found
    throw missing(scope, type)
  }

  const update = (scope: Scope, requested: Message): Message => {
    if (requested.matching_attributes === undefined) throw invalidArgument('missing matching_attributes')
    const attributes = messageField(requested, 'matching_attributes')
    const [kind] = Object.keys(attributes).filter((name) => Object.hasOwn(types, name))
    const name = levels.map((level) => scope[level]).filter((part) => part !== '')
    if (kind === undefined) {
      throw invalidArgument(`Unrecognized matching attributes type for request ${name.join('-')}`)
    }
    const type = types[kind] as string
    if (kind === 'plugin_overrides' && scope.domain === '') {
      const reason = `missing and/or invalid parameters: {${scope.project}    ${type}}`
      throw new GrpcStatusError(grpcCode.internal, `unexpected error type for: ${reason}`)
    }
    const existing = find(scope, type)
    if (existing === undefined) resources = [...resources, { ...scope, type, attributes }]
    else existing.attributes = kind === 'plugin_overrides' ? merged(existing.attributes, attributes) : attributes
    return {}
  }

  const remove = (scope: Scope, request: Message): Message => {
    const found = find(scope, typeOf(request))
    resources = resources.filter((other) => other !== found)
    return {}
  }

  const projectDomain = ({ project, domain }: Message): Scope => {
    const scope = { project: String(project ?? ''), domain: String(domain ?? ''), workflow: '' }
    projects.check(scope.project, scope.domain)
    return scope
  }
  const workflow = (of: Message): Scope => {
    const scope = { ...projectDomain(of), workflow: stringField(of, 'workflow') }
    if (scope.workflow === '') throw invalidArgument('missing name')
    return scope
  }
  const ofProject = (project: string): Scope => ({ project, domain: '', workflow: '' })
  const changedProject = (of: Message): Scope => {
    projects.checkActive(stringField(of, 'project'))
    return ofProject(stringField(of, 'project'))
  }
  const requested = (request: Message): Message => {
    if (request.attributes === undefined) throw invalidArgument('missing attributes')
    return messageField(request, 'attributes')
  }

  return {
    handlers: {
      UpdateProjectAttributes: (request) => update(changedProject(requested(request)), requested(request)),
      UpdateProjectDomainAttributes: (request) => update(projectDomain(requested(request)), requested(request)),
      UpdateWorkflowAttributes: (request) => update(workflow(requested(request)), requested(request)),
      GetProjectAttributes: (request) => {
        checkFields(request, ['project'])
        const project = stringField(request, 'project')
        projects.checkExists(project)
        const type = typeOf(request)
        const found = find(ofProject(project), type)?.attributes
        if (found === undefined && type !== 'WORKFLOW_EXECUTION_CONFIG') throw missing(ofProject(project), type)
        const config = { max_parallelism: defaultParallelism, ...(found?.workflow_execution_config as Message) }
        const attributes: Message =
          type === 'WORKFLOW_EXECUTION_CONFIG' ? { workflow_execution_config: config } : (found as Message)
        return { attributes: { project, matching_attributes: attributes } }
      },
      GetProjectDomainAttributes: (request) => {
        const { project, domain, attributes } = get(projectDomain(request), typeOf(request))
        return { attributes: { project, domain, matching_attributes: attributes } }
      },
      GetWorkflowAttributes: (request) => {
        const found = get(workflow(request), typeOf(request))
        const { attributes, type: _, ...scope } = found
        return { attributes: { ...scope, matching_attributes: attributes } }
      },
      DeleteProjectAttributes: (request) => remove(changedProject(request), request),
      DeleteProjectDomainAttributes: (request) => remove(projectDomain(request), request),
      DeleteWorkflowAttributes: (request) => remove(workflow(request), request),
      ListMatchableAttributes: (request) => ({
        configurations: bySpecificity(resources)
          .filter(({ type }) => type === typeOf(request))
          .map(({ attributes, type: _, ...scope }): Message => ({ attributes, ...scope })),
      }),
    },
    maxParallelism(project, domain, name) {
      const type = 'WORKFLOW_EXECUTION_CONFIG'
      const found = [match({ project, domain, workflow: name }, type), find(ofProject(project), type)]
      const given = found.map((resource) =>
        Number(messageField(resource?.attributes ?? {}, 'workflow_execution_config').max_parallelism ?? 0),
      )
      return given.find((number) => number > 0) ?? defaultParallelism
    },
  }
}

const levels = ['project', 'domain', 'workflow'] as const

function bySpecificity(resources: readonly Resource[]): Resource[] {
  const depth = (resource: Resource) => levels.filter((level) => resource[level] !== '').length
  return resources.toSorted((left, right) => depth(right) - depth(left))
}

function typeOf(request: Message): string {
  return stringField(request, 'resource_type') || 'TASK_RESOURCE'
}

function missing({ project, domain, workflow }: Scope, type: string): GrpcStatusError {
  const text = `Project:${project} Domain:${domain} Workflow:${workflow} LaunchPlan: ResourceType:${type}`
  return notFound(`Resource [{${text}}] not found`)
}

/** Overrides of plugins add up; one for the same type of task takes the other's place. */
function merged(old: Message, latest: Message): Message {
  const overrides = new Map<string, Message>()
  for (const attributes of [old, latest]) {
    for (const override of listField(messageField(attributes, 'plugin_overrides'), 'overrides')) {
      overrides.set(stringField(override, 'task_type'), override)
    }
  }
  return { plugin_overrides: { overrides: [...overrides.values()] } }
}
