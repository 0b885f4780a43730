// Workflows.
import { CompileError, compileWorkflow } from './compile-workflow.js'
import type { DescriptionEntities } from './description-entities.js'
import { createEntityStore, type EntityStore, entityColumns, getEntity } from './entities.js'
import { GrpcStatusError, invalidArgument } from './grpc-status.js'
import { checkIdentifier, normalizedId, textOf } from './identifiers.js'
import { listField, type Message, type MessageValue, messageField, stringField } from './message.js'
import type { Projects } from './projects.js'
import type { Handlers } from './state.js'
import type { Table } from './table.js'
import { shortDescription, type Tasks } from './tasks.js'
import { timestampOf } from './well-known-types.js'

/** The table of workflows, which filters reach from launch plans and executions too. */
export const workflowTable: Table = {
  name: 'workflows',
  letter: 'w',
  columns: [...entityColumns, 'typed_interface', 'remote_closure_identifier', 'short_description'],
}

/** The workflows of a server. */
export interface Workflows {
  handlers: Handlers
  store: EntityStore
}

/** Makes an empty registry of workflows. */
export function createWorkflows(
  projects: Projects,
  tasks: Tasks,
  descriptions: DescriptionEntities,
  now: () => number,
): Workflows {
  const store = createEntityStore(
    {
      resourceType: 'WORKFLOW',
      title: 'workflow',
      structureType: 'flyteidl.core.CompiledWorkflowClosure',
      table: workflowTable,
      shownStructure: ({ summary }) => messageField(messageField(summary, 'closure'), 'compiled_workflow'),
      existsDetails: (id, isIdentical) => [
        {
          type: 'flyteidl.admin.CreateWorkflowFailureReason',
          message: { [isIdentical ? 'exists_identical_structure' : 'exists_different_structure']: { id } },
        },
      ],
    },
    now,
  )
  return {
    store,
    handlers: {
      CreateWorkflow: (request) => {
        const requested = request.id === undefined ? undefined : messageField(request, 'id')
        checkIdentifier(requested, 'WORKFLOW')
        projects.check(stringField(requested, 'project'), stringField(requested, 'domain'))
        const spec = messageField(request, 'spec')
        if (spec.template === undefined) throw invalidArgument('missing spec')
        const id = normalizedId(requested, 'WORKFLOW')
        const compiled = compile(id, spec, tasks)
        const message: Message = {
          id,
          closure: { compiled_workflow: compiled, created_at: timestampOf(now()) },
          ...shortDescription(messageField(spec, 'description')),
        }
        const summary = workflowSummary(message, messageField(spec, 'template').interface)
        store.add({ id, structure: compiled, message, summary })
        descriptions.add(id, spec)
        return {}
      },
      GetWorkflow: (request) => getEntity(store, request, 'WORKFLOW'),
      ListWorkflows: (request) => {
        const { items, token } = store.list(request, 'ListWorkflows')
        return { workflows: items.map(({ summary }) => summary), token }
      },
      ListWorkflowIds: (request) => store.listIds(request, 'ListWorkflowIdentifiers'),
    },
  }
}

function compile(id: Message, spec: Message, tasks: Tasks): Message {
  const template = { ...messageField(spec, 'template'), id }
  try {
    return compileWorkflow(template, listField(spec, 'sub_workflows'), (taskId) =>
      messageField(messageField(tasks.store.get(normalizedId(taskId, 'TASK')).message, 'closure'), 'compiled_task'),
    )
  } catch (error) {
    if (!(error instanceof GrpcStatusError || error instanceof CompileError)) throw error
    throw invalidArgument(`failed to compile workflow for [${textOf(id)}] with err: ${error.message}`)
  }
}

/** What lists and the database hold of a workflow: its interface as it was registered. The rest lies in a blob. */
export function workflowSummary(message: Message, workflowInterface: MessageValue | undefined): Message {
  const template: Message = workflowInterface === undefined ? {} : { interface: workflowInterface }
  return { ...message, closure: { ...messageField(message, 'closure'), compiled_workflow: { primary: { template } } } }
}

/** The interface of a registered workflow; a missing one is `NOT_FOUND`. */
export function interfaceOf(workflows: Workflows, id: Message): Message {
  const closure = messageField(workflows.store.get(id).summary, 'closure')
  return messageField(
    messageField(messageField(messageField(closure, 'compiled_workflow'), 'primary'), 'template'),
    'interface',
  )
}
