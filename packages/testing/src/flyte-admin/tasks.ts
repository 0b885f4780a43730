// Tasks.
import type { DescriptionEntities } from './description-entities.js'
import { createEntityStore, type EntityStore, entityColumns } from './entities.js'
import { invalidArgument, notFound } from './grpc-status.js'
import { checkIdentifier, normalizedId, textOf } from './identifiers.js'
import { type Message, messageField, stringField } from './message.js'
import type { Projects } from './projects.js'
import type { Handlers } from './state.js'
import type { Table } from './table.js'
import { timestampOf } from './well-known-types.js'

/** The table of tasks, which filters reach from executions too. */
export const taskTable: Table = {
  name: 'tasks',
  letter: 't',
  columns: [...entityColumns, 'type', 'short_description', 'closure'],
}

/** The tasks of a server. */
export interface Tasks {
  handlers: Handlers
  store: EntityStore
}

/** Makes an empty registry of tasks. */
export function createTasks(projects: Projects, descriptions: DescriptionEntities, now: () => number): Tasks {
  const store = createEntityStore(
    { resourceType: 'TASK', title: 'task', structureType: 'flyteidl.core.CompiledTask', table: taskTable },
    now,
  )
  return {
    store,
    handlers: {
      CreateTask: (request) => {
        const requested = request.id === undefined ? undefined : messageField(request, 'id')
        checkIdentifier(requested, 'TASK')
        projects.check(stringField(requested, 'project'), stringField(requested, 'domain'))
        const template = messageField(messageField(request, 'spec'), 'template')
        if (messageField(request, 'spec').template === undefined) throw invalidArgument('missing spec')
        checkTemplate(template)
        const id = normalizedId(requested, 'TASK')
        const compiledTask = { template: { ...template, id } }
        const description = messageField(messageField(request, 'spec'), 'description')
        store.add({
          id,
          structure: compiledTask,
          message: {
            id,
            closure: { compiled_task: compiledTask, created_at: timestampOf(now()) },
            ...shortDescription(description),
          },
        })
        descriptions.add(id, messageField(request, 'spec'))
        return {}
      },
      GetTask: (request) => getLoosely(store, messageField(request, 'id')),
      ListTasks: (request) => {
        const { items, token } = store.list(request, 'ListTasks')
        return { tasks: items.map(({ message }) => message), token }
      },
      ListTaskIds: (request) => store.listIds(request, 'ListUniqueTaskIdentifiers'),
    },
  }
}

/** Unlike others, a task is found by whatever parts of its id are given. */
function getLoosely(store: EntityStore, { project, domain, name, version }: Message): Message {
  const given = Object.entries({ project, domain, name, version }).filter(([, part]) => part !== undefined)
  const found = store.all.find(({ id }) => given.every(([field, part]) => id[field] === part))
  if (found === undefined)
    throw notFound(`missing entity of type TASK with identifier ${textOf(Object.fromEntries(given) as Message)}`)
  return found.message
}

/** The short description of an entity, where its registration brought one. */
export function shortDescription(description: Message): Message {
  const text = stringField(description, 'short_description')
  return text === '' ? {} : { short_description: text }
}

function checkTemplate(template: Message): void {
  if (stringField(template, 'type') === '') throw invalidArgument('missing type')
  if (template.metadata === undefined) throw invalidArgument('missing metadata')
  const { runtime } = messageField(template, 'metadata')
  if (runtime !== undefined && stringField(runtime as Message, 'version') === '')
    throw invalidArgument('missing runtime version')
  if (template.interface === undefined) throw invalidArgument('missing typed interface')
  if (template.container !== undefined && stringField(messageField(template, 'container'), 'image') === '') {
    throw invalidArgument('missing image')
  }
  const { command, args } = messageField(template, 'container')
  if (template.container !== undefined && command === undefined && args === undefined) {
    throw invalidArgument(
      'task failed compilation with Collected Errors: 1\n\tError 0: Code: ValueRequired, Node Id: container, Description: Value required [command].\n',
    )
  }
}
