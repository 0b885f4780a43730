import { packageBuild } from '../../.config/tsup'

export default packageBuild({
  isomorphic: {
    index: 'src/index.ts',
    executions: 'src/executions.ts',
    literals: 'src/literals.ts',
    identifiers: 'src/identifiers.ts',
    filters: 'src/filters.ts',
    files: 'src/files.ts',
  },
  node: { 'node/index': 'src/node/index.ts' },
})
