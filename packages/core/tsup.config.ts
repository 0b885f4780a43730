import { packageBuild } from '../../.config/tsup'

export default packageBuild({
  isomorphic: {
    index: 'src/index.ts',
    'platform/browser': 'src/platform/browser.ts',
    'platform/default': 'src/platform/default.ts',
  },
  node: { 'node/index': 'src/node/index.ts' },
})
