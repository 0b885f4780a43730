import { packageBuild } from '../../.config/tsup'

export default packageBuild({ isomorphic: { index: 'src/index.ts', manager: 'src/manager.ts' } })
