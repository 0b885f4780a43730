// @ts-check
// Writes types.ts: the messages as Flyte Admin's HTTP gateway answers with them, and the services.
import { ScalarType } from '@bufbuild/protobuf'
import { commentLines, tsdoc } from './comments.mjs'
import { handwrittenTypes, wellKnownTypes } from './reachable.mjs'

/**
 * @typedef {import('@bufbuild/protobuf').DescField} DescField
 * @typedef {ReadonlyMap<string, string>} Names
 */

/** How JSON writes a scalar. What is not listed is a number. @type {Partial<Record<ScalarType, string>>} */
const scalarTypes = {
  [ScalarType.BOOL]: 'boolean',
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: 'Bytes',
  [ScalarType.INT64]: 'Int64',
  [ScalarType.SINT64]: 'Int64',
  [ScalarType.SFIXED64]: 'Int64',
  [ScalarType.UINT64]: 'Uint64',
  [ScalarType.FIXED64]: 'Uint64',
}

/**
 * @param {import('./services.mjs').Service[]} services
 * @param {import('./reachable.mjs').Reachable} reachable
 * @param {Names} names
 */
export function typesFile(services, { messages, enums }, names) {
  const declarations = [
    ...services.map((service) => serviceInterface(service, names)),
    ...messages.map((message) => messageInterface(message, names)),
    ...enums.map((each) => enumUnion(each, names)),
  ]
  const used = handwrittenTypes('json').filter((name) => new RegExp(`: .*\\b${name}\\b`).test(declarations.join('\n')))
  const imports = [`import type { ${used.sort().join(', ')} } from '../json'`, "import type { Rpc } from '../rpc'"]
  return [...imports, '', ...declarations].join('\n')
}

/** @param {import('./services.mjs').Service} service @param {Names} names */
function serviceInterface({ name, descriptor, rpcs }, names) {
  const members = rpcs.map(({ name: method, descriptor: rpc, pathParameters, items }) => {
    const path = pathParameters.map((each) => `'${each}'`).join(' | ') || 'never'
    const types = [names.get(rpc.input.typeName), names.get(rpc.output.typeName), path, items ? `'${items}'` : 'never']
    const comment = tsdoc(commentLines(rpc, names), { indent: '  ', deprecated: rpc.deprecated })
    return `${comment}  ${method}: Rpc<${types.join(', ')}>\n`
  })
  return `${header(descriptor, names)}export interface ${name} {\n${members.join('')}}\n`
}

/** @param {import('@bufbuild/protobuf').DescMessage} message @param {Names} names */
function messageInterface(message, names) {
  const members = message.fields.map((field) => {
    const isOneofMember = field.oneof !== undefined || field.proto.proto3Optional
    const type = fieldType(field, names)
    const isNullable = field.fieldKind === 'message' && !isOneofMember && type !== 'JsonValue'
    const lines = commentLines(field, names)
    const more = field.oneof === undefined ? [] : [`At most one of \`${field.oneof.name}\` is set.`]
    const comment = tsdoc(lines, { more, indent: '  ', deprecated: field.deprecated })
    return `${comment}  ${field.name}${isOneofMember ? '?' : ''}: ${type}${isNullable ? ' | null' : ''}\n`
  })
  const body = members.length === 0 ? '{}' : `{\n${members.join('')}}`
  return `${header(message, names)}export interface ${names.get(message.typeName)} ${body}\n`
}

/** @param {import('@bufbuild/protobuf').DescEnum} descriptor @param {Names} names */
function enumUnion(descriptor, names) {
  const values = descriptor.values.map((value) => `'${value.name}'`).join(' | ')
  const explained = descriptor.values.flatMap((value) => {
    const text = commentLines(value, names).join(' ')
    return text === '' ? [] : [`- \`${value.name}\`: ${text}`]
  })
  return `${header(descriptor, names, explained)}export type ${names.get(descriptor.typeName)} = ${values}\n`
}

/**
 * @param {import('./comments.mjs').DescType | import('@bufbuild/protobuf').DescService} descriptor
 * @param {Names} names
 * @param {string[]} more
 */
function header(descriptor, names, more = []) {
  const lines = commentLines(descriptor, names)
  // Every export has a sentence, also where the proto has none; the full name then says where to look.
  if (lines.length === 0) lines.push(`\`${descriptor.typeName}\` of flyteidl.`)
  return tsdoc(lines, { more, deprecated: descriptor.deprecated })
}

/** @param {DescField} field @param {Names} names @returns {string} */
function fieldType(field, names) {
  const { typeName } = field.message ?? field.enum ?? {}
  const value =
    typeName === undefined
      ? (scalarTypes[/** @type {ScalarType} */ (field.scalar)] ?? 'number')
      : /** @type {string} */ (wellKnownTypes[typeName] ?? names.get(typeName))
  if (field.fieldKind === 'list') return `${value}[]`
  if (field.fieldKind === 'map') return `{ [key: string]: ${value} }`
  return value
}
