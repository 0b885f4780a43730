// No `node:` in anything that a browser can reach: the open entries of the exports maps, and all that they import.
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { readPackages } from '../workspace.mjs'

/** A string that names a module of Node, however it is asked for: `import`, `require`, `process.getBuiltinModule`. */
const nodeName = /(['"`])(node:[\w/]+)\1/g

/**
 * @param {import('../workspace.mjs').Manifest} manifest
 * @returns {string[]} the specifiers that a browser may import: those that are not `null` for it
 */
function entriesForBrowsers({ name, exports = {} }) {
  return Object.entries(exports)
    .filter(([subpath, target]) => subpath !== './package.json' && isOpen(target))
    .map(([subpath]) => join(name, subpath))
}

/** Whether the conditions of a browser lead anywhere. @param {unknown} target @returns {boolean} */
function isOpen(target) {
  if (target === null || typeof target !== 'object') return target !== null
  for (const condition of Object.keys(target)) {
    if (condition === 'browser' || condition === 'import' || condition === 'default')
      return isOpen(/** @type {Record<string, unknown>} */ (target)[condition])
  }
  return false
}

/**
 * A bundler follows the graph, as a page's own would.
 *
 * @param {string} base the root of a workspace whose packages are built and linked
 * @returns {Promise<string[]>} what is wrong, a sentence each
 */
export async function findNodeInBrowsers(base) {
  const entries = readPackages(base)
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ manifest }) => entriesForBrowsers(manifest))
  /** @type {string[]} */
  const faults = []
  const { metafile } = await build({
    stdin: {
      contents: entries.map((entry, index) => `export * as entry${index} from '${entry}'`).join('\n'),
      resolveDir: base,
    },
    absWorkingDir: base,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    treeShaking: false,
    plugins: [noteBuiltins(base, faults)],
  }).catch((error) => {
    const said = error.errors?.map((/** @type {import('esbuild').Message} */ { text, location }) =>
      location ? `${location.file}: ${text}` : text,
    )
    faults.push(...(said ?? [String(error)]))
    return { metafile: { inputs: {} } }
  })
  for (const file of Object.keys(metafile.inputs).filter((path) => /^packages\//.test(path))) {
    for (const [, , name] of readFileSync(join(base, file), 'utf8').matchAll(nodeName))
      faults.push(`a browser can reach ${name} in ${file}`)
  }
  return [...new Set(faults)]
}

/**
 * Notes each module of Node that is imported, in libraries too, but for those that a library's manifest leaves out for browsers.
 *
 * @param {string} base @param {string[]} faults @returns {import('esbuild').Plugin}
 */
function noteBuiltins(base, faults) {
  const names = new RegExp(`^(node:.*|${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`)
  return {
    name: 'note-builtins',
    setup({ onResolve, resolve }) {
      onResolve({ filter: names }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (pluginData?.isAsked) return undefined
        const found = await resolve(path, { importer, kind, resolveDir, pluginData: { isAsked: true } })
        if (found.errors.length === 0 && !found.external) return undefined
        faults.push(`a browser can reach ${path} in ${importer.replace(join(base, '/'), '')}`)
        return { path, external: true }
      })
    },
  }
}
