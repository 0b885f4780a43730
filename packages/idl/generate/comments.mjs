// @ts-check
// Turns the comments of the protos into TSDoc.

/**
 * @typedef {import('@bufbuild/protobuf').DescMessage | import('@bufbuild/protobuf').DescEnum} DescType
 * @typedef {DescType | import('@bufbuild/protobuf').DescField | import('@bufbuild/protobuf').DescEnumValue
 *   | import('@bufbuild/protobuf').DescService | import('@bufbuild/protobuf').DescMethod} Described
 */

/**
 * The comment of a descriptor as TSDoc text, or nothing when the proto has none.
 *
 * @param {Described} descriptor
 * @param {ReadonlyMap<string, string>} names
 * @returns {string[]} lines
 */
export function commentLines(descriptor, names) {
  const file = 'file' in descriptor ? descriptor.file : descriptor.parent.file
  const path = sourcePath(descriptor).join()
  const location = file.proto.sourceCodeInfo?.location.find((each) => each.path.join() === path)
  const comment = location?.leadingComments || location?.trailingComments || ''
  return toTsdoc(comment, names)
}

/**
 * Writes a TSDoc block: the lines, what more there is to say, and the deprecation, each a paragraph.
 *
 * @param {string[]} lines
 * @param {{ more?: string[], indent?: string, deprecated?: boolean }} options
 */
export function tsdoc(lines, { more = [], indent = '', deprecated = false }) {
  const paragraphs = [lines, more, deprecated ? ['@deprecated Marked so in flyteidl.'] : []]
  const all = paragraphs
    .filter(({ length }) => length > 0)
    .flatMap((each, index) => (index === 0 ? each : ['', ...each]))
  if (all.length === 0) return ''
  if (all.length === 1) return `${indent}/** ${all[0]} */\n`
  return `${indent}/**\n${all.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}

/**
 * Rewords the comment of a proto where TSDoc would misread it.
 *
 * @param {string} comment
 * @param {ReadonlyMap<string, string>} names
 */
export function toTsdoc(comment, names) {
  const text = comment
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim()
    // flyteidl's markers for who must be given: `+optional`, `+required.`
    .replace(/\+(optional|required)\b[.,]?(?: -)?/g, (_, word) => (word === 'optional' ? 'Optional.' : 'Required.'))
    // Sphinx references, and the double backticks of reStructuredText
    .replace(/:ref:`ref_([\w.]+)`/g, (_, name) => (names.has(name) ? `{@link ${names.get(name)}}` : `\`${name}\``))
    .replace(/``([^`\n]+)``/g, '`$1`')
  if (text === '') return []
  // Code and links of ours stay as they are; anything else that TSDoc would read as a tag, a link or HTML is escaped.
  const escaped = text
    .split(/(```[\s\S]*?```|`[^`\n]+`|\{@link \w+\})/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[{}<>@`]/g, '\\$&')))
    .join('')
    .replaceAll('*/', '*\\/')
  return escaped.split('\n')
}

/**
 * Where a descriptor is in its file, by the field numbers of google.protobuf.FileDescriptorProto.
 *
 * @param {any} descriptor
 * @returns {number[]}
 */
function sourcePath({ kind, parent, proto, file }) {
  if (parent === undefined) {
    const [fieldNumber, siblings] = {
      message: [4, file.proto.messageType],
      enum: [5, file.proto.enumType],
      service: [6, file.proto.service],
    }[/** @type {'message' | 'enum' | 'service'} */ (kind)]
    return [fieldNumber, siblings.indexOf(proto)]
  }
  const [fieldNumber, siblings] = {
    field: [2, parent.proto.field],
    enum_value: [2, parent.proto.value],
    rpc: [2, parent.proto.method],
    message: [3, parent.proto.nestedType],
    enum: [4, parent.proto.enumType],
  }[/** @type {'field' | 'enum_value' | 'rpc' | 'message' | 'enum'} */ (kind)]
  return [...sourcePath(parent), fieldNumber, siblings.indexOf(proto)]
}
