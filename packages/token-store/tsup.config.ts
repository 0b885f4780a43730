import { packageBuild } from '../../.config/tsup'
import { bundledZod } from '../../.config/tsup-zod'

export default packageBuild({
  isomorphic: {
    index: 'src/index.ts',
    'browser/web-storage': 'src/browser/web-storage.ts',
    'browser/indexed-db': 'src/browser/indexed-db.ts',
  },
  node: {
    'node/file': 'src/node/file.ts',
    'node/keyring': 'src/node/keyring.ts',
    'node/redis': 'src/node/redis.ts',
  },
  ...bundledZod,
})
