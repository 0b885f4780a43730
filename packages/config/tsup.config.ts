import { copyFile } from 'node:fs/promises'
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
  // Bundled, because the part that is used is a fifteenth of what zod loads otherwise. Its licence goes with it.
  noExternal: ['zod'],
  onSuccess: () => copyFile(zod.replace(/package\.json$/, 'LICENSE'), 'dist/zod-LICENSE'),
})
