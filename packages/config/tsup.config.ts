import { packageBuild } from '../../.config/tsup'
import { bundledZod } from '../../.config/tsup-zod'

export default packageBuild({
  isomorphic: {
    index: 'src/index.ts',
    yaml: 'src/yaml/index.ts',
    descriptions: 'src/setting-descriptions.ts',
    'platform/browser': 'src/platform/browser.ts',
    'platform/default': 'src/platform/default.ts',
  },
  node: { 'node/index': 'src/node/index.ts' },
  ...bundledZod,
})
