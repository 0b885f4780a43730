import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** What a page without a bundler tells its browser about bare names (HTML standard, "Import maps"). */
export interface ImportMap {
  imports: Record<string, string>
  scopes: Record<string, Record<string, string>>
}

type Target = string | null | { [condition: string]: Target }

/**
 * Makes the import map of a package from the manifests of all that it comes to: of every name that is imported on the way.
 *
 * @param entry - the name of a package
 * @param base - where the folder `node_modules` is served
 */
export function importMapOf(entry: string, base: string): ImportMap {
  const map: ImportMap = { imports: {}, scopes: {} }
  const seen = new Set<string>()

  function visitName(name: string, from: string): void {
    const owner = packageOf(name.startsWith('#') ? from : name)
    const { exports, imports } = JSON.parse(readFileSync(join(modules, owner, 'package.json'), 'utf8'))
    const key = `.${name.slice(owner.length)}`
    const file = inBrowser(name.startsWith('#') ? imports[name] : exports[key])
    if (file === undefined) throw new Error(`${name} is not for browsers`)
    const address = `${base}${owner}/${relative('.', file)}`
    if (name.startsWith('#')) map.scopes[`${base}${owner}/`] = { ...map.scopes[`${base}${owner}/`], [name]: address }
    else map.imports[name] = address
    visitFile(owner, resolve(modules, owner, file))
  }

  function visitFile(owner: string, file: string): void {
    if (seen.has(file)) return
    seen.add(file)
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) visitFile(owner, resolve(dirname(file), name))
      else visitName(name, owner)
    }
  }
  visitName(entry, '')
  return { imports: sorted(map.imports), scopes: sorted(map.scopes) }
}

/** Where a path of a URL under `base` is on disk. */
export function fileOf(path: string): string | undefined {
  const file = resolve(modules, `.${path}`)
  return file.startsWith(modules) && existsSync(file) ? file : undefined
}

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}

function inBrowser(target: Target | undefined): string | undefined {
  if (target === null || target === undefined || typeof target === 'string') return target ?? undefined
  for (const condition of ['browser', 'default']) if (condition in target) return inBrowser(target[condition])
  return undefined
}

/** The names in the `import`s and `export … from`s of code as it is built. Those in comments are of no package that there is. */
function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  const found = code.matchAll(/^(?:import|export)\b[^'"();=]*?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm)
  return [...found].map(([, name, lazy]) => (name ?? lazy) as string)
}

function sorted<Value>(map: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)))
}
