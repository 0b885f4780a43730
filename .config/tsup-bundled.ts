// How a package has libraries in it that it would otherwise load whole, or in many files: bundled, with their licences.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

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
