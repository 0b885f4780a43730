import { packageBuild } from '../../.config/tsup'

export default packageBuild({
  isomorphic: { index: 'src/index.ts' },
  node: { 'node/index': 'src/node/index.ts' },
})
