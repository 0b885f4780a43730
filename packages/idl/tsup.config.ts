import { packageBuild } from '../../.config/tsup'

export default packageBuild({
  isomorphic: { index: 'src/index.ts', messages: 'src/messages.ts' },
  // flyteidl's LICENSE and NOTICE go with what is made from it.
  publicDir: 'src/gen/licence',
})
