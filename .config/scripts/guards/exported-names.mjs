// What the packages export: errors that can be told from others, codes that are explained, names that mean the same everywhere.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { readPackages } from '../workspace.mjs'

const brand = Symbol.for('flyte-js.error')

/** Every error class that is exported marks its errors as ours. @param {string} base @returns {Promise<string[]>} */
export async function findUnbranded(base) {
  const entries = readPackages(base)
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ directory, manifest: { name, exports = {} } }) =>
      Object.entries(exports)
        .filter(([, target]) => typeof target === 'object' && target !== null)
        .map(([subpath, target]) => {
          const { node, default: file = node ?? '' } = /** @type {{ node?: string, default?: string }} */ (target)
          return { specifier: join(name, subpath), path: join(directory, file) }
        }),
    )
  const faults = entries.map(async ({ specifier, path }) =>
    Object.entries(await import(pathToFileURL(path).href))
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error && !isBranded(value))
      .map(([name]) => `${specifier} exports ${name}, whose errors have no brand: extend FlyteError`),
  )
  return (await Promise.all(faults)).flat()
}

/** @param {new (...parameters: unknown[]) => Error} ErrorClass */
function isBranded(ErrorClass) {
  try {
    return brand in new ErrorClass('FLYTE_INVALID_ARGUMENT', 'as a user would', {})
  } catch {
    return false
  }
}

/** Every code that core declares has its row. @param {string} base @returns {string[]} */
export function findUndocumentedCodes(base) {
  const declared = readFileSync(join(base, 'packages/core/dist/index.d.ts'), 'utf8')
  const union = /type FlyteErrorCode =([^;]+);/.exec(declared)?.[1]
  if (union === undefined) return ['core/dist/index.d.ts declares no FlyteErrorCode']
  const documented = readFileSync(join(base, 'docs/errors.md'), 'utf8')
  return [...union.matchAll(/'(\w+)'/g)]
    .map(([, code = '']) => code)
    .filter((code) => !documented.includes(`\n| \`${code}\` |`))
    .map((code) => `docs/errors.md has no row for ${code}`)
}

/** What the packages of both platforms have, under one name: code moves from one to the other by its import alone. */
const shared = ['createFlyteClient', 'FlyteClient', 'FlyteClientOptions']

/** @param {string} base @returns {string[]} */
export function findDifferentNames(base) {
  return ['node', 'browser'].flatMap((folder) => {
    const names = declaredExports(join(base, 'packages', folder, 'dist/index.d.ts'))
    return shared
      .filter((name) => !names.includes(name))
      .map((name) => `@flyte-js/${folder} does not export ${name}, which both platforms have`)
  })
}

/** The names that a declaration file exports, types too. @param {string} path @returns {string[]} */
function declaredExports(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      return statement.exportClause.elements.map(({ name }) => name.text)
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    const name = /** @type {{ name?: import('typescript').Identifier }} */ (/** @type {unknown} */ (statement)).name
    return isExported && name ? [name.text] : []
  })
}
