// @ts-check
// Finds the messages and enums that the services speak of, and gives each a TypeScript name.
import { readFileSync } from 'node:fs'

/**
 * @typedef {import('@bufbuild/protobuf').DescMessage} DescMessage
 * @typedef {import('@bufbuild/protobuf').DescEnum} DescEnum
 * @typedef {{ messages: DescMessage[], enums: DescEnum[] }} Reachable
 */

/**
 * The types of our own that stand for protobuf's well-known ones, exported by `src/json.ts`.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const wellKnownTypes = {
  'google.protobuf.Any': 'AnyMessage',
  'google.protobuf.BoolValue': 'boolean',
  'google.protobuf.BytesValue': 'Bytes',
  'google.protobuf.DoubleValue': 'number',
  'google.protobuf.Duration': 'Duration',
  'google.protobuf.Empty': 'JsonObject',
  'google.protobuf.FieldMask': 'string',
  'google.protobuf.FloatValue': 'number',
  'google.protobuf.Int32Value': 'number',
  'google.protobuf.Int64Value': 'Int64',
  'google.protobuf.ListValue': 'JsonValue[]',
  'google.protobuf.NullValue': 'null',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.Struct': 'JsonObject',
  'google.protobuf.Timestamp': 'Timestamp',
  'google.protobuf.UInt32Value': 'number',
  'google.protobuf.UInt64Value': 'Uint64',
  'google.protobuf.Value': 'JsonValue',
}

/**
 * Walks from the requests and responses of the RPCs to all they contain.
 *
 * @param {import('./services.mjs').Service[]} services
 * @returns {Reachable} sorted by full name, so that the order never hangs on the way that was taken
 */
export function findReachable(services) {
  /** @type {Map<string, DescMessage>} */
  const messages = new Map()
  /** @type {Map<string, DescEnum>} */
  const enums = new Map()
  const pending = services.flatMap(({ rpcs }) =>
    rpcs.flatMap(({ descriptor }) => [descriptor.input, descriptor.output]),
  )
  for (const message of pending) {
    if (messages.has(message.typeName) || message.typeName in wellKnownTypes) continue
    messages.set(message.typeName, message)
    for (const field of message.fields) {
      if (field.enum !== undefined && !(field.enum.typeName in wellKnownTypes))
        enums.set(field.enum.typeName, field.enum)
      if (field.message !== undefined) pending.push(field.message)
    }
  }
  return { messages: sortByTypeName(messages.values()), enums: sortByTypeName(enums.values()) }
}

/**
 * @template {DescMessage | DescEnum} Descriptor
 * @param {Iterable<Descriptor>} descriptors
 */
const sortByTypeName = (descriptors) => [...descriptors].sort((a, b) => (a.typeName < b.typeName ? -1 : 1))

/**
 * The types that a file of `src` exports.
 *
 * @param {'json' | 'rpc'} file
 */
export function handwrittenTypes(file) {
  const text = readFileSync(new URL(`../src/${file}.ts`, import.meta.url), 'utf8')
  return Array.from(text.matchAll(/^export (?:type|interface) (\w+)/gm), ([, name = '']) => name)
}

/** Names that would hide one of TypeScript's own where they are imported. */
const globalNames = ['Array', 'Date', 'Error', 'Function', 'Map', 'Object', 'Promise', 'Record', 'Set', 'Symbol']

/**
 * Names the types. A type is called as in its proto, a nested one `Outer_Inner`. Where two packages use one name, or a
 * name is taken by TypeScript, a service or a type of ours, every such type gets its package before it: `flyteidl.core.Error`
 * is `CoreError`. All that share a name are renamed, never only the later, so a name does not hang on any order.
 *
 * @param {Reachable} reachable
 * @param {import('./services.mjs').Service[]} services
 * @returns {Map<string, string>} from the full proto name
 */
export function nameTypes({ messages, enums }, services) {
  const descriptors = [...messages, ...enums]
  const taken = [
    ...globalNames,
    ...handwrittenTypes('json'),
    ...handwrittenTypes('rpc'),
    ...services.map(({ name }) => name),
  ]
  const uses = countBy([...taken, ...descriptors.map(nestedName)])
  const names = new Map()
  for (const descriptor of descriptors) {
    const name = nestedName(descriptor)
    const prefix = uses.get(name) === 1 ? '' : upperFirst(descriptor.file.proto.package.split('.').at(-1) ?? '')
    names.set(descriptor.typeName, prefix + name)
  }
  if (new Set([...taken, ...names.values()]).size !== new Set(taken).size + names.size) {
    throw new Error('Two types would share a name even with their packages before it.')
  }
  return names
}

/** @param {DescMessage | DescEnum} descriptor @returns {string} */
const nestedName = ({ parent, name }) => (parent === undefined ? name : `${nestedName(parent)}_${name}`)

/** @param {string} name */
const upperFirst = (name) => name.charAt(0).toUpperCase() + name.slice(1)

/** @param {string[]} names */
function countBy(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
