// How a package has libraries in it that it would otherwise load whole, or in many files: bundled, with their licences.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * Finds our packages as Node does: what is for Node is exported under that condition alone. The condition is not for all, since
 * libraries have other code under it than what is bundled best.
 */
export const ownForNode: Plugin = {
  name: 'own-for-node',
  setup(build) {
    const { resolve } = createRequire(join(process.cwd(), 'package.json'))
    build.onResolve({ filter: /^@flyte-js\// }, ({ path }) => ({ path: resolve(path), sideEffects: false }))
  },
}

/**
 * Has a library of CommonJS ask Node for its modules in a way that a module can: there is no `require`. `node:child_process` is left
 * out: it takes long to load, and is needed for nothing that we do.
 */
export function withBuiltinModules(library: string): Plugin {
  return {
    name: 'with-builtin-modules',
    setup(build) {
      build.onLoad({ filter: new RegExp(`/node_modules/${library}/.*\\.js$`) }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        return {
          contents: text
            .replaceAll("require('node:child_process')", '{}')
            .replaceAll("require('node:", "globalThis.process.getBuiltinModule('node:"),
        }
      })
    },
  }
}

/**
 * Has a file load each of Node's modules when something of it is first used, and read no more of it than that: `import` reads every
 * property, which loads Web Crypto with `node:crypto`, and opens all three streams with `node:process`.
 */
export function builtinModulesOnUse(): Plugin {
  const namespace = 'builtin-module'
  return {
    name: 'builtin-modules-on-use',
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace }))
      build.onLoad({ filter: /^/, namespace }, async ({ path }) => {
        const names = Object.keys(await import(path)).filter((name) => name !== 'default')
        const contents = `
          const load = () => globalThis.process.getBuiltinModule(${JSON.stringify(path)})
          for (const name of ${JSON.stringify(names)}) {
            Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] })
          }`
        return { contents }
      })
    },
  }
}

/**
 * Builds a file without what it loads on use, but for what is named: that cannot be loaded, and fails.
 *
 * @param options - `kept`: of what is loaded on use, what is in this file; `beside`: what is in another one, and its name
 */
export function withoutLoadedOnUse({ kept, beside = {} }: { kept: RegExp; beside?: Record<string, RegExp> }): Plugin {
  const namespace = 'not-in-this-file'
  return {
    name: 'without-loaded-on-use',
    setup(build) {
      build.onResolve({ filter: /^/ }, ({ path, kind }) => {
        if (kind !== 'dynamic-import' || kept.test(path)) return
        const [file] = Object.entries(beside).find(([, names]) => names.test(path)) ?? []
        return file === undefined ? { path, namespace } : { path: file, external: true }
      })
      build.onLoad({ filter: /^/, namespace }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is not in this file`)})`,
      }))
    },
  }
}

/**
 * @param names - the libraries; what they need themselves is bundled, too
 */
export function bundled(names: readonly (string | RegExp)[]) {
  return {
    noExternal: [...names],
    async onSuccess() {
      const files = await readdir('dist', { recursive: true })
      const sources = new Set<string>()
      for (const name of files.filter((each) => each.endsWith('.js.map'))) {
        const path = join('dist', name)
        const map = JSON.parse(await readFile(path, 'utf8')) as { sources: string[]; sourcesContent: unknown[] }
        if (!map.sources.some(isForeign)) continue
        // Their sources are larger than what is used of them.
        map.sourcesContent = map.sourcesContent.map((text, index) => (isForeign(map.sources[index]) ? null : text))
        for (const source of map.sources.filter(isForeign)) sources.add(source)
        await writeFile(path, JSON.stringify(map))
      }
      await copyLicences(sources)
    },
  } satisfies Partial<Options>
}

const isForeign = (source = '') => source.includes('/node_modules/')

/** Their licences go with them, in one file. @param sources - paths as source maps have them, relative to `dist` */
async function copyLicences(sources: ReadonlySet<string>): Promise<void> {
  const folders = new Map<string, string>()
  for (const source of sources) {
    const [folder = '', name = ''] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? []
    folders.set(name, join('dist', folder))
  }
  const texts = [...folders].sort().map(async ([name, folder]) => {
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
    if (file === undefined) throw new Error(`${name} is bundled, and has no licence in ${folder}`)
    return `${name}\n\n${await readFile(join(folder, file), 'utf8')}`
  })
  await writeFile('dist/bundled-licenses.txt', (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`))
}
