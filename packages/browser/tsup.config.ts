import { packageBuild } from '../../.config/tsup'

export default packageBuild({ isomorphic: { index: 'src/index.ts', 'admin-session': 'src/admin-session.ts' } })
