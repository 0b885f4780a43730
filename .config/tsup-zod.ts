// How a package has zod in it: bundled, because the part that is used is a fifteenth of what zod loads otherwise. Import it as
// `import * as z from 'zod/mini'`, or all its languages come along.
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Options } from 'tsup'

const zod = createRequire(import.meta.url).resolve('zod/package.json')

export const bundledZod = {
  noExternal: ['zod'],
  async onSuccess() {
    // Its licence goes with it. Its sources, seven times as large as what is used of them, stay out of the source maps.
    await copyFile(zod.replace(/package\.json$/, 'LICENSE'), 'dist/zod-LICENSE')
    const names = await readdir('dist', { recursive: true })
    for (const name of names.filter((each) => each.endsWith('.js.map'))) {
      const path = join('dist', name)
      const map = JSON.parse(await readFile(path, 'utf8')) as { sources: string[]; sourcesContent: unknown[] }
      if (!map.sources.some((source) => source.includes('/zod/'))) continue
      map.sourcesContent = map.sourcesContent.map((text, index) =>
        map.sources[index]?.includes('/zod/') ? null : text,
      )
      await writeFile(path, JSON.stringify(map))
    }
  },
} satisfies Partial<Options>
