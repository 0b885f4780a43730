import { packageBuild } from '../../.config/tsup'

export default packageBuild({ isomorphic: { index: 'src/index.ts', login: 'src/create-flyte-login.ts' } })
