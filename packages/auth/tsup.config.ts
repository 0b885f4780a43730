import { packageBuild } from '../../.config/tsup'

export default packageBuild({ isomorphic: { index: 'src/index.ts', 'token-manager': 'src/manager.ts' } })
