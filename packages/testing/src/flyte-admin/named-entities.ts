// Names of tasks, workflows and launch plans, which have a description and can be archived.
import type { EntityStore } from './entities.js'
import { invalidArgument, notFound } from './grpc-status.js'
import { checkFields, type ResourceType } from './identifiers.js'
import { page } from './lists.js'
import { type Message, messageField, stringField } from './message.js'
import { isGenerated } from './single-task.js'
import type { Handlers } from './state.js'
import type { Row, Table } from './table.js'

const metadataTable: Table = { name: 'named_entity_metadata', letter: 'nem', columns: ['description', 'state'] }
const namedEntityTable: Table = {
  name: 'entities',
  letter: 'nen',
  columns: ['resource_type', 'project', 'domain', 'name', 'description', 'state'],
  joins: { named_entity_metadata: metadataTable },
}

/** The columns of a name. Those of its metadata can be reached by the metadata's own table, too. */
function row({ id, metadata }: Message): Row {
  const description = stringField(metadata as Message, 'description')
  const state = Math.max(0, states.indexOf(stringField(metadata as Message, 'state')))
  return {
    project: stringField(id as Message, 'project'),
    domain: stringField(id as Message, 'domain'),
    name: stringField(id as Message, 'name'),
    description,
    state,
    'named_entity_metadata.description': description,
    'named_entity_metadata.state': state,
  }
}

const states = ['NAMED_ENTITY_ACTIVE', 'NAMED_ENTITY_ARCHIVED', 'SYSTEM_GENERATED']

/** Serves the names of the stores. */
export function createNamedEntities(stores: Readonly<Record<ResourceType, EntityStore>>): Handlers {
  const metadataByName = new Map<string, Message>()
  const keyOf = (resourceType: string, id: Message) => JSON.stringify([resourceType, id.project, id.domain, id.name])

  const storeOf = (resourceType: string, refusal: string): EntityStore => {
    if (resourceType === '' || resourceType === 'UNSPECIFIED') throw invalidArgument('invalid value for resource_type')
    const store = (stores as Record<string, EntityStore | undefined>)[resourceType]
    if (store === undefined) throw invalidArgument(`${refusal} for resource type: ${resourceType}`)
    return store
  }
  const describe = (resourceType: string, id: Message): Message => ({
    resource_type: resourceType,
    id,
    metadata: metadataByName.get(keyOf(resourceType, id)) ?? (isGenerated(id) ? { state: 'SYSTEM_GENERATED' } : {}),
  })
  const requested = (request: Message, checkRest: () => void = () => {}) => {
    const resourceType = stringField(request, 'resource_type')
    const store = storeOf(resourceType, 'Cannot get NamedEntityMetadata')
    const { project, domain, name } = messageField(request, 'id')
    const id = { project, domain, name } as Message
    checkFields(id, ['project', 'domain', 'name'])
    checkRest()
    const known = store.names(String(project), String(domain)).some((other) => other.name === name)
    if (!known) throw notFound('entry not found')
    return { resourceType, id }
  }

  return {
    GetNamedEntity: (request) => {
      const { resourceType, id } = requested(request)
      return describe(resourceType, id)
    },
    UpdateNamedEntity: (request) => {
      const { resourceType, id } = requested(request, () => {
        if (request.metadata === undefined) throw invalidArgument('missing metadata')
      })
      const metadata = messageField(request, 'metadata')
      // An empty description leaves the old one.
      const { description } = { ...metadataByName.get(keyOf(resourceType, id)), ...metadata }
      const { state } = metadata
      metadataByName.set(keyOf(resourceType, id), {
        ...(description !== undefined && { description }),
        ...(state !== undefined && { state }),
      })
      return {}
    },
    ListNamedEntities: (request) => {
      checkFields(request, ['project', 'domain'])
      const resourceType = stringField(request, 'resource_type')
      const names = storeOf(resourceType, 'Cannot list entity names').names(
        stringField(request, 'project'),
        stringField(request, 'domain'),
      )
      const listed = names.map((id) => describe(resourceType, id))
      // Without filters, the workflows that single-task executions generate stay out.
      const filters = stringField(request, 'filters') || 'not_like(name,.flytegen%)'
      const { items, token } = page(
        listed,
        { ...request, filters },
        {
          rpc: 'ListNamedEntities',
          table: namedEntityTable,
          isCutFirst: true,
          row,
        },
      )
      return { entities: items, token }
    },
  }
}
