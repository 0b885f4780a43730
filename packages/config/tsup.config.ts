import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { packageBuild } from '../../.config/tsup'

const zod = createRequire(import.meta.url).resolve('zod/package.json')

export default packageBuild({
  isomorphic: {
    index: 'src/index.ts',
    yaml: 'src/yaml/index.ts',
    descriptions: 'src/setting-descriptions.ts',
    'platform/browser': 'src/platform/browser.ts',
    'platform/default': 'src/platform/default.ts',
  },
  node: { 'node/index': 'src/node/index.ts' },
  // Bundled, because the part that is used is a fifteenth of what zod loads otherwise.
  noExternal: ['zod'],
  async onSuccess() {
    // Its licence goes with it. Its sources, seven times as large as what is used of them, stay out of the source map.
    await copyFile(zod.replace(/package\.json$/, 'LICENSE'), 'dist/zod-LICENSE')
    const map = JSON.parse(await readFile('dist/yaml.js.map', 'utf8')) as {
      sources: string[]
      sourcesContent: unknown[]
    }
    map.sourcesContent = map.sourcesContent.map((text, index) => (map.sources[index]?.includes('/zod/') ? null : text))
    await writeFile('dist/yaml.js.map', JSON.stringify(map))
  },
})
