// The architecture, enforced: which package may import which, where Node may be touched, and that nothing goes in circles.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { root } from './run-stages.mjs'
import { readPackages } from './workspace.mjs'

/** The floors, from the ground up. A package imports only floors below its own. */
const floors = [
  ['core', 'idl'],
  ['config', 'auth', 'token-store', 'admin'],
  ['basic-auth', 'pkce-auth', 'code-auth', 'device-auth'],
  ['node', 'browser'],
  ['cli'],
]
/** Beside the house: known to tests only, and itself knowing the ground floor alone. */
const beside = { testing: ['core', 'idl'], conformance: [...floors.flat(), 'testing'] }

/** What a package may import, where that is less than every floor below. */
const narrower = {
  core: [],
  idl: [],
  // It sees only TokenSource of core, and the routes.
  admin: ['core', 'idl'],
  auth: ['core'],
  config: ['core'],
  'token-store': ['core'],
}

/** Packages that are for Node as a whole. */
const nodePackages = new Set(['node', 'cli', 'testing', 'conformance'])
/** Files that may touch Node although they are in no `node` folder: stores that have a subpath of their own. */
const nodeFiles = /\/src\/(file|file-lock|keyring|redis)\.ts$/

/** @param {string} folder @returns {readonly string[]} */
function allowedFor(folder) {
  if (folder in narrower) return narrower[/** @type {keyof typeof narrower} */ (folder)]
  if (folder in beside) return beside[/** @type {keyof typeof beside} */ (folder)]
  const floor = floors.findIndex((packages) => packages.includes(folder))
  return floor === -1 ? [] : floors.slice(0, floor).flat()
}

/**
 * @param {string} [base] the root of a workspace
 * @returns {string[]} what is wrong, a sentence each
 */
export function findLayerBreaks(base = root) {
  /** @type {string[]} */
  const faults = []
  /** @type {Map<string, string[]>} */
  const graph = new Map()
  for (const { folder, directory, manifest } of readPackages(base)) {
    const allowed = allowedFor(folder)
    if (!floors.flat().includes(folder) && !(folder in beside))
      faults.push(`${folder} has no floor: add it to check-layers.mjs`)
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      const target = /^@flyte-js\/(.+)$/.exec(dependency)?.[1]
      if (target !== undefined && !allowed.includes(target))
        faults.push(`${folder}/package.json depends on ${target}, which is not below it`)
    }
    for (const file of sourceFiles(join(directory, 'src'))) {
      const name = relative(base, file)
      const isTest = name.endsWith('.test.ts')
      const edges = []
      for (const specifier of importsOf(file)) {
        const target = /^@flyte-js\/([^/]+)/.exec(specifier)?.[1]
        if (target !== undefined) {
          const isOwn = target === folder
          if (isOwn && !isTest) faults.push(`${name} imports its own package by name: use a relative path`)
          if (!isOwn && !allowed.includes(target) && !(isTest && target === 'testing'))
            faults.push(`${name} imports ${target}, which is not below ${folder}`)
        }
        const touchesNode = specifier.startsWith('node:')
        if (
          touchesNode &&
          !isTest &&
          !nodePackages.has(folder) &&
          !name.includes('/src/node/') &&
          !nodeFiles.test(name)
        ) {
          faults.push(`${name} imports ${specifier}: what touches Node belongs in src/node/`)
        }
        if (specifier.startsWith('.')) {
          const imported = resolve(dirname(file), specifier.replace(/\.js$/, '.ts'))
          edges.push(imported)
          const leavesNode = relative(directory, imported).startsWith('src/node/') && !name.includes('/src/node/')
          if (leavesNode && !isTest)
            faults.push(`${name} imports ${specifier}: only the subpath ./node may reach src/node/`)
        }
      }
      graph.set(file, edges)
    }
  }
  return [
    ...faults,
    ...findCycles(graph).map((cycle) => `a cycle: ${cycle.map((file) => relative(base, file)).join(' -> ')}`),
  ]
}

/** @param {string} directory @returns {string[]} */
function sourceFiles(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !name.endsWith('.d.ts') && !/(^|\/)gen\//.test(name))
    .map((name) => join(directory, name))
}

/** Every module that a file imports, types too: a cycle of types is one to a reader. @param {string} file */
function importsOf(file) {
  return ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName)
}

/** @param {Map<string, string[]>} graph @returns {string[][]} */
function findCycles(graph) {
  /** @type {string[][]} */
  const cycles = []
  /** @type {Set<string>} */
  const done = new Set()
  /** @param {string} file @param {string[]} path */
  const visit = (file, path) => {
    const at = path.indexOf(file)
    if (at !== -1) cycles.push([...path.slice(at), file])
    if (at !== -1 || done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return cycles
}

/** Throws when the architecture is broken. */
export function checkLayers() {
  const faults = findLayerBreaks()
  if (faults.length > 0) throw new Error(faults.join('\n'))
  console.log('floors, platforms and cycles: nothing wrong')
}
