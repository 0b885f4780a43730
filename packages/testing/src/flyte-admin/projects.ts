// Projects and their domains.
import { GrpcStatusError, grpcCode, invalidArgument, notFound } from './grpc-status.js'
import { checkLabels } from './labels.js'
import { page } from './lists.js'
import { type Message, messageField, stringField } from './message.js'
import type { Handlers } from './state.js'
import type { Table } from './table.js'

/** The projects of a fresh server. */
const seededProjects = ['flytesnacks', 'flytetester', 'flyteexamples'] as const

const domains = ['development', 'staging', 'production'].map((id): Message => ({ id, name: id }))

const projectTable: Table = {
  name: 'projects',
  letter: 'p',
  columns: ['id', 'created_at', 'updated_at', 'deleted_at', 'identifier', 'name', 'description', 'labels', 'state'],
}

const states = ['ACTIVE', 'ARCHIVED', 'SYSTEM_GENERATED', 'SYSTEM_ARCHIVED']

/** The projects of a server. */
export interface Projects {
  handlers: Handlers
  /** Refuses what is registered in an unknown or inactive project, or in an unknown domain. */
  check(project: string, domain: string): void
  /** Refuses changes to an unknown or inactive project. */
  checkActive(project: string): void
  /** Refuses an unknown project. */
  checkExists(project: string): void
}

/** Makes the three seeded projects and what serves them. */
export function createProjects(now: () => number): Projects {
  const projects = new Map<string, { project: Message; createdAt: Date; updatedAt: Date }>()
  const register = (project: Message) => {
    const createdAt = new Date(now())
    projects.set(stringField(project, 'id'), { project, createdAt, updatedAt: createdAt })
  }
  for (const id of seededProjects) register({ id, name: id, description: `${id} description` })

  const withDomains = (project: Message): Message => ({ ...project, domains })
  const get = (id: string) => {
    const found = projects.get(id)
    if (found === undefined) throw notFound(`project [${id}] not found`)
    return found
  }

  return {
    handlers: {
      RegisterProject: (request) => {
        if (request.project === undefined) throw invalidArgument('missing project')
        const project = messageField(request, 'project')
        if (stringField(project, 'name') === '') throw invalidArgument('missing project_name')
        checkProject(project)
        if (projects.has(stringField(project, 'id'))) throw alreadyExists('projects_pkey')
        register(project)
        return {}
      },
      UpdateProject: (request) => {
        const found = get(stringField(request, 'id'))
        checkProject(request)
        // What is empty stays as it is, but for the state.
        const { state: _, ...kept } = found.project
        found.project = { ...kept, ...request }
        found.updatedAt = new Date(now())
        return {}
      },
      GetProject: (request) => {
        if (stringField(request, 'id') === '') throw invalidArgument('missing project_id')
        return withDomains(get(stringField(request, 'id')).project)
      },
      ListProjects: (request) => {
        // Without a filter the archived ones stay out, and without an order the names are in theirs.
        const filters = stringField(request, 'filters') || 'value_in(state,0)'
        const order: Message = { sort_by: { key: 'identifier', direction: 'ASCENDING' } }
        const { items, token } = page(
          [...projects.values()],
          { ...order, ...request, filters },
          {
            rpc: 'ListProjects',
            table: projectTable,
            limitIsOptional: true,
            row: ({ project, createdAt, updatedAt }) => ({
              identifier: stringField(project, 'id'),
              name: stringField(project, 'name'),
              description: stringField(project, 'description'),
              state: Math.max(0, states.indexOf(stringField(project, 'state'))),
              created_at: createdAt,
              updated_at: updatedAt,
            }),
          },
        )
        return { projects: items.map(({ project }) => withDomains(project)), token }
      },
      GetDomains: () => ({ domains }),
    },
    check(project, domain) {
      const found = projects.get(project)
      if (found === undefined) {
        throw invalidArgument(
          `failed to validate that project [${project}] and domain [${domain}] are registered, err: [project [${project}] not found]`,
        )
      }
      if (found.project.state !== undefined) {
        const details = [{ type: 'flyteidl.admin.InactiveProject', message: { id: project } }]
        throw invalidArgument(`project [${project}] is not active`, details)
      }
      if (!domains.some(({ id }) => id === domain))
        throw invalidArgument(`domain [${domain}] is unrecognized by system`)
    },
    checkActive(project) {
      if (!projects.has(project)) throw unknown(project, 'is registered')
      if (get(project).project.state !== undefined) throw invalidArgument(`project [${project}] is not active`)
    },
    checkExists(project) {
      if (!projects.has(project)) throw unknown(project, 'exists')
    },
  }
}

function unknown(project: string, wanted: string): GrpcStatusError {
  return invalidArgument(
    `failed to validate that project [${project}] ${wanted}, err: [project [${project}] not found]`,
  )
}

/** What a duplicate is told with. */
export function alreadyExists(constraint: string): GrpcStatusError {
  return new GrpcStatusError(
    grpcCode.alreadyExists,
    `value with matching already exists (duplicate key value violates unique constraint "${constraint}")`,
  )
}

function checkProject(project: Message): void {
  const id = stringField(project, 'id')
  if (id === '') throw invalidArgument('missing project_id')
  checkLabels(messageField(project, 'labels'))
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(id)) {
    throw invalidArgument(
      `invalid project id [${id}]: [a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]`,
    )
  }
  if (stringField(project, 'name').length > 64) throw invalidArgument('project_name cannot exceed 64 characters')
  if (stringField(project, 'description').length > 300)
    throw invalidArgument('project_description cannot exceed 300 characters')
  if (project.domains !== undefined) {
    throw invalidArgument(
      'Domains are currently only set system wide. Please retry without domains included in your request.',
    )
  }
}
