// What tasks, workflows and launch plans have in common: versions that never change, lists of them, and lists of their names.

import { GrpcStatusError, grpcCode, invalidArgument, notFound, type StatusDetail } from './grpc-status.js'
import { checkFields, keyOf, missingEntity, type ResourceType, requestedId } from './identifiers.js'
import { page } from './lists.js'
import { type Message, messageField, stringField } from './message.js'
import { isSameStructure, structuralDifferences } from './structural-differences.js'
import type { Row, Table } from './table.js'

/** A registered version of an entity. */
export interface Entity {
  id: Message
  /** What the entity is compared by when it is registered again. */
  structure: Message
  /** What is answered for it. */
  message: Message
  /** What lists hold of it, where it is less. */
  summary: Message
  /** 1 for an active launch plan. */
  state: number
  /** How many were registered before it: the key of its row. */
  sequence: number
  createdAt: Date
  updatedAt: Date
}

/** How one kind of entity is kept. */
export interface EntityStoreOptions {
  resourceType: ResourceType
  /** As it stands in messages: `launch plan`. */
  title: string
  /** The message that {@link Entity.structure} is. */
  structureType: string
  table: Table
  /** The columns of an entity. By default {@link entityRow}. */
  row?(entity: Entity): Row
  /** The part of a registered structure that differences are told from. By default all of it. */
  shownStructure?(entity: Entity): Message
  /** Details of the answers to a second registration. */
  existsDetails?(id: Message, isIdentical: boolean): readonly StatusDetail[]
}

/** The versions of one kind of entity. */
export interface EntityStore {
  readonly all: readonly Entity[]
  find(id: Message): Entity | undefined
  /** Like `find`, but a missing one is `NOT_FOUND`. */
  get(id: Message): Entity
  /** Keeps a new version; an identical one is `ALREADY_EXISTS`, another structure under the same id is refused. */
  add(entity: Pick<Entity, 'id' | 'structure' | 'message'> & { summary?: Message }): void
  /** Lists versions by project, domain and perhaps name. */
  list(request: Message, rpc: string): { items: Entity[]; token: string }
  /** Lists names. */
  listIds(request: Message, rpc?: string): Message
  /** The names of a project and domain, each once. */
  names(project: string, domain: string): Message[]
}

/** Columns of every table of entities. */
export const entityColumns = [
  'id',
  'created_at',
  'updated_at',
  'deleted_at',
  'project',
  'domain',
  'name',
  'version',
  'digest',
]

/** Makes an empty store. */
export function createEntityStore(options: EntityStoreOptions, now: () => number): EntityStore {
  const { resourceType, title, table } = options
  const entities = new Map<string, Entity>()

  const get = (id: Message) => {
    const found = entities.get(keyOf(id))
    if (found === undefined) throw notFound(missingEntity(resourceType, id))
    return found
  }

  /** As they were registered. A real Flyte Admin lists what no order is asked for in any order. */
  const all = () => [...entities.values()]

  const names = (project: string, domain: string) => {
    const seen = new Map<string, Message>()
    for (const { id } of all()) {
      if (id.project === project && id.domain === domain) seen.set(stringField(id, 'name'), id)
    }
    return [...seen.keys()].map((name): Message => ({ project, domain, name }))
  }

  return {
    get all() {
      return all()
    },
    find: (id) => entities.get(keyOf(id)),
    get,
    add({ id, structure, message, summary = message }) {
      const existing = entities.get(keyOf(id))
      if (existing === undefined) {
        const createdAt = new Date(now())
        const sequence = entities.size + 1
        entities.set(keyOf(id), {
          id,
          structure,
          message,
          summary,
          state: 0,
          sequence,
          createdAt,
          updatedAt: createdAt,
        })
        return
      }
      const isIdentical = isSameStructure(existing.structure, structure)
      const details = options.existsDetails?.(id, isIdentical)
      if (isIdentical) {
        throw new GrpcStatusError(grpcCode.alreadyExists, `${title} with identical structure already exists`, details)
      }
      const shown = options.shownStructure?.(existing) ?? existing.structure
      const differences = structuralDifferences(options.structureType, shown, structure)
      throw invalidArgument(
        `${id.name} ${title} with different structure already exists. (Please register a new version of the ${title}):\n${differences}`,
        details,
      )
    },
    list(request, rpc) {
      const { project, domain, name } = messageField(request, 'id')
      if (request.id === undefined) throw invalidArgument('missing id')
      checkFields(messageField(request, 'id'), ['project', 'domain'])
      const listed = all().filter(
        ({ id }) => id.project === project && id.domain === domain && (name === undefined || id.name === name),
      )
      return page(listed, request, { rpc, table, row: options.row ?? entityRow })
    },
    listIds(request, rpc) {
      checkFields(request, ['project', 'domain'])
      const listed = names(stringField(request, 'project'), stringField(request, 'domain'))
      const { filters: _, ...withoutFilters } = request
      const { items, token } = page(listed, withoutFilters, {
        ...(rpc !== undefined && { rpc }),
        table,
        ungroupedColumns: table.columns.filter((column) => !['project', 'domain', 'name'].includes(column)),
        row: (id) => id as Record<string, string>,
      })
      return { entities: items, token }
    },
    names,
  }
}

/** The columns of an entity. */
export function entityRow({ id, state, sequence, createdAt, updatedAt, message }: Entity) {
  return {
    id: sequence,
    project: stringField(id, 'project'),
    domain: stringField(id, 'domain'),
    name: stringField(id, 'name'),
    version: stringField(id, 'version'),
    type: stringField(
      messageField(messageField(messageField(message, 'closure'), 'compiled_task'), 'template'),
      'type',
    ),
    short_description: stringField(message, 'short_description'),
    state,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

/** Answers a request for one version. */
export function getEntity(store: EntityStore, request: Message, resourceType: ResourceType): Message {
  return store.get(requestedId(request, resourceType)).message
}
