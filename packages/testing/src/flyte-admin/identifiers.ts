// The identifiers of entities, and how messages show them.
import { invalidArgument } from './grpc-status.js'
import { type Message, messageField, stringField } from './message.js'

/** The kinds of entities that have versions. */
export type ResourceType = 'TASK' | 'WORKFLOW' | 'LAUNCH_PLAN'

/** A message in the text form of Go's protobuf, as it stands in messages: `project:"p" domain:"d"`. */
export function textOf(message: Message): string {
  return Object.entries(message)
    .map(
      ([field, value]) =>
        `${field}:${typeof value === 'string' && field !== 'resource_type' ? JSON.stringify(value) : value}`,
    )
    .join(' ')
}

/** The key of an entity within its kind. */
export function keyOf(id: Message): string {
  return JSON.stringify([id.project, id.domain, id.name, id.version])
}

/** Refuses an identifier of another kind, or one with a part missing. */
export function checkIdentifier(id: Message | undefined, expected: ResourceType): asserts id is Message {
  if (id === undefined) throw invalidArgument('missing id')
  const actual = id.resource_type ?? 'UNSPECIFIED'
  if (actual !== expected) {
    throw invalidArgument(
      `unexpected resource type ${String(actual).toLowerCase()} for identifier [${textOf(id)}], expected ${expected.toLowerCase()} instead`,
    )
  }
  checkFields(id, ['project', 'domain', 'name', 'version'])
}

/** Refuses a message that lacks one of the fields. */
export function checkFields(message: Message, fields: readonly string[]): void {
  for (const field of fields) if (stringField(message, field) === '') throw invalidArgument(`missing ${field}`)
}

/** The identifier of a request as its kind has it, with the parts in the order of the proto. */
export function normalizedId(id: Message, resourceType: ResourceType): Message {
  const { project, domain, name, version } = id
  return { resource_type: resourceType, project, domain, name, version } as Message
}

/** The identifier of a request that gets one entity: its kind is given by the route. */
export function requestedId(request: Message, resourceType: ResourceType): Message {
  const id = { resource_type: resourceType, ...messageField(request, 'id') }
  checkIdentifier(id, resourceType)
  return normalizedId(id, resourceType)
}

/** What a missing entity is told with. */
export function missingEntity(resourceType: ResourceType, id: Message): string {
  const { project, domain, name, version } = id
  return `missing entity of type ${resourceType} with identifier ${textOf({ project, domain, name, version } as Message)}`
}
