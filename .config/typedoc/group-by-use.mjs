// Exports stand under the heading that their index.ts has them under, and packages under their floor: by use, not by kind or file.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc'

/**
 * The comments of an index.ts that begin a section, and the heading that it gets.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
const sections = [
  [/^\/\/ For authors/, 'For authors of libraries'],
  [/^\/\/ For /, 'For users'],
]

/** What each package is for. */
const packageGroups = {
  'Everything wired': ['node', 'browser', 'cli'],
  'Log in': ['basic-auth', 'pkce-auth', 'code-auth', 'device-auth'],
  'The parts': ['admin', 'auth', 'token-store', 'config'],
  'The ground': ['core', 'idl'],
  'For your tests': ['testing'],
}

/** @param {import('typedoc').Application} application */
export function groupByUse(application) {
  // Before TypeDoc's own grouping, in each package.
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const { project } = context
    const modules = project.getChildrenByKind(ReflectionKind.Module)
    for (const module of modules.length > 0 ? modules : [project]) groupExports(module, entryOf(module, context))
  })
  // Before it groups the packages.
  application.on('reviveProject', (project) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      const name = module.name.replace('@flyte-js/', '')
      nameEntries(module, name)
      const [group] = Object.entries(packageGroups).find(([, names]) => names.includes(name)) ?? []
      if (group === undefined) application.logger.validationWarning(`${module.name} has no group: see group-by-use.mjs`)
      else addGroup(module, group)
    }
  })
}

/** An entry of a package is called what its users import. @param {string} folder */
function nameEntries(module, folder) {
  const manifest = fileURLToPath(new URL(`../../packages/${folder}/package.json`, import.meta.url))
  const entries = Object.entries(JSON.parse(readFileSync(manifest, 'utf8')).exports)
  for (const entry of module.getChildrenByKind(ReflectionKind.Module)) {
    const files = [`./dist/${entry.name}.js`, `./dist/${entry.name}/index.js`]
    const [subpath] = entries.find(([, { node, default: file = node }]) => files.includes(file)) ?? []
    if (subpath !== undefined) entry.name = module.name + subpath.slice(1)
  }
  for (const group of module.groups ?? []) {
    if (group.title !== 'Modules') continue
    group.title = 'Entry points'
    group.children.sort((one, other) => one.name.localeCompare(other.name))
  }
}

/** @param {import('typedoc').ContainerReflection} module @param {string} entry the path of its index.ts */
function groupExports(module, entry) {
  const headings = headingsOf(entry)
  for (const child of module.children ?? []) {
    const heading = headings.get(child.name) ?? headings.get('*') ?? 'For users'
    const documented = child.signatures?.[0] ?? child
    const isCalled = child.kindOf(ReflectionKind.Function | ReflectionKind.Variable)
    const isStart = heading === 'For users' && isCalled && documented.comment?.getTag('@example') !== undefined
    addGroup(documented, isStart ? 'Start here' : heading)
  }
}

/** @param {import('typedoc').ContainerReflection} module @param {import('typedoc').Context} context */
function entryOf(module, context) {
  const symbol = context.getSymbolFromReflection(module)
  return symbol?.declarations?.[0]?.getSourceFile().fileName ?? ''
}

/** The heading that each exported name stands under; that of `export *` is under `*`. @param {string} path */
function headingsOf(path) {
  /** @type {Map<string, string>} */
  const headings = new Map()
  if (!existsSync(path)) return headings
  let heading = 'For users'
  for (const [statement] of readFileSync(path, 'utf8').matchAll(/^\/\/.*$|^export (?:type )?(?:\{[^}]*\}|\*)/gm)) {
    if (statement.startsWith('//')) heading = sections.find(([begins]) => begins.test(statement))?.[1] ?? heading
    else if (statement.endsWith('*')) headings.set('*', heading)
    else {
      for (const [, name = ''] of statement.matchAll(/(\w+)(?=\s*[,}])/g)) headings.set(name, heading)
    }
  }
  return headings
}

/** @param {import('typedoc').Reflection} reflection @param {string} group */
function addGroup(reflection, group) {
  reflection.comment ??= new Comment()
  reflection.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: group }]))
}
