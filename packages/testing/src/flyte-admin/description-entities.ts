// Descriptions of tasks and workflows: what their registration brought of them.
import { invalidArgument, notFound } from './grpc-status.js'
import { checkFields } from './identifiers.js'
import { page } from './lists.js'
import { enumValueNumber, type Message, messageField, stringField } from './message.js'
import type { Handlers } from './state.js'
import type { Row } from './table.js'

/** The descriptions of a server. */
export interface DescriptionEntities {
  handlers: Handlers
  /** Keeps the description of a registered entity, where its spec has one. */
  add(id: Message, spec: Message): void
}

interface DescriptionEntity {
  message: Message
  sequence: number
  createdAt: Date
}

const columns =
  'resource_type project domain name version id created_at updated_at deleted_at short_description long_description link'.split(
    ' ',
  )

/** The letter of the table that filters are checked against: the one of the entity. */
const letters: Readonly<Record<string, string>> = { TASK: 't', WORKFLOW: 'w', LAUNCH_PLAN: 'l' }

/** Makes an empty set of descriptions and what serves it. */
export function createDescriptionEntities(now: () => number): DescriptionEntities {
  const entities: DescriptionEntity[] = []
  // Flyte Admin does not look at the kind of the entity that is asked for: another one of the same name comes as well.
  const named = ({ project, domain, name }: Message) =>
    entities.filter(({ message }) => {
      const id = messageField(message, 'id')
      return id.project === project && id.domain === domain && id.name === name
    })

  return {
    handlers: {
      GetDescriptionEntity: (request) => {
        const id = messageField(request, 'id')
        checkFields(id, ['project', 'domain', 'name', 'version'])
        const found = named(id).find(({ message }) => messageField(message, 'id').version === id.version)
        if (found === undefined) throw notFound('entry not found')
        return found.message
      },
      ListDescriptionEntities: (request) => {
        if (request.id === undefined) throw invalidArgument('missing id')
        checkFields(messageField(request, 'id'), ['project', 'domain', 'name'])
        const letter = letters[stringField(request, 'resource_type')] ?? ''
        // The name in the refusal of a token is the real one's.
        const { items, token } = page(named(messageField(request, 'id')), request, {
          rpc: 'ListWorkflows',
          table: { name: 'description_entities', letter, columns },
          row,
        })
        return { descriptionEntities: items.map(({ message }) => message), token }
      },
    },
    add(id, spec) {
      if (spec.description === undefined) return
      const { short_description, long_description, source_code } = messageField(spec, 'description')
      const message: Message = {
        id,
        ...(short_description !== undefined && { short_description }),
        long_description: long_description ?? {},
        source_code: source_code ?? {},
      }
      entities.push({ message, sequence: entities.length + 1, createdAt: new Date(now()) })
    },
  }
}

function row({ message, sequence, createdAt }: DescriptionEntity): Row {
  const id = messageField(message, 'id')
  return {
    id: sequence,
    resource_type: enumValueNumber('flyteidl.core.ResourceType', id.resource_type),
    project: stringField(id, 'project'),
    domain: stringField(id, 'domain'),
    name: stringField(id, 'name'),
    version: stringField(id, 'version'),
    short_description: stringField(message, 'short_description'),
    link: stringField(messageField(message, 'source_code'), 'link'),
    created_at: createdAt,
    updated_at: createdAt,
  }
}
