// Every export is documented, with all its members and parameters, or `npm run check` fails.
import { ReflectionKind } from 'typedoc'

const declarations =
  ReflectionKind.SomeSignature |
  ReflectionKind.Variable |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Property |
  ReflectionKind.Accessor |
  ReflectionKind.Parameter

/** @param {import('typedoc').Application} application */
export function requireDocumentation(application) {
  application.on('validateProject', (project) => {
    // Once, for all packages together.
    if (application.options.getValue('entryPointStrategy') !== 'packages') return
    /** @type {any[]} */
    const modules = project.getReflectionsByKind(ReflectionKind.SomeModule)
    for (const { name, groups = [] } of modules) {
      // Whoever looks for a way to begin copies one. The command line is no library.
      const left = name === '@flyte-js/cli' ? undefined : groups.find(({ title }) => title === 'For users')
      for (const child of left?.children ?? []) {
        if (!child.kindOf(ReflectionKind.Function)) continue
        application.logger.validationWarning(`${child.getFullName()} is for users, and has no example`)
      }
    }
    for (const reflection of project.getReflectionsByKind(declarations)) {
      if (isOwn(reflection) && !isDocumented(reflection)) {
        const { fileName = '?', line = 0 } = sourceOf(reflection) ?? {}
        application.logger.validationWarning(`${fileName}:${line}: ${reflection.getFullName()} is not documented`)
      }
    }
  })
}

function sourceOf(reflection) {
  for (let each = reflection; each !== undefined; each = each.parent) if (each.sources?.[0]) return each.sources[0]
}

/** Whether it is for us to document: neither generated, nor another's, nor a part of what is documented as a whole. */
function isOwn(reflection) {
  if (/(^|\/)gen\/|node_modules/.test(sourceOf(reflection)?.fileName ?? '')) return false
  if (reflection.inheritedFrom || reflection.parent?.inheritedFrom || reflection.parent?.parent?.inheritedFrom)
    return false
  for (let each = reflection.parent; each !== undefined; each = each.parent) {
    if (each.kindOf(ReflectionKind.Parameter)) return false
    if (each.kindOf(ReflectionKind.TypeLiteral) && !isOneShape(each)) return false
  }
  return true
}

/** An alias of one object type is read like an interface; of a union each alternative says what it is. */
function isOneShape(literal) {
  return literal.parent?.kindOf(ReflectionKind.TypeAlias) && literal.parent.type?.type === 'reflection'
}

function isDocumented(reflection) {
  const type = reflection.type
  // Whoever opens a class reads its comment.
  if (reflection.kindOf(ReflectionKind.ConstructorSignature)) return true
  if (reflection.kindOf(ReflectionKind.Parameter)) return hasText(reflection) || isToldElsewhere(reflection)
  if (reflection.kindOf(ReflectionKind.TypeAlias) && type?.type === 'union' && !isEachShapeTold(type)) return false
  // A function is documented by its signatures, a method or a function type by the one or the other.
  if (reflection.signatures?.length || (type?.type === 'reflection' && type.declaration.signatures?.length)) return true
  return hasText(reflection) || (reflection.kindOf(ReflectionKind.SomeSignature) && signatureHasText(reflection))
}

/** Where a union is of object types alone, each of them, or what is in it, has a comment of its own. */
function isEachShapeTold({ types, elementSummaries = [] }) {
  const isShape = ({ type }) => type === 'reflection' || type === 'intersection'
  const membersOf = (each) => each.declaration?.children ?? []
  return (
    !types.every(isShape) ||
    types.every((each, index) => elementSummaries[index]?.length > 0 || membersOf(each).some(hasText))
  )
}

/** A parameter is told by its type where that is ours; those of methods and of functions as values by the sentence on the method. */
function isToldElsewhere({ type, parent }) {
  return !parent?.parent?.kindOf(ReflectionKind.Function) || namesOwnType(type)
}

/** Whether a type is ours, or a piece of one of ours: `Pick<ClientOptions, 'endpoint'>`. */
function namesOwnType(type) {
  if (type?.type === 'intersection' || type?.type === 'union') return type.types.some(namesOwnType)
  if (type?.type === 'array') return namesOwnType(type.elementType)
  if (type?.type !== 'reference') return false
  return (
    type.reflection !== undefined ||
    /^@flyte-js\//.test(type.package ?? '') ||
    (type.typeArguments ?? []).some(namesOwnType)
  )
}

const hasText = ({ comment }) => comment !== undefined && comment.summary.length > 0

function signatureHasText({ parent }) {
  return hasText(parent) || (parent.parent !== undefined && hasText(parent.parent) && parent.name === '__type')
}
